package io.claviger.server.text;

import io.claviger.engine.OwnerKey;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Composes one answer line in an array, which is faster than in a buffer. One serves an event loop. */
final class LineWriter {
    private static final int MAX_DECIMAL_DIGITS = 20;

    private byte[] line = new byte[1024];
    private int length;

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

    /** Ends the line and moves it to the buffer. */
    void end(ByteBuf out) {
        reserve(1);
        line[length++] = '\n';
        out.writeBytes(line, 0, length);
        length = 0;
    }

    private void reserve(int bytes) {
        if (line.length - length < bytes) {
            line = Arrays.copyOf(line, Math.max(line.length * 2, length + bytes));
        }
    }
}
