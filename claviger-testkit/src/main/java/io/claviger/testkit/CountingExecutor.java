package io.claviger.testkit;

import io.claviger.spi.Callbacks;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs users' code as clients do by default, and knows whether some of it has not ended yet. Safe for use by several threads. */
public final class CountingExecutor implements Executor {
    private final Executor inner = Callbacks.defaultExecutor();
    private final AtomicInteger underWay = new AtomicInteger();

    /** Has run nothing yet. */
    public CountingExecutor() {}

    @Override
    public void execute(Runnable task) {
        underWay.incrementAndGet();
        inner.execute(() -> {
            try {
                task.run();
            } finally {
                underWay.decrementAndGet();
            }
        });
    }

    /** Returns whether all that was given to it so far has ended. */
    public boolean isIdle() {
        return underWay.get() == 0;
    }
}
