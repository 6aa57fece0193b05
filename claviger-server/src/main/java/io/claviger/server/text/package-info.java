/**
 * The text front: the line protocol of tcpnetlock, byte for byte, with optional parameters that old clients never send,
 * and a session mode for scripts and for speed. Start with {@link io.claviger.server.text.TextFront}; then
 * {@code TextConnection} (bytes and lines), {@code OneShot} (one lock per connection) and {@code SessionMode} (many).
 */
@NullMarked
package io.claviger.server.text;

import org.jspecify.annotations.NullMarked;
