package io.claviger.client.ldlm;

import io.claviger.client.Channels;
import io.claviger.spi.TimeSource;
import io.grpc.Status;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The calls of one client: which are under way, and what their failures mean. Thread-safe. */
final class LdlmCalls {
    /** How many calls may be under way in one client, waiting ones included. */
    static final int MAX_CALLS = 65_536;

    static final System.Logger LOG = System.getLogger("io.claviger.client.ldlm");

    private final LdlmSettings settings;
    private final LdlmWire wire;
    private final TimeSource time;
    private final Set<RetriedCall<?, ?>> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Whether the server of this connection does not know Renew. The next connection may lead to a newer server. */
    private volatile boolean isOldServer;

    LdlmCalls(LdlmSettings settings, LdlmWire wire, TimeSource time) {
        this.settings = settings;
        this.wire = wire;
        this.time = time;
    }

    /**
     * Makes a call. The future completes in a thread that must not be blocked. If it fails, then with an {@link LdlmException}, or
     * with an {@link IllegalStateException} if the client is closed or has too many calls under way. Cancelling it gives the
     * call up.
     *
     * @param unwanted is told an answer that came after the call was given up
     */
    <Q, R> CompletableFuture<Reply<R>> start(Rpc<Q, R> rpc, Consumer<Reply<R>> unwanted) {
        if (closed) {
            return CompletableFuture.failedFuture(new IllegalStateException("the client is closed"));
        }
        if (underWay.size() >= MAX_CALLS) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("the client has " + MAX_CALLS + " calls under way, which is the limit"));
        }
        RetriedCall<Q, R> call = new RetriedCall<>(this, rpc, unwanted);
        underWay.add(call);
        call.result().whenComplete((reply, failure) -> underWay.remove(call));
        call.attempt();
        if (closed) {
            call.fail(closedMeanwhile());
        }
        return call.result();
    }

    /** Fails all calls that are under way. */
    void close() {
        closed = true;
        List.copyOf(underWay).forEach(call -> call.fail(closedMeanwhile()));
    }

    private static LdlmUnavailableException closedMeanwhile() {
        return new LdlmUnavailableException(
                LdlmUnavailableException.Outcome.PERHAPS_DONE, "the client was closed before the server answered");
    }

    void connectionEnded() {
        isOldServer = false;
    }

    void serverIsOld() {
        isOldServer = true;
    }

    boolean isOldServer() {
        return isOldServer;
    }

    LdlmSettings settings() {
        return settings;
    }

    LdlmWire wire() {
        return wire;
    }

    TimeSource time() {
        return time;
    }

    int callsUnderWay() {
        return underWay.size();
    }

    /** Whether an attempt that failed so may succeed later, with nothing changed at this client. */
    boolean isWorthRetrying(Status status) {
        return status.getCode() == Status.Code.UNAVAILABLE
                && (!Channels.isRefusal(settings.server(), status) || isCutOff(status.getCause()));
    }

    /** A server that stops while TLS is being agreed on looks like one that cannot agree. */
    private static boolean isCutOff(@Nullable Throwable cause) {
        boolean tls = false;
        boolean refused = false;
        for (Throwable each = cause; each != null; each = each.getCause()) {
            tls |= each instanceof SSLException;
            refused |= each instanceof javax.net.ssl.SSLHandshakeException
                    || each instanceof io.netty.handler.ssl.NotSslRecordException;
        }
        return tls && !refused;
    }

    /** Says what the last failure means. */
    LdlmException failure(Rpc<?, ?> rpc, Status status, boolean perhapsDone) {
        String told = status.getCode() == Status.Code.DEADLINE_EXCEEDED
                ? settings.server() + " gave " + status.getDescription()
                : Channels.trouble(settings.server(), status);
        return switch (status.getCode()) {
            case UNAUTHENTICATED, PERMISSION_DENIED -> new LdlmRefusedException(told);
            case UNIMPLEMENTED ->
                new LdlmRefusedException(settings.server() + " speaks gRPC, but does not know "
                        + rpc.method().getFullMethodName() + "; is it a server of LDLM?");
            default -> {
                if (status.getCode() == Status.Code.UNAVAILABLE && !isWorthRetrying(status)) {
                    yield new LdlmRefusedException(told);
                }
                LdlmUnavailableException.Outcome outcome = perhapsDone
                        ? LdlmUnavailableException.Outcome.PERHAPS_DONE
                        : LdlmUnavailableException.Outcome.NOT_DONE;
                yield new LdlmUnavailableException(
                        outcome,
                        "could not " + rpc.what() + ": " + told + (perhapsDone ? "; perhaps it was done" : ""));
            }
        };
    }
}
