package io.claviger.dynamodb;

import io.claviger.spi.Callbacks;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A daemon thread, for as long as there is something to do, so nobody need end it. Not the timers' thread, which all clients share: the SDK may fetch
 * credentials while a request is made.
 */
final class ThreadLoop implements Loop {
    private static final long IDLE_SECONDS = 10;

    private volatile @Nullable Thread running;
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread made = new Thread(task, "claviger-dynamodb");
                made.setDaemon(true);
                return made;
            });

    ThreadLoop() {
        thread.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(() -> {
            running = Thread.currentThread();
            Callbacks.runHere(task);
            running = null;
        });
    }

    @Override
    public boolean isCurrent() {
        return running == Thread.currentThread();
    }
}
