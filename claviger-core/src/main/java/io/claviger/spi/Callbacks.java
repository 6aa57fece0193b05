package io.claviger.spi;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs users' code so that it can harm nobody else: whatever it throws goes to the thread's handler of uncaught exceptions,
 * never to the release, the close or the delivery that happened to call it.
 */
public final class Callbacks {
    /** How many callbacks run at once by default; further ones wait. Idle threads end. */
    public static final int DEFAULT_THREADS = 64;

    private static final long IDLE_SECONDS = 10;
    private static final Executor DEFAULT = newDefault();

    private Callbacks() {}

    /**
     * Returns the executor that clients use unless given another: daemon threads of its own. The common pool would not do:
     * it has one thread on a small machine, which a single sleeping task of anyone's takes.
     */
    public static Executor defaultExecutor() {
        return DEFAULT;
    }

    /**
     * Runs a callback on an executor, or on the default one if that takes no more. Never in this thread, unless the executor
     * does so itself: it may be the one that moves the bytes of all clients, and a callback may block.
     */
    public static void run(Executor executor, Runnable callback) {
        AtomicBoolean begun = new AtomicBoolean();
        Runnable once = () -> {
            if (begun.compareAndSet(false, true)) {
                runHere(callback);
            }
        };
        try {
            executor.execute(once);
        } catch (RuntimeException | Error refused) {
            // Late is better than never: a holder must hear that its lock is lost.
            DEFAULT.execute(once);
        }
    }

    /**
     * Returns a future that completes as another does, but whose dependent stages run on an executor, so that they may block.
     * A future that is done already is returned as it is, since its stages run in the thread that adds them.
     */
    public static <T> CompletableFuture<T> handOver(Executor executor, CompletableFuture<T> source) {
        if (source.isDone()) {
            return source;
        }
        CompletableFuture<T> target = new CompletableFuture<>();
        source.whenComplete((value, failure) -> run(executor, () -> {
            if (failure == null) {
                target.complete(value);
            } else {
                target.completeExceptionally(failure);
            }
        }));
        return target;
    }

    /** Runs a callback in this thread. */
    public static void runHere(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException | Error failed) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failed);
        }
    }

    private static Executor newDefault() {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                DEFAULT_THREADS, DEFAULT_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "claviger-callback-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
