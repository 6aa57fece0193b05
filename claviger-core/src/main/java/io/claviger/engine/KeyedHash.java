package io.claviger.engine;

/**
 * A hash that a client cannot steer without knowing its key: the value of the input, read as a polynomial, at a secret
 * point modulo the prime 2^61 - 1. Two given inputs collide with a chance of at most their length over 2^61 (Carter and
 * Wegman, "Universal classes of hash functions", 1979), so names cannot be chosen to pile up in one place.
 *
 * <p>The key is not part of the machine's state: nothing that can be seen depends on the order of a hash table.
 */
final class KeyedHash {
    private static final long PRIME = (1L << 61) - 1;

    /** Spreads the upper bits into the lower ones, which choose the slot. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final long point;

    KeyedHash(long seed) {
        // Any point but 0 and 1 will do; the offset keeps small test seeds away from both.
        this.point = Math.floorMod(seed ^ SPREAD, PRIME - 2) + 2;
    }

    int of(String text) {
        int length = text.length();
        long hash = 1;
        int i = 0;
        // Three characters of 16 bits to a step, which stays below the prime.
        for (; i + 2 < length; i += 3) {
            long three = text.charAt(i) | (long) text.charAt(i + 1) << 16 | (long) text.charAt(i + 2) << 32;
            hash = step(hash, three);
        }
        for (; i < length; i++) {
            hash = step(hash, text.charAt(i));
        }
        return spread(step(hash, length));
    }

    int of(long high, long low) {
        long hash = step(1, high & 0xFFFF_FFFFL);
        hash = step(hash, high >>> 32);
        hash = step(hash, low & 0xFFFF_FFFFL);
        return spread(step(hash, low >>> 32));
    }

    int of(long number) {
        return spread(step(step(1, number & 0xFFFF_FFFFL), number >>> 32));
    }

    private long step(long hash, long input) {
        long sum = reduce(hash + input);
        long high = Math.multiplyHigh(sum, point);
        long low = sum * point;
        return reduce((low & PRIME) + ((low >>> 61) | (high << 3)));
    }

    private static long reduce(long value) {
        return value >= PRIME ? value - PRIME : value;
    }

    private static int spread(long hash) {
        long mixed = hash * SPREAD;
        return (int) (((mixed ^ mixed >>> 32) * SPREAD) >>> 32);
    }
}
