package io.claviger.dynamodb;

import io.claviger.spi.TimeSource;
import java.util.concurrent.TimeUnit;

/**
 * When something was sent, on both clocks. What has elapsed since is the larger of the two: the monotonic clock stands still
 * while the machine is suspended, and the wall clock may be set back.
 */
record Sent(long nanos, long wallMillis) {

    static Sent now(TimeSource time) {
        return new Sent(time.nanoTime(), time.wallMillis());
    }

    long elapsedNanos(TimeSource time) {
        return Math.max(monotonicNanos(time), wallNanos(time));
    }

    /** Whether the wall clock has gone on for so much longer that this machine must have stood still. */
    boolean hasSlept(TimeSource time, long atLeastNanos) {
        return wallNanos(time) - monotonicNanos(time) >= atLeastNanos;
    }

    private long monotonicNanos(TimeSource time) {
        return time.nanoTime() - nanos;
    }

    private long wallNanos(TimeSource time) {
        return TimeUnit.MILLISECONDS.toNanos(time.wallMillis() - wallMillis);
    }
}
