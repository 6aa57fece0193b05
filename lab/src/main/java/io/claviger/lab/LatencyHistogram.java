package io.claviger.lab;

/**
 * Counts durations in buckets whose width is at most 1/32 of their value, so a percentile is off by 3 % at most. Values
 * below 32 ns are exact. Not thread-safe.
 */
final class LatencyHistogram {
    /** A power of two: the buckets between one power of two and the next. */
    private static final int SUB_BUCKETS = 32;

    private static final int SUB_BITS = Integer.numberOfTrailingZeros(SUB_BUCKETS);

    private final long[] counts = new long[(Long.SIZE - SUB_BITS) * SUB_BUCKETS];
    private long total;
    private long maxNanos;

    /** Counts one duration; a negative one as 0. */
    void record(long nanos) {
        record(nanos, 1);
    }

    /** Counts {@code times} equal durations. */
    void record(long nanos, long times) {
        long value = Math.max(0, nanos);
        counts[bucket(value)] += times;
        total += times;
        maxNanos = Math.max(maxNanos, value);
    }

    /** Counts what another has counted. */
    void add(LatencyHistogram other) {
        for (int bucket = 0; bucket < counts.length; bucket++) {
            counts[bucket] += other.counts[bucket];
        }
        total += other.total;
        maxNanos = Math.max(maxNanos, other.maxNanos);
    }

    long total() {
        return total;
    }

    /** Returns the largest duration, exactly; 0 if there is none. */
    long maxNanos() {
        return maxNanos;
    }

    /**
     * Returns a duration that at least this share of all does not exceed: the upper end of its bucket, at most the
     * maximum; 0 if there is none.
     *
     * @param share from 0 to 1
     */
    long percentileNanos(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * total));
        long seen = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            seen += counts[bucket];
            if (seen >= rank) {
                return Math.min(upperEnd(bucket), maxNanos);
            }
        }
        return maxNanos;
    }

    private static int bucket(long value) {
        if (value < SUB_BUCKETS) {
            return (int) value;
        }
        int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
        int shift = power - SUB_BITS;
        return (shift + 1) * SUB_BUCKETS + (int) (value >>> shift) - SUB_BUCKETS;
    }

    private static long upperEnd(int bucket) {
        if (bucket < SUB_BUCKETS) {
            return bucket;
        }
        int shift = bucket / SUB_BUCKETS - 1;
        long lower = (long) (SUB_BUCKETS + bucket % SUB_BUCKETS) << shift;
        return lower + (1L << shift) - 1;
    }
}
