package io.claviger.dynamodb;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Runs tasks in the threads that bring them, one after the other: whoever finds nobody at it does it until nothing is left. */
final class DirectLoop implements Loop {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final Queue<Runnable> kept = new ConcurrentLinkedQueue<>();
    private volatile boolean frozen;
    private volatile @Nullable Thread runner;

    /** The process stands still, and what it should do waits; or it goes on. Not while tasks run. */
    void freeze(boolean freeze) {
        frozen = freeze;
        List<Runnable> waiting = List.copyOf(kept);
        if (!freeze) {
            kept.clear();
            waiting.forEach(this::execute);
        }
    }

    /** A timer rings: at once, or when the process goes on. */
    void ring(Runnable timer) {
        if (frozen) {
            kept.add(timer);
        } else {
            timer.run();
        }
    }

    boolean isFrozen() {
        return frozen;
    }

    @Override
    public void execute(Runnable task) {
        if (frozen) {
            kept.add(task);
            return;
        }
        tasks.add(task);
        if (pending.getAndIncrement() != 0) {
            return;
        }
        do {
            runner = Thread.currentThread();
            try {
                tasks.remove().run();
            } catch (RuntimeException | Error broken) {
                failures.add(broken);
            } finally {
                runner = null;
            }
        } while (pending.decrementAndGet() != 0);
    }

    @Override
    public boolean isCurrent() {
        return runner == Thread.currentThread();
    }

    /** Whether nothing is left to do, in any thread. */
    boolean isQuiet() {
        return pending.get() == 0;
    }

    /** Returns if no task has failed; a test must call it, since nobody else would notice. */
    void check() {
        if (!failures.isEmpty()) {
            throw new AssertionError("a task on the loop failed", failures.peek());
        }
    }
}
