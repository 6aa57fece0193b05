/** Tests of the gRPC front: the rules of the stream in virtual time, and all of it through sockets. */
@NullMarked
package io.claviger.server.grpc;

import org.jspecify.annotations.NullMarked;
