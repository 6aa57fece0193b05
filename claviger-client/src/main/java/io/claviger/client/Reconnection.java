package io.claviger.client;

import io.claviger.ClavigerException;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.client.Ask.Cause;
import io.claviger.spi.TimeSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Brings a session's streams about: one server after the other, at once the first time around, then at growing intervals. Until
 * the first session is open it tries for the connect timeout; from then on for as long as the client lives, except that a server
 * which refuses this client is not asked again once the session cannot be saved any more.
 */
final class Reconnection {
    private static final long FIRST_DELAY_NANOS = 10_000_000L;
    private static final long MAX_DELAY_NANOS = 1_000_000_000L;
    private static final long MIN_ATTEMPT_NANOS = 1_000_000_000L;

    private final ClientSession session;
    private final List<ServerAddress> servers;
    private final TimeSource time;
    private final Connector connector;
    private final long timeoutNanos;
    private final long attemptNanos;
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final Moment begun;

    /** All below are guarded by this. */
    private TimeSource.@Nullable Timer timer;

    private int attempts;
    private int failures;
    private boolean stopped;
    private String trouble = "no answer yet";

    Reconnection(ClientSession session, RemoteConfig config, TimeSource time, Connector connector) {
        this.session = session;
        this.servers = config.servers();
        this.time = time;
        this.connector = connector;
        this.timeoutNanos = config.connectTimeout().toNanos();
        this.attemptNanos = Math.max(MIN_ATTEMPT_NANOS, timeoutNanos / servers.size());
        this.begun = Moment.now(time);
    }

    /** Opens the first session. The future fails with what a user is to be told. */
    CompletableFuture<Void> open() {
        connector.execute(this::attempt);
        return opened;
    }

    void onLoop(Runnable task) {
        connector.execute(task);
    }

    /** Returns what stood in the way last, in one line. */
    synchronized String trouble() {
        return trouble;
    }

    /** A session is open, or attached to. */
    void succeeded() {
        synchronized (this) {
            failures = 0;
            cancelTimer();
        }
        opened.complete(null);
    }

    /** A stream has ended, or never came about. */
    void failed(Connector.Ending ending) {
        long delay;
        boolean first = !opened.isDone();
        synchronized (this) {
            trouble = ending.message();
            cancelTimer();
            failures++;
            delay = failures < servers.size() ? 0 : delayNanos(failures - servers.size());
        }
        if (ending.refused() && (first || session.leftNanos() <= 0)) {
            refusedForGood(ending.message());
        } else if (first && begun.elapsedNanos(time) + delay >= timeoutNanos) {
            giveUp(new UnavailableException("no server could be reached: " + ending.message()));
        } else {
            session.failStale(timeoutNanos, ending.message());
            setTimer(this::attempt, delay);
        }
    }

    /** The session is over; another one is wanted at once. */
    void again() {
        setTimer(this::attempt, 0);
    }

    void refusedForGood(String message) {
        giveUp(new RejectedException(message));
    }

    synchronized void stop() {
        stopped = true;
        cancelTimer();
    }

    private void giveUp(ClavigerException failure) {
        session.end(Cause.REFUSED, String.valueOf(failure.getMessage()));
        opened.completeExceptionally(failure);
    }

    private void attempt() {
        ServerAddress server;
        synchronized (this) {
            if (stopped || session.hasStream()) {
                return;
            }
            server = servers.get(attempts++ % servers.size());
            trouble = opened.isDone() ? trouble : server + " does not answer";
        }
        long limit = attemptNanos;
        if (!opened.isDone()) {
            limit = Math.min(limit, Math.max(1, timeoutNanos - begun.elapsedNanos(time)));
        }
        setTimer(() -> session.dropStream(server + " does not answer"), limit);
        session.connect(server);
    }

    private synchronized void setTimer(Runnable task, long delayNanos) {
        cancelTimer();
        if (stopped) {
            return;
        }
        if (delayNanos == 0) {
            connector.execute(task);
        } else {
            timer = time.schedule(() -> connector.execute(task), delayNanos);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /** Doubles each time; the random half keeps many clients of one server from coming back all at once. */
    private static long delayNanos(int failures) {
        long full = Math.min(MAX_DELAY_NANOS, FIRST_DELAY_NANOS << Math.min(failures, 10));
        return full / 2 + ThreadLocalRandom.current().nextLong(full / 2);
    }
}
