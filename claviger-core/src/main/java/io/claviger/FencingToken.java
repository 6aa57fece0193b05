package io.claviger;

/**
 * The number of a grant. Each new grant of a name has a greater one than every earlier grant of it (SPEC S3), so that
 * storage which remembers the greatest token it has seen can refuse a holder that was overtaken without noticing.
 *
 * @param value positive and below 2<sup>53</sup>
 */
public record FencingToken(long value) implements Comparable<FencingToken> {
    private static final long LIMIT = 1L << 53;

    /**
     * Makes a token, such as one read back from storage.
     *
     * @throws IllegalArgumentException if the value is not positive or not below 2<sup>53</sup>
     */
    public FencingToken {
        if (value <= 0 || value >= LIMIT) {
            throw new IllegalArgumentException("a fencing token is positive and below 2^53, but this is " + value);
        }
    }

    /** Whether this grant came after that of the other token; false for the same grant. */
    public boolean isNewerThan(FencingToken other) {
        return value > other.value;
    }

    @Override
    public int compareTo(FencingToken other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
