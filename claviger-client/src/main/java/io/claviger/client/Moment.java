package io.claviger.client;

import io.claviger.spi.TimeSource;
import java.util.concurrent.TimeUnit;

/**
 * When something was sent, on both clocks. What has elapsed since is the larger of the two: the monotonic clock stands still
 * while the machine is suspended, and the wall clock may be set back.
 *
 * <p>For this package and those below it, not for users.
 *
 * @param nanos on the monotonic clock
 * @param wallMillis on the wall clock
 */
public record Moment(long nanos, long wallMillis) {

    /** Returns the present. */
    public static Moment now(TimeSource time) {
        return new Moment(time.nanoTime(), time.wallMillis());
    }

    /** Returns how long ago it was. */
    public long elapsedNanos(TimeSource time) {
        return Math.max(monotonicNanos(time), wallNanos(time));
    }

    /** Whether the wall clock has gone on for so much longer that this machine must have stood still. */
    public boolean hasSlept(TimeSource time, long atLeastNanos) {
        return wallNanos(time) - monotonicNanos(time) >= atLeastNanos;
    }

    private long monotonicNanos(TimeSource time) {
        return time.nanoTime() - nanos;
    }

    private long wallNanos(TimeSource time) {
        return TimeUnit.MILLISECONDS.toNanos(time.wallMillis() - wallMillis);
    }
}
