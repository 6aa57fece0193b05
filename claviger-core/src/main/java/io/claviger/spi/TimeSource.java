package io.claviger.spi;

/** The clock and the timers of a client, so that tests can turn them by hand. Thread-safe. */
public interface TimeSource {

    /** Returns a monotonic time in nanoseconds; only differences mean anything. */
    long nanoTime();

    /**
     * Returns a time in milliseconds that goes on while this process, or its machine, is suspended, as a wall clock does. It may
     * jump. Only differences mean anything.
     */
    long wallMillis();

    /**
     * Runs a task once, not before a delay has passed. The task must not block.
     *
     * @param delayNanos not positive = as soon as possible, but never within this call
     */
    Timer schedule(Runnable task, long delayNanos);

    /** A task that has not run yet. */
    interface Timer {
        /** Keeps the task from running, unless it has begun. */
        void cancel();
    }
}
