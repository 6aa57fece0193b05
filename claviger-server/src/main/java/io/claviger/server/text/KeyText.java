package io.claviger.server.text;

import io.claviger.engine.OwnerKey;
import org.jspecify.annotations.Nullable;

/** The text of owner keys, as {@link OwnerKey#text()} has it, without a string. */
final class KeyText {
    /** Characters of a key. */
    static final int LENGTH = 36;

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private KeyText() {}

    static void write(OwnerKey key, byte[] target, int at) {
        int i = write(key.high(), 60, 8, target, at);
        target[i++] = '-';
        i = write(key.high(), 28, 4, target, i);
        target[i++] = '-';
        i = write(key.high(), 12, 4, target, i);
        target[i++] = '-';
        i = write(key.low(), 60, 4, target, i);
        target[i++] = '-';
        write(key.low(), 44, 12, target, i);
    }

    static @Nullable OwnerKey parse(byte[] text, int from, int to) {
        if (to - from != LENGTH) {
            return null;
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < LENGTH; i++) {
            byte c = text[from + i];
            if (i == 8 || i == 13 || i == 18 || i == 23) {
                if (c != '-') {
                    return null;
                }
                continue;
            }
            int digit = Character.digit((char) c, 16);
            if (digit < 0) {
                return null;
            }
            if (i < 18) {
                high = high << 4 | digit;
            } else {
                low = low << 4 | digit;
            }
        }
        return new OwnerKey(high, low);
    }

    private static int write(long bits, int shift, int digits, byte[] target, int at) {
        for (int i = 0; i < digits; i++) {
            target[at + i] = HEX[(int) (bits >>> (shift - 4 * i)) & 15];
        }
        return at + digits;
    }
}
