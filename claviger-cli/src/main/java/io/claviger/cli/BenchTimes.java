package io.claviger.cli;

import java.util.Arrays;
import java.util.Collection;
import java.util.SplittableRandom;

/** Durations of which a sample is kept, each with the same chance (algorithm R of Vitter, 1985). Not thread-safe. */
final class BenchTimes {
    private static final int MAX_KEPT = 50_000;

    private final SplittableRandom random = new SplittableRandom();
    private long[] kept = new long[1_024];
    private long count;

    void add(long nanos) {
        if (count < MAX_KEPT) {
            if (count == kept.length) {
                kept = Arrays.copyOf(kept, (int) Math.min(MAX_KEPT, 2L * kept.length));
            }
            kept[(int) count] = nanos;
        } else {
            long place = random.nextLong(count + 1);
            if (place < MAX_KEPT) {
                kept[(int) place] = nanos;
            }
        }
        count++;
    }

    long count() {
        return count;
    }

    /** All that several have kept, in ascending order. */
    static long[] sorted(Collection<BenchTimes> parts) {
        return parts.stream()
                .flatMapToLong(part -> Arrays.stream(part.kept, 0, (int) Math.min(part.count, MAX_KEPT)))
                .sorted()
                .toArray();
    }
}
