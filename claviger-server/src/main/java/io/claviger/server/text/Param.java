package io.claviger.server.text;

import org.jspecify.annotations.Nullable;

/** The parameters that mean something. Others are ignored, as they always were. */
enum Param {
    ID(0, "id"),
    KEY(1, "key"),
    NAME(2, "name"),
    WAIT(3, "wait"),
    SIZE(4, "size"),
    INFO(5, "info"),
    LEASE(6, "lease"),
    PERMITS(7, "permits"),
    CLIENT_ID(8, "client-id"),
    HALF_CLOSE(9, "half-close");

    static final int COUNT = values().length;

    private final int slot;
    private final String word;

    Param(int slot, String word) {
        this.slot = slot;
        this.word = word;
    }

    /** Returns where its value is noted: 0 to {@link #COUNT} - 1. */
    int slot() {
        return slot;
    }

    String word() {
        return word;
    }

    static @Nullable Param of(byte[] line, int from, int to) {
        return switch (to - from) {
            case 2 -> ID.ifIn(line, from, to);
            case 3 -> KEY.ifIn(line, from, to);
            case 4 -> ofFour(line, from, to);
            case 5 -> LEASE.ifIn(line, from, to);
            case 7 -> PERMITS.ifIn(line, from, to);
            case 9 -> CLIENT_ID.ifIn(line, from, to);
            case 10 -> HALF_CLOSE.ifIn(line, from, to);
            default -> null;
        };
    }

    private static @Nullable Param ofFour(byte[] line, int from, int to) {
        return switch (line[from]) {
            case 'n' -> NAME.ifIn(line, from, to);
            case 'w' -> WAIT.ifIn(line, from, to);
            case 's' -> SIZE.ifIn(line, from, to);
            case 'i' -> INFO.ifIn(line, from, to);
            default -> null;
        };
    }

    private @Nullable Param ifIn(byte[] line, int from, int to) {
        return isWord(word, line, from, to) ? this : null;
    }

    /** Compares without a copy. */
    static boolean isWord(String word, byte[] line, int from, int to) {
        for (int i = from; i < to; i++) {
            if (i - from == word.length() || line[i] != word.charAt(i - from)) {
                return false;
            }
        }
        return to - from == word.length();
    }
}
