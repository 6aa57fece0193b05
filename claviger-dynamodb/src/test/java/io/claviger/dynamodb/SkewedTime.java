package io.claviger.dynamodb;

import io.claviger.spi.TimeSource;

/** The clocks of a machine: one runs a little too fast or too slow, the other one is set wrong. */
final class SkewedTime implements TimeSource {
    private final TimeSource real;
    private final double rate;
    private final long aheadNanos;
    private final long wallAheadMillis;

    SkewedTime(TimeSource real, double rate, long aheadNanos, long wallAheadMillis) {
        this.real = real;
        this.rate = rate;
        this.aheadNanos = aheadNanos;
        this.wallAheadMillis = wallAheadMillis;
    }

    @Override
    public long nanoTime() {
        return (long) (real.nanoTime() * rate) + aheadNanos;
    }

    @Override
    public long wallMillis() {
        return real.wallMillis() + wallAheadMillis;
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        return real.schedule(task, (long) Math.ceil(delayNanos / rate) + 1);
    }
}
