package io.claviger.client.ldlm;

import java.time.Duration;

/** When a lock with a timeout is renewed in the background. */
public enum RenewalRule {
    /** Three times in each lock timeout: two renewals may fail before the third is too late. */
    EVERY_THIRD {
        @Override
        Duration interval(Duration lockTimeout) {
            return lockTimeout.dividedBy(THIRDS);
        }
    },
    /**
     * As LDLM's own clients do: 30 s before the end, but not before 10 s have passed. A lock timeout of 10 s or less always runs
     * out, and any other leaves one chance.
     */
    ORIGINAL {
        @Override
        Duration interval(Duration lockTimeout) {
            Duration early = lockTimeout.minus(ORIGINAL_REST);
            return early.compareTo(ORIGINAL_LEAST) > 0 ? early : ORIGINAL_LEAST;
        }
    };

    private static final int THIRDS = 3;
    private static final Duration ORIGINAL_REST = Duration.ofSeconds(30);
    private static final Duration ORIGINAL_LEAST = Duration.ofSeconds(10);

    /** Returns how long after a renewal was sent the next one is. */
    abstract Duration interval(Duration lockTimeout);
}
