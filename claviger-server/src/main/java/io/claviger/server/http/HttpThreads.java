package io.claviger.server.http;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.ThreadPool;

/**
 * The threads of the front. What they have to do is bounded by the connections, each of which has a task or two. Jetty's
 * own pool would cost a tenth of the start of a server.
 */
final class HttpThreads extends ThreadPoolExecutor implements ThreadPool {
    private static final long IDLE_SECONDS = 60;

    HttpThreads() {
        super(
                HttpLimits.MAX_THREADS,
                HttpLimits.MAX_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("claviger-http", true));
        allowCoreThreadTimeOut(true);
    }

    /** Ends them, and waits for that at most so long. */
    void end(long millis) throws InterruptedException {
        shutdownNow();
        awaitTermination(millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void join() throws InterruptedException {
        awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    @Override
    public int getThreads() {
        return getPoolSize();
    }

    @Override
    public int getIdleThreads() {
        return getPoolSize() - getActiveCount();
    }

    @Override
    public boolean isLowOnThreads() {
        return false;
    }
}
