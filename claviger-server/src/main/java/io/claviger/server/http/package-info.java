/**
 * The HTTP front: LDLM's REST API. Javalin has the routes and Jetty the sockets; what a request means stands in
 * {@link io.claviger.server.ldlm}, and the description for clients in the resource {@code openapi.json}.
 */
@NullMarked
package io.claviger.server.http;

import org.jspecify.annotations.NullMarked;
