package io.claviger.server.http;

import jakarta.servlet.ServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadPendingException;
import java.util.concurrent.Executor;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * A connection that can be watched while its request waits. Jetty does not read then, and so does not learn that the
 * client left. The watch reads; what a client sends ahead is kept, up to a limit, for Jetty to find.
 *
 * <p>It also knows since when a request has been arriving, and whether the connection has given the right password.
 * Thread-safe. The end point below has one party that waits for bytes: us. Who asks us gets what we get.
 */
final class WatchedEndPoint extends ProxyConnectionFactory.ProxyEndPoint {
    private static final long NOT_ARRIVING = Long.MIN_VALUE;

    private final Executor executor;
    private final Callback arrival = new Arrival();
    private final ByteBuffer ahead = BufferUtil.allocate(HttpLimits.AHEAD_BYTES);

    /** Jetty's, if it waits for bytes. */
    private @Nullable Callback interested;

    /** What to do when the client leaves; null if nobody wants to know. */
    private @Nullable Runnable watcher;

    /** Whether we wait for bytes. */
    private boolean asked;

    /** Whether bytes, or the end, came when nobody wanted to know. */
    private boolean arrived;

    private volatile long arrivingSinceNanos = System.nanoTime();
    private volatile boolean proven;

    WatchedEndPoint(EndPoint below, Executor executor) {
        super(below, below.getLocalSocketAddress(), below.getRemoteSocketAddress());
        this.executor = executor;
    }

    /** Returns the connection of a request. */
    static WatchedEndPoint of(ServletRequest request) {
        return (WatchedEndPoint) ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
    }

    /**
     * Has one told, once, when the client closes its side of the connection or the connection breaks. To be called when
     * the whole request has been read, and to be ended before it is answered.
     */
    void watch(Runnable left) {
        boolean look;
        synchronized (this) {
            watcher = left;
            look = arrived;
            arrived = false;
        }
        if (look) {
            onArrival(null);
        } else {
            ask();
        }
    }

    /** Ends the watch. When this returns, nothing more is read for it. */
    synchronized void unwatch() {
        watcher = null;
    }

    /** The request has been read, or needs not be. */
    void requestArrived() {
        arrivingSinceNanos = NOT_ARRIVING;
    }

    /** Whether a request, or the first one, has been arriving for longer than that. */
    boolean isSlow(long nowNanos, long limitNanos) {
        long since = arrivingSinceNanos;
        return since != NOT_ARRIVING && nowNanos - since > limitNanos;
    }

    boolean isProven() {
        return proven;
    }

    /** The client has given the right password. */
    void prove() {
        proven = true;
    }

    @Override
    public SslSessionData getSslSessionData() {
        return unwrap().getSslSessionData();
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        int filled;
        synchronized (this) {
            filled = ahead.hasRemaining() ? BufferUtil.append(buffer, ahead) : super.fill(buffer);
        }
        if (filled > 0 && arrivingSinceNanos == NOT_ARRIVING) {
            arrivingSinceNanos = System.nanoTime();
        }
        return filled;
    }

    @Override
    public void fillInterested(Callback callback) {
        if (!tryFillInterested(callback)) {
            throw new ReadPendingException();
        }
    }

    @Override
    public boolean tryFillInterested(Callback callback) {
        boolean there;
        synchronized (this) {
            if (interested != null) {
                return false;
            }
            there = arrived || ahead.hasRemaining();
            arrived = false;
            if (!there) {
                interested = callback;
            }
        }
        if (there) {
            // Not at once: whoever asks may be in the middle of something.
            executor.execute(callback::succeeded);
        } else {
            ask();
        }
        return true;
    }

    @Override
    public synchronized boolean isFillInterested() {
        return interested != null;
    }

    private void ask() {
        synchronized (this) {
            if (asked) {
                return;
            }
            asked = true;
        }
        super.fillInterested(arrival);
    }

    private void onArrival(@Nullable Throwable broken) {
        Callback waiting;
        Runnable left = null;
        boolean askAgain = false;
        synchronized (this) {
            waiting = interested;
            interested = null;
            if (waiting == null && watcher != null) {
                if (broken != null || isEnd()) {
                    left = watcher;
                    watcher = null;
                    arrived = true;
                } else {
                    askAgain = BufferUtil.space(ahead) > 0;
                }
            } else if (waiting == null) {
                arrived = true;
            }
        }
        if (waiting != null && broken != null) {
            waiting.failed(broken);
        } else if (waiting != null) {
            waiting.succeeded();
        }
        if (left != null) {
            left.run();
        }
        if (askAgain) {
            ask();
        }
    }

    /** Reads what there is; true if the client sends no more. */
    private boolean isEnd() {
        try {
            return super.fill(ahead) < 0;
        } catch (IOException broken) {
            return true;
        }
    }

    private final class Arrival implements Callback {
        @Override
        public void succeeded() {
            next(null);
        }

        @Override
        public void failed(Throwable broken) {
            next(broken);
        }

        private void next(@Nullable Throwable broken) {
            synchronized (WatchedEndPoint.this) {
                asked = false;
            }
            onArrival(broken);
        }
    }
}
