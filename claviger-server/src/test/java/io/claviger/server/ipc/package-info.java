/** Tests of the socket for administration. */
@NullMarked
package io.claviger.server.ipc;

import org.jspecify.annotations.NullMarked;
