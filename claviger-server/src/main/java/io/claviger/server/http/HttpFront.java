package io.claviger.server.http;

import io.claviger.server.Front;
import io.claviger.server.FrontAddress;
import io.claviger.server.MachineLoop;
import io.claviger.server.ServerConfig;
import io.claviger.server.ldlm.LdlmSessions;
import io.claviger.server.security.Guard;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP front: LDLM's REST API. Thread-safe. */
public final class HttpFront implements Front {
    private static final Logger log = LoggerFactory.getLogger(HttpFront.class);

    private final ServerConfig config;
    private final Guard guard;
    private final MachineLoop loop;
    private final RestSessions sessions;
    private final InFlight inFlight = new InFlight();
    private @Nullable CompletableFuture<Prepared> prepared;
    private @Nullable Open open;

    /** What there is before it listens. */
    private record Prepared(HttpListener listener, Gate gate) {}

    /** What there is while it listens. */
    private record Open(HttpListener listener, InetSocketAddress address, Gate gate, Future<?> sweep) {}

    /**
     * Makes a front that does not listen yet.
     *
     * @param machineLoop the thread on which the sequencer tells
     * @param ldlm the sessions of LDLM, of which each REST session is one
     */
    public HttpFront(ServerConfig config, Guard guard, EventExecutor machineLoop, LdlmSessions ldlm) {
        this.config = config;
        this.guard = guard;
        this.loop = new MachineLoop(machineLoop);
        this.sessions = new RestSessions(loop, ldlm, config.ldlm().restSessionIdle());
    }

    /** Begins, on a thread of its own, with what takes long: to load the libraries. */
    public void prepare() {
        prepared = CompletableFuture.supplyAsync(
                this::build, building -> new Thread(building, "claviger-http-start").start());
    }

    /**
     * Listens.
     *
     * <p><b>Blocks</b> until the address is bound.
     *
     * @throws IOException if it cannot be bound; nothing listens then
     */
    public void open(InetSocketAddress address) throws IOException {
        Prepared parts = prepared == null ? build() : prepared.join();
        HttpListener listener = parts.listener();
        listener.open(address);
        open = new Open(listener, listener.address(), parts.gate(), sweepSlow(listener));
        log.info("Started HTTP server listening on {}", FrontAddress.text(address()));
    }

    private Prepared build() {
        HttpListener listener = new HttpListener(config.maxConnections(), guard.jdkEngines());
        Gate gate = new Gate(guard.password(), sessions, inFlight, listener.threads());
        SessionCookie cookie = new SessionCookie(
                config.ldlm().restSessionIdle(), config.security().encrypts());
        SessionApi sessionApi = new SessionApi(sessions, cookie, listener.threads());
        listener.serve(Routes.servlet(gate, sessionApi, new LockApi(loop, listener.threads())));
        return new Prepared(listener, gate);
    }

    private Future<?> sweepSlow(HttpListener listener) {
        long limitNanos = TimeUnit.MILLISECONDS.toNanos(HttpLimits.REQUEST_MILLIS);
        return loop.executor()
                .scheduleWithFixedDelay(
                        () -> {
                            try {
                                listener.threads()
                                        .execute(() -> listener.connections().closeSlow(limitNanos));
                            } catch (RejectedExecutionException stopped) {
                                // It is being closed, and then ends them all.
                                return;
                            }
                        },
                        HttpLimits.SWEEP_MILLIS,
                        HttpLimits.SWEEP_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public String name() {
        return "HTTP";
    }

    @Override
    public InetSocketAddress address() {
        Open now = open;
        if (now == null) {
            throw new IllegalStateException("the HTTP front is not open");
        }
        return now.address();
    }

    @Override
    public int connections() {
        Open now = open;
        return now == null ? 0 : now.listener().connections().count();
    }

    @Override
    public void close(long stepMillis) {
        Open now = open;
        if (now == null) {
            return;
        }
        now.sweep().cancel(false);
        now.listener().stopListening();
        now.gate().close();
        loop.run(sessions::serverCloses);
        try {
            inFlight.awaitNone(Math.min(stepMillis, HttpLimits.FAREWELL_MILLIS));
            now.listener().stop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            log.warn("The HTTP front did not stop in order: {}", failed.getMessage());
        }
    }
}
