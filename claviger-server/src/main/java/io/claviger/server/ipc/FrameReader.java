package io.claviger.server.ipc;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/** Puts the frames of a channel together. Not thread-safe. */
final class FrameReader {
    private final int maxBytes;
    private final ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
    private byte @Nullable [] body;
    private ByteBuffer reading = ByteBuffer.allocate(0);

    /** @param maxBytes of a frame's body */
    FrameReader(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Reads what is there.
     *
     * @return the body of a frame if it is complete; else null
     * @throws EOFException if there is nothing more to come
     * @throws FrameTooLongException if a frame is beyond the limit; nothing after it can be understood
     */
    byte @Nullable [] read(ReadableByteChannel channel) throws IOException {
        if (body == null) {
            fill(channel, length);
            if (length.hasRemaining()) {
                return null;
            }
            int bytes = length.getInt(0);
            if (bytes < 0 || bytes > maxBytes) {
                throw new FrameTooLongException(bytes, maxBytes);
            }
            body = new byte[bytes];
            reading = ByteBuffer.wrap(body);
        }
        fill(channel, reading);
        if (reading.hasRemaining()) {
            return null;
        }
        byte[] complete = body;
        length.clear();
        body = null;
        return complete;
    }

    private static void fill(ReadableByteChannel channel, ByteBuffer buffer) throws IOException {
        if (buffer.hasRemaining() && channel.read(buffer) < 0) {
            throw new EOFException("the other side has closed the connection");
        }
    }

    /** A frame is longer than it may be. */
    static final class FrameTooLongException extends IOException {
        private static final long serialVersionUID = 1;

        FrameTooLongException(int bytes, int maxBytes) {
            super("a frame of " + Integer.toUnsignedString(bytes) + " bytes, while " + maxBytes + " are the most");
        }
    }
}
