package io.claviger.server.http;

import io.claviger.server.ldlm.LdlmSession;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A session of the REST API: that of LDLM, and when it was last used. It does not run out while a request of it runs or
 * waits. Thread-safe where nothing else is said.
 */
final class RestSession {
    /** What {@link #idleLeftNanos} says of a session that is in use. */
    static final long IN_USE = Long.MAX_VALUE;

    private final String id;
    private final LdlmSession ldlm;
    private final long idleNanos;

    /** Confined to the thread of the machine. */
    private final Set<RestCall<?>> calls = new LinkedHashSet<>();

    private int running;
    private boolean ended;
    private boolean looking;
    private long lastUseNanos;

    RestSession(String id, LdlmSession ldlm, long idleNanos, long nowNanos) {
        this.id = id;
        this.ldlm = ldlm;
        this.idleNanos = idleNanos;
        this.lastUseNanos = nowNanos;
        this.looking = true;
    }

    /** What a client knows it by, and never to be logged. */
    String id() {
        return id;
    }

    LdlmSession ldlm() {
        return ldlm;
    }

    /** How a session takes a request. */
    enum Beginning {
        BEGUN,
        ENDED,
        TOO_MANY
    }

    /** Begins a request, if the session still lives. What has begun is to be finished. */
    synchronized Beginning begin() {
        if (ended) {
            return Beginning.ENDED;
        }
        if (running >= HttpLimits.MAX_CALLS_PER_SESSION) {
            return Beginning.TOO_MANY;
        }
        running++;
        return Beginning.BEGUN;
    }

    /** Finishes a request. True if one has to look, after the idle time, whether the session has been idle. */
    synchronized boolean finish(long nowNanos) {
        running--;
        lastUseNanos = nowNanos;
        if (running > 0 || looking || ended) {
            return false;
        }
        looking = true;
        return true;
    }

    /**
     * Looks whether the session has been idle for too long, and ends it then.
     *
     * @return 0 if it has just run out; {@link #IN_USE} if nobody needs to look until {@link #finish} says so; else after
     *     how long to look again
     */
    synchronized long idleLeftNanos(long nowNanos) {
        if (ended || running > 0) {
            looking = false;
            return IN_USE;
        }
        long left = lastUseNanos + idleNanos - nowNanos;
        if (left > 0) {
            return left;
        }
        ended = true;
        return 0;
    }

    /** Ends the session for all later requests. False if it was over before. */
    synchronized boolean end() {
        boolean was = ended;
        ended = true;
        return !was;
    }

    synchronized boolean isEnded() {
        return ended;
    }

    /** On the thread of the machine: has a request told of the session's end. */
    void add(RestCall<?> call) {
        calls.add(call);
    }

    /** On the thread of the machine. */
    void remove(RestCall<?> call) {
        calls.remove(call);
    }

    /** On the thread of the machine: answers all requests, and gives up what the session has. */
    void release(Runnable then) {
        List.copyOf(calls).forEach(call -> call.refuse(Answer.BAD_COOKIE));
        ldlm.end(then);
    }

    /** On the thread of the machine: answers all requests. */
    void serverCloses() {
        List.copyOf(calls).forEach(call -> call.unavailable(RestCall.CLOSING));
    }
}
