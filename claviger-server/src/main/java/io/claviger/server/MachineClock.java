package io.claviger.server;

import java.util.function.LongSupplier;

/**
 * Machine time: the sum of the elapsed monotonic time between readings, of which each adds at most one second. So a
 * pause of this process ends nobody's lease (a client may have renewed while nobody listened).
 */
final class MachineClock {
    /** What one reading adds at most: 1 s. */
    static final long MAX_STEP_NANOS = 1_000_000_000L;

    private final LongSupplier monotonic;
    private long readNanos;
    private long nowNanos;

    MachineClock(LongSupplier monotonic) {
        this.monotonic = monotonic;
        this.readNanos = monotonic.getAsLong();
    }

    long nowNanos() {
        long read = monotonic.getAsLong();
        long elapsed = read - readNanos;
        readNanos = read;
        if (elapsed > 0) {
            nowNanos += Math.min(elapsed, MAX_STEP_NANOS);
        }
        return nowNanos;
    }
}
