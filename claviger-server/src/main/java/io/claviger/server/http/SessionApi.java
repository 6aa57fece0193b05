package io.claviger.server.http;

import io.javalin.http.Context;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Opens and ends sessions, and keeps their cookies fresh. */
final class SessionApi {
    private static final String SET_COOKIE = "Set-Cookie";

    private final RestSessions sessions;
    private final SessionCookie cookie;
    private final Executor threads;

    SessionApi(RestSessions sessions, SessionCookie cookie, Executor threads) {
        this.sessions = sessions;
        this.cookie = cookie;
        this.threads = threads;
    }

    void open(Context context) {
        SocketAddress remote = WatchedEndPoint.of(context.req()).getRemoteSocketAddress();
        Optional<RestSession> opened = sessions.create("LDLM REST client at " + CrossSite.digits(remote));
        if (opened.isEmpty()) {
            Answer.TOO_MANY_SESSIONS.answer(context);
            return;
        }
        String id = opened.get().id();
        context.header(SET_COOKIE, cookie.give(id, Instant.now()));
        new Answer(201, Answer.JSON, "{\"session_id\": \"" + id + "\"}").answer(context);
    }

    /** Ends the session, and answers when all that it had is free. */
    void end(Context context) {
        String id = SessionCookie.of(context.req());
        if (id == null) {
            Answer.NO_COOKIE.answer(context);
            return;
        }
        RestSession session = sessions.find(id);
        if (session == null) {
            Answer.NO_SESSION.answer(context);
            return;
        }
        context.future(() -> sessions.end(session).thenAcceptAsync(ended -> ended(context, ended), threads));
    }

    private void ended(Context context, boolean byUs) {
        if (!byUs) {
            Answer.NO_SESSION.answer(context);
            return;
        }
        context.header(SET_COOKIE, cookie.empty());
        new Answer(200, Answer.JSON, "{\"session_id\": \"\"}").answer(context);
    }

    /** Sends the cookie again with whatever a request of a session is answered. */
    void refresh(Context context) {
        Gate.sessionIfAny(context)
                .filter(session -> !session.isEnded())
                .ifPresent(session -> context.header(SET_COOKIE, cookie.give(session.id(), Instant.now())));
    }
}
