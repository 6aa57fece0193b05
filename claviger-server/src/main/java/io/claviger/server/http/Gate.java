package io.claviger.server.http;

import io.claviger.server.security.PasswordCheck;
import io.claviger.server.security.PasswordCheck.Judgement;
import io.claviger.server.security.PasswordCheck.Verdict;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands before all routes, in LDLM's order: the password, then the session; and before both, that the server is not
 * closing and that no page of another origin asks, lest such a page guess passwords from here.
 */
final class Gate {
    private static final Logger log = LoggerFactory.getLogger(Gate.class);
    private static final String SESSION = "claviger.session";
    private static final String REALM = "Basic realm=\"Restricted\"";

    private final Optional<PasswordCheck> password;
    private final CrossSite crossSite;
    private final RestSessions sessions;
    private final InFlight inFlight;
    private final Executor threads;
    private volatile boolean closing;

    /** @param threads on which a request goes on whose password had to wait */
    Gate(Optional<PasswordCheck> password, RestSessions sessions, InFlight inFlight, Executor threads) {
        this.password = password;
        this.crossSite = new CrossSite(password.isPresent());
        this.sessions = sessions;
        this.inFlight = inFlight;
        this.threads = threads;
    }

    /** Returns the session of a request that has passed. */
    static RestSession session(Context context) {
        RestSession session = context.attribute(SESSION);
        if (session == null) {
            throw new IllegalStateException("no session has been asked for");
        }
        return session;
    }

    /** Returns the session of a request that has passed; empty if it was one that needs none. */
    static Optional<RestSession> sessionIfAny(Context context) {
        return Optional.ofNullable(context.attribute(SESSION));
    }

    /** Returns Jetty's view of a request. */
    static Request core(Context context) {
        return ServletContextRequest.getServletContextRequest(context.req());
    }

    /** From now on no request passes. */
    void close() {
        closing = true;
    }

    void handle(Context context) {
        inFlight.begun();
        WatchedEndPoint connection = WatchedEndPoint.of(context.req());
        whenDone(context, failure -> {
            connection.requestArrived();
            inFlight.ended();
        });
        if (closing) {
            refuse(context, Answer.unavailable(RestCall.CLOSING));
            return;
        }
        SocketAddress local = connection.getLocalSocketAddress();
        Optional<Answer> foreign = crossSite.refusal(context.req(), local);
        if (foreign.isPresent()) {
            refuse(context, foreign.get());
        } else if (password.isPresent()) {
            askPassword(context, connection, password.get());
        } else {
            askSession(context);
        }
    }

    /** Has one told when the answer is on its way to the client, or has failed. */
    static void whenDone(Context context, Consumer<@Nullable Throwable> then) {
        Request.addCompletionListener(core(context), then);
    }

    private void askPassword(Context context, WatchedEndPoint connection, PasswordCheck check) {
        byte[] attempt = BasicPassword.of(context.header("Authorization"));
        if (attempt == null) {
            refuseUnauthorised(context);
            return;
        }
        if (connection.isProven() && check.isRight(attempt)) {
            askSession(context);
            return;
        }
        SocketAddress remote = connection.getRemoteSocketAddress();
        Judgement judgement = check.judge(address(remote), attempt);
        if (judgement.delayNanos() == 0) {
            proceed(context, connection, judgement.verdict());
            return;
        }
        Executor later = CompletableFuture.delayedExecutor(judgement.delayNanos(), TimeUnit.NANOSECONDS, threads);
        context.future(
                () -> CompletableFuture.runAsync(() -> proceed(context, connection, judgement.verdict()), later));
    }

    private void proceed(Context context, WatchedEndPoint connection, Verdict verdict) {
        switch (verdict) {
            case RIGHT -> {
                connection.prove();
                askSession(context);
            }
            case WRONG -> {
                log.warn("Wrong password from {}", CrossSite.digits(connection.getRemoteSocketAddress()));
                refuseUnauthorised(context);
            }
            case TOO_MANY -> refuse(context, Answer.TOO_MANY_ATTEMPTS);
        }
    }

    private void askSession(Context context) {
        if (Routes.needsNoSession(context)) {
            return;
        }
        String id = SessionCookie.of(context.req());
        if (id == null) {
            refuse(context, Answer.NO_COOKIE);
            return;
        }
        RestSession session = sessions.find(id);
        if (session == null) {
            refuse(context, Answer.BAD_COOKIE);
            return;
        }
        switch (session.begin()) {
            case BEGUN -> {
                context.attribute(SESSION, session);
                whenDone(context, failure -> sessions.finished(session));
            }
            case ENDED -> refuse(context, Answer.BAD_COOKIE);
            case TOO_MANY -> refuse(context, Answer.TOO_MANY_CALLS);
        }
    }

    private static void refuse(Context context, Answer answer) {
        answer.answer(context);
        context.skipRemainingHandlers();
    }

    private static void refuseUnauthorised(Context context) {
        context.status(401).header("WWW-Authenticate", REALM);
        context.res().setContentType(null);
        context.skipRemainingHandlers();
    }

    private static @Nullable InetAddress address(@Nullable SocketAddress remote) {
        return remote instanceof InetSocketAddress internet ? internet.getAddress() : null;
    }
}
