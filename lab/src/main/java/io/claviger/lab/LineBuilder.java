package io.claviger.lab;

/** Puts requests together as bytes, without allocation. Not thread-safe. */
final class LineBuilder {
    private final byte[] bytes;
    private final byte[] digits = new byte[20];
    private int length;

    LineBuilder(int capacity) {
        bytes = new byte[capacity];
    }

    void clear() {
        length = 0;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    LineBuilder add(char ascii) {
        bytes[length++] = (byte) ascii;
        return this;
    }

    LineBuilder add(byte[] text) {
        return add(text, text.length);
    }

    LineBuilder add(byte[] text, int count) {
        System.arraycopy(text, 0, bytes, length, count);
        length += count;
        return this;
    }

    /** Adds a number that is not negative. */
    LineBuilder add(long number) {
        int at = digits.length;
        long rest = number;
        do {
            digits[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        System.arraycopy(digits, at, bytes, length, digits.length - at);
        length += digits.length - at;
        return this;
    }
}
