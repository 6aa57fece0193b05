/**
 * The server: one order of commands ({@link io.claviger.server.Sequencer}), the fronts that translate each wire into
 * commands, and their assembly. Start with {@link io.claviger.server.ClavigerServer}.
 */
@NullMarked
package io.claviger.server;

import org.jspecify.annotations.NullMarked;
