package io.claviger.testkit;

import java.time.Duration;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Carries messages to other threads after random delays, and knows when none is under way. */
final class DelayedWire implements AutoCloseable {
    private static final int LONGEST_DELAY_NANOS = 400_000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long POLL_NANOS = 20_000;

    private final SplittableRandom random;
    private final ScheduledExecutorService network = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService listeners = Executors.newFixedThreadPool(2);
    private final AtomicLong underWay = new AtomicLong();

    DelayedWire(long seed) {
        random = new SplittableRandom(seed);
    }

    /** One direction of one client's connection: messages keep their order, but not beside those of others. */
    final class Lane {
        private final Queue<Runnable> messages = new ConcurrentLinkedQueue<>();

        void send(Runnable message) {
            underWay.incrementAndGet();
            messages.add(message);
            // Whichever timer is first takes the oldest message.
            network.schedule(() -> arrive(messages.remove()), randomDelay(), TimeUnit.NANOSECONDS);
        }
    }

    /** Runs the code of users, which may block. */
    Executor listeners() {
        return task -> {
            underWay.incrementAndGet();
            listeners.execute(() -> arrive(task));
        };
    }

    void settle() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (underWay.get() != 0) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(underWay + " messages are still under way after " + PATIENCE);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public void close() {
        network.shutdownNow();
        listeners.shutdownNow();
    }

    private void arrive(Runnable message) {
        try {
            message.run();
        } finally {
            // Last: what the message caused has been counted by now.
            underWay.decrementAndGet();
        }
    }

    private synchronized int randomDelay() {
        return random.nextInt(LONGEST_DELAY_NANOS);
    }
}
