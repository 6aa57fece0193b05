package io.claviger.server.http;

import io.claviger.server.MachineLoop;
import io.claviger.server.ldlm.LdlmSessions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The sessions of the REST API by their ids. Thread-safe. */
final class RestSessions {
    private static final int ID_BYTES = 16;

    private final MachineLoop loop;
    private final LdlmSessions ldlm;
    private final long idleNanos;
    private final Map<String, RestSession> open = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();

    RestSessions(MachineLoop loop, LdlmSessions ldlm, Duration idle) {
        this.loop = loop;
        this.ldlm = ldlm;
        this.idleNanos = idle.toNanos();
    }

    /**
     * Opens a session under an id that nobody can guess; empty if there are too many.
     *
     * @param label who it is, for people
     */
    Optional<RestSession> create(String label) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        RestSession session =
                new RestSession(HexFormat.of().formatHex(id), ldlm.newSession(label), idleNanos, System.nanoTime());
        synchronized (this) {
            if (open.size() >= HttpLimits.MAX_SESSIONS) {
                return Optional.empty();
            }
            open.put(session.id(), session);
        }
        lookAfter(session, idleNanos);
        return Optional.of(session);
    }

    /** Returns the session of that id; null if there is none, or none any more. */
    @Nullable
    RestSession find(String id) {
        return open.get(id);
    }

    /** Ends a session. The result is there when all that it had is released; false if it was over before. */
    CompletableFuture<Boolean> end(RestSession session) {
        if (!session.end()) {
            return CompletableFuture.completedFuture(false);
        }
        CompletableFuture<Boolean> released = new CompletableFuture<>();
        open.remove(session.id());
        loop.run(() -> session.release(() -> released.complete(true)));
        return released;
    }

    /** A request of the session is over. */
    void finished(RestSession session) {
        if (session.finish(System.nanoTime())) {
            lookAfter(session, idleNanos);
        }
    }

    /** On the thread of the machine: answers all requests. */
    void serverCloses() {
        open.values().forEach(RestSession::serverCloses);
    }

    private void lookAfter(RestSession session, long nanos) {
        try {
            loop.executor().schedule(() -> look(session), nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException stopped) {
            // The server is closing, and all sessions end with it.
            return;
        }
    }

    private void look(RestSession session) {
        long left = session.idleLeftNanos(System.nanoTime());
        if (left == 0) {
            open.remove(session.id());
            session.release(() -> {});
        } else if (left != RestSession.IN_USE) {
            lookAfter(session, left);
        }
    }
}
