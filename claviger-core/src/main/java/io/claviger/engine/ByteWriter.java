package io.claviger.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes that grow. Numbers are variable-length, seven bits to a byte, lowest first (LEB128), negative ones folded first
 * (zigzag); keys are 16 bytes; texts are UTF-8 behind their length in bytes.
 */
final class ByteWriter {
    /** What a JVM allows an array to have. */
    private static final int MAX_SIZE = Integer.MAX_VALUE - 8;

    private byte[] bytes = new byte[64];
    private int size;

    void writeByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    /** Writes the place of a constant in its enum: new constants go to the end, and a test pins the order. */
    @SuppressWarnings("EnumOrdinal")
    void writeEnum(Enum<?> value) {
        writeByte(value.ordinal());
    }

    /** Writes a number of any sign in 1 to 10 bytes. */
    void writeNumber(long value) {
        long rest = (value << 1) ^ (value >> 63);
        ensure(10);
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    void writeKey(OwnerKey key) {
        writeFixed(key.high());
        writeFixed(key.low());
    }

    /** Writes a text, which must be well-formed: half a surrogate pair has no form in UTF-8. */
    void writeText(String text) {
        if (!Limits.isWellFormed(text, Integer.MAX_VALUE)) {
            throw new IllegalArgumentException("a text that is not well-formed Unicode cannot be written");
        }
        writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes bytes behind their number. */
    void writeBytes(byte[] content) {
        writeNumber(content.length);
        ensure(content.length);
        System.arraycopy(content, 0, bytes, size, content.length);
        size += content.length;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void writeFixed(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            writeByte((int) (value >>> shift));
        }
    }

    private void ensure(int more) {
        if (more > bytes.length - size) {
            if (more > MAX_SIZE - size) {
                throw new IllegalStateException("more than 2 GiB cannot be written in one piece");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_SIZE, Math.max(size + (long) more, bytes.length * 2L)));
        }
    }
}
