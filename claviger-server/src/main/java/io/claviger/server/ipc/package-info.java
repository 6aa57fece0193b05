/**
 * Administration on the same machine, over a unix socket: who holds what, under which key, and the release of it. {@code
 * ldlm-lock} speaks it. Who may connect is decided by the file alone, which only the server's user may open.
 *
 * <p>A connection carries requests and answers in turn. Each is a frame: its length in 4 bytes, then a byte with the
 * version of this protocol (1), a byte that says what it is, and its fields as {@link java.io.DataOutput} writes them; a
 * text is its length in bytes as an int and then its UTF-8, so that any name can be said. All lengths are bounded by
 * {@link io.claviger.server.ipc.IpcLimits}.
 *
 * <p>What a client needs ({@link io.claviger.server.ipc.IpcClient} and what it says and hears) uses the JDK only, for a
 * quick start.
 */
@NullMarked
package io.claviger.server.ipc;

import org.jspecify.annotations.NullMarked;
