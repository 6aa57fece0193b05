package io.claviger.dynamodb;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Trials that mostly wait: they run beside each other, and are asked one by one how they ended. */
final class SideBySide<C> implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;

    private final ExecutorService threads;
    private final Map<C, Future<?>> trials = new LinkedHashMap<>();

    /** What is tried with each case. */
    interface Trial<C> {
        void run(C each) throws Exception;
    }

    SideBySide(int atATime, List<C> cases, Trial<C> trial) {
        threads = Executors.newFixedThreadPool(atATime);
        for (C each : cases) {
            trials.put(each, threads.submit(() -> {
                trial.run(each);
                return each;
            }));
        }
    }

    /** Waits for a trial, and fails as it failed. */
    void check(C each) {
        Future<?> trial = trials.get(each);
        if (trial == null) {
            throw new AssertionError("there is no trial of " + each);
        }
        try {
            trial.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new AssertionError(each + " failed: " + failed.getCause(), failed.getCause());
        } catch (InterruptedException | TimeoutException late) {
            throw new AssertionError(each + " did not end", late);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
