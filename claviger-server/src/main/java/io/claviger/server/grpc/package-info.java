/**
 * The gRPC front: the native protocol, whose contract is written in {@code claviger/v1/claviger.proto} and
 * {@code admin.proto}. Start with {@link io.claviger.server.grpc.GrpcFront}; then {@code NativeStream}, which is the
 * session stream without any gRPC in it, and {@code SessionCall}, which ties it to a call. {@code UnaryCalls} are the same
 * by single calls.
 */
@NullMarked
package io.claviger.server.grpc;

import org.jspecify.annotations.NullMarked;
