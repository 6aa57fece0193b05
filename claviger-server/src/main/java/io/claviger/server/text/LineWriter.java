package io.claviger.server.text;

import io.claviger.engine.OwnerKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Composes one answer line in an array, which is faster than in a buffer. One serves an event loop, so a line that could
 * not be ended (there may be no memory for it) must leave nothing to the next one, which may be another client's.
 */
final class LineWriter {
    private static final int MAX_DECIMAL_DIGITS = 20;

    private byte[] line = new byte[1024];
    private int length;
    private ByteBuf out = Unpooled.EMPTY_BUFFER;

    /** Begins a line for the buffer, whatever happened to the one before. */
    LineWriter begin(ByteBuf buffer) {
        length = 0;
        out = buffer;
        return this;
    }

    static byte[] ascii(String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }

    LineWriter add(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, line, length, bytes.length);
        length += bytes.length;
        return this;
    }

    LineWriter add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    LineWriter add(OwnerKey key) {
        reserve(KeyText.LENGTH);
        KeyText.write(key, line, length);
        length += KeyText.LENGTH;
        return this;
    }

    /** Adds a number that is not negative. */
    LineWriter add(long number) {
        reserve(MAX_DECIMAL_DIGITS);
        int digits = 1;
        for (long rest = number / 10; rest != 0; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            line[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /** Ends the line and moves it to the buffer: all of it, or nothing if this throws. */
    void end() {
        reserve(1);
        line[length++] = '\n';
        ByteBuf buffer = out;
        int bytes = length;
        out = Unpooled.EMPTY_BUFFER;
        length = 0;
        buffer.writeBytes(line, 0, bytes);
    }

    private void reserve(int bytes) {
        if (line.length - length < bytes) {
            line = Arrays.copyOf(line, Math.max(line.length * 2, length + bytes));
        }
    }
}
