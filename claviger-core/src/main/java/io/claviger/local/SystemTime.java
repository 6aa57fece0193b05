package io.claviger.local;

import io.claviger.spi.TimeSource;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The clock of the JVM, and one daemon thread for all timers of all clients. */
public final class SystemTime implements TimeSource {
    /** The one instance: one thread is enough, since timers never block. */
    public static final SystemTime INSTANCE = new SystemTime();

    private final ScheduledThreadPoolExecutor timers;

    private SystemTime() {
        timers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "claviger-timer");
            thread.setDaemon(true);
            return thread;
        });
        // A lease renews its timers for ever; cancelled ones must not pile up until their time.
        timers.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
        Future<?> scheduled = timers.schedule(task, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }
}
