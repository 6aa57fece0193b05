package io.claviger.spi;

/** How much earlier than at the end of a time to live its holder stops to rely on it (S7). */
public final class Validity {
    /**
     * One fiftieth of the length, but at least 20 ms, or a fifth of it if that is less: for clocks that run at different
     * speeds, and for telling the holder first.
     */
    private static final long MARGIN_PART = 50;

    private static final long MIN_MARGIN_NANOS = 20_000_000;
    private static final long MIN_MARGIN_PART = 5;

    private Validity() {}

    /** Returns the margin of a time to live. */
    public static long marginNanos(long lengthNanos) {
        return Math.max(lengthNanos / MARGIN_PART, Math.min(MIN_MARGIN_NANOS, lengthNanos / MIN_MARGIN_PART));
    }
}
