package io.claviger.client;

import io.claviger.spi.Callbacks;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs users' code as clients do by default, and knows whether some of it has not ended yet. */
final class CountingExecutor implements Executor {
    private final Executor inner = Callbacks.defaultExecutor();
    private final AtomicInteger underWay = new AtomicInteger();

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

    boolean isIdle() {
        return underWay.get() == 0;
    }
}
