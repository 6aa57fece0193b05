package io.claviger.lab;

import java.nio.charset.StandardCharsets;

/**
 * One answer line of the text protocol, in place in the buffer that it was read into. Reused for every line, so that
 * reading costs no allocation. Not thread-safe.
 */
final class Answer {
    private static final byte[] ID = ascii("id:");
    private static final byte[] KEY = ascii("key:");

    /** What the first word of the line says. */
    enum Kind {
        OK,
        NOT_GRANTED,
        RELEASED,
        SESSION,
        /** {@code err} and whatever reason. */
        ERROR,
        /** Nothing that a load program expects. */
        OTHER
    }

    /** The words, in the order of the kinds. */
    private static final byte[][] WORDS = {
        ascii("ok"), ascii("not-granted"), ascii("released"), ascii("session"), ascii("err")
    };

    private static final Kind[] KINDS = Kind.values();

    private byte[] bytes = {};
    private int start;
    private int end;

    /** Looks at a line from now on: the bytes up to, not including, its line feed. */
    void set(byte[] buffer, int from, int to) {
        bytes = buffer;
        start = from;
        end = to;
    }

    Kind kind() {
        int length = 0;
        while (start + length < end && bytes[start + length] != ',') {
            length++;
        }
        for (int i = 0; i < WORDS.length; i++) {
            if (WORDS[i].length == length && startsWith(start, WORDS[i])) {
                return KINDS[i];
            }
        }
        return Kind.OTHER;
    }

    /** Returns the number of the field {@code id}, or -1 if there is none or it is not a number. */
    long id() {
        int at = valueOf(ID);
        if (at < 0 || at == end || bytes[at] == ',') {
            return -1;
        }
        long number = 0;
        for (; at < end && bytes[at] != ','; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9 || number > Long.MAX_VALUE / 100) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /** Copies the value of the field {@code key} and returns its length, 0 if there is none. */
    int copyKey(byte[] target) {
        int from = valueOf(KEY);
        if (from < 0) {
            return 0;
        }
        int to = from;
        while (to < end && bytes[to] != ',') {
            to++;
        }
        int length = Math.min(to - from, target.length);
        System.arraycopy(bytes, from, target, 0, length);
        return length;
    }

    @Override
    public String toString() {
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    /** Returns where the value of a field begins, or -1. */
    private int valueOf(byte[] field) {
        for (int at = start; at < end; at++) {
            if (bytes[at] == ',' && startsWith(at + 1, field)) {
                return at + 1 + field.length;
            }
        }
        return -1;
    }

    private boolean startsWith(int at, byte[] word) {
        if (at + word.length > end) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (bytes[at + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
