package io.claviger.dynamodb;

import io.claviger.spi.TimeSource;

/** The clock of a machine that runs a little too fast or too slow. */
final class SkewedTime implements TimeSource {
    private final TimeSource real;
    private final double rate;
    private final long aheadNanos;

    SkewedTime(TimeSource real, double rate, long aheadNanos) {
        this.real = real;
        this.rate = rate;
        this.aheadNanos = aheadNanos;
    }

    @Override
    public long nanoTime() {
        return (long) (real.nanoTime() * rate) + aheadNanos;
    }

    @Override
    public long wallMillis() {
        return real.wallMillis();
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        return real.schedule(task, (long) Math.ceil(delayNanos / rate) + 1);
    }
}
