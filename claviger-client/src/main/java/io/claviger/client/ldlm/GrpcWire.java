package io.claviger.client.ldlm;

import io.claviger.client.Channels;
import io.claviger.client.RemoteConfig;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientTransportFilter;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Calls over gRPC, over a connection of its own: two clients of a process never share one, since the server unlocks what was
 * locked over a connection when it ends.
 */
final class GrpcWire implements LdlmWire {
    /** A connection that is silent for so long is asked whether it lives. LDLM's servers refuse more often than every 10 s. */
    private static final long KEEP_ALIVE_SECONDS = 30;

    private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 10;

    /** How long {@link #close()} waits for the connection to be closed. */
    private static final long CLOSE_SECONDS = 2;

    private static final Attributes.Key<Long> CONNECTION = Attributes.Key.create("io.claviger.client.ldlm.connection");

    private final ManagedChannel channel;
    private final Metadata headers;
    private final Set<Long> live = ConcurrentHashMap.newKeySet();
    private final AtomicLong connections = new AtomicLong();
    private volatile ConnectionEnd listener = connection -> {};

    GrpcWire(LdlmSettings settings) {
        headers = Channels.headers(settings.password());
        channel = Channels.builder(
                        settings.server(),
                        settings.tls().map(LdlmTls::files),
                        RemoteConfig.DEFAULT_CONNECT_TIMEOUT,
                        Channels.nextLoop())
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                // A lock may be held for hours without a call.
                .keepAliveWithoutCalls(true)
                .addTransportFilter(new ConnectionCount())
                .build();
    }

    @Override
    public void onConnectionEnd(ConnectionEnd told) {
        listener = told;
    }

    @Override
    public boolean isLive(long connection) {
        return live.contains(connection);
    }

    @Override
    public <Q, R> Runnable start(MethodDescriptor<Q, R> method, Q request, Outcome<R> outcome) {
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            // Else the call would fail at once with what the connection failed with last, although it may succeed now.
            channel.enterIdle();
        }
        ClientCall<Q, R> call = channel.newCall(method, CallOptions.DEFAULT);
        Metadata own = new Metadata();
        own.merge(headers);
        call.start(new Answer<>(call, outcome), own);
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
        return () -> call.cancel("given up", null);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private final class ConnectionCount extends ClientTransportFilter {
        @Override
        public Attributes transportReady(Attributes attributes) {
            long connection = connections.incrementAndGet();
            live.add(connection);
            return attributes.toBuilder().set(CONNECTION, connection).build();
        }

        @Override
        public void transportTerminated(Attributes attributes) {
            Long connection = attributes.get(CONNECTION);
            if (connection != null && live.remove(connection)) {
                listener.ended(connection);
            }
        }
    }

    private static final class Answer<R> extends ClientCall.Listener<R> {
        private final ClientCall<?, R> call;
        private final Outcome<R> outcome;
        private @Nullable R reply;

        Answer(ClientCall<?, R> call, Outcome<R> outcome) {
            this.call = call;
            this.outcome = outcome;
        }

        @Override
        public void onMessage(R message) {
            reply = message;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            Long connection = call.getAttributes().get(CONNECTION);
            if (reply != null && connection != null) {
                // Even if the call was given up meanwhile: what was granted must not be forgotten.
                outcome.answered(reply, connection);
            } else {
                outcome.failed(
                        status.isOk() ? Status.INTERNAL.withDescription("no answer") : status, connection != null);
            }
        }
    }
}
