package io.claviger.client;

import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.protocol.v1.AdminGrpc;
import io.claviger.protocol.v1.AdminGrpc.AdminBlockingStub;
import io.claviger.protocol.v1.GetStatusRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.net.ConnectException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The connection of an administrator: the first server of the list that answered. Thread-safe. */
final class AdminChannel implements AutoCloseable {
    /** How long a call may take: as long as it takes to find that a connection is dead, and some more. */
    private static final long CALL_SECONDS = 30;

    /** A name with as many holders as the server allows has to fit. */
    private static final int MAX_INBOUND_BYTES = 64 * 1024 * 1024;

    private static final long MIN_ATTEMPT_NANOS = 1_000_000_000L;
    private static final long FIRST_PAUSE_NANOS = 10_000_000L;
    private static final long LAST_PAUSE_NANOS = 1_000_000_000L;

    /** A call by the stub. */
    interface Call<S, T> {
        T by(S stub);
    }

    /** A call that was not answered as it should. */
    static final class FailedCall extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Status status;
        private final transient Connector.Ending ending;

        FailedCall(ServerAddress server, Status status) {
            super(status.toString(), null, false, false);
            this.status = status;
            this.ending = status.getCode() == Code.DEADLINE_EXCEEDED
                    ? new Connector.Ending(false, server + " does not answer")
                    : Troubles.of(server, status);
        }

        Status status() {
            return status;
        }

        Connector.Ending ending() {
            return ending;
        }

        /** Whether the server may have done what it was asked for. */
        boolean isPerhapsDone() {
            return switch (status.getCode()) {
                case DEADLINE_EXCEEDED, CANCELLED, ABORTED -> true;
                case UNAVAILABLE, UNKNOWN, INTERNAL -> !ending.refused() && !couldNotConnect();
                default -> false;
            };
        }

        private boolean couldNotConnect() {
            @Nullable Throwable cause = status.getCause();
            while (cause != null && !(cause instanceof ConnectException)) {
                cause = cause.getCause();
            }
            return cause != null;
        }
    }

    private final ServerAddress server;
    private final ManagedChannel channel;
    private final AdminBlockingStub stub;

    private AdminChannel(ServerAddress server, RemoteConfig config) {
        this.server = server;
        this.channel = Channels.open(server, config, Channels.nextLoop());
        this.stub = AdminGrpc.newBlockingStub(channel)
                .withMaxInboundMessageSize(MAX_INBOUND_BYTES)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(Channels.headers(config)));
    }

    /** Asks one server after the other, again and again until one answers, one refuses, or the time to connect is over. */
    static AdminChannel connect(RemoteConfig config) {
        Channels.checkTls(config);
        long begun = System.nanoTime();
        long timeout = config.connectTimeout().toNanos();
        long attempt = Math.max(MIN_ATTEMPT_NANOS, timeout / config.servers().size());
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            Connector.Ending last = new Connector.Ending(false, "no server is named");
            for (ServerAddress server : config.servers()) {
                AdminChannel channel = new AdminChannel(server, config);
                try {
                    long left = Math.max(1, timeout - (System.nanoTime() - begun));
                    channel.greet(Math.min(attempt, left));
                    return channel;
                } catch (FailedCall failed) {
                    channel.close();
                    last = failed.ending();
                    if (last.refused()) {
                        throw new RejectedException(last.message());
                    }
                }
            }
            if (System.nanoTime() - begun + pause >= timeout) {
                throw new UnavailableException("no server could be reached: " + last.message());
            }
            pause(pause);
            pause = Math.min(LAST_PAUSE_NANOS, 2 * pause);
        }
    }

    ServerAddress server() {
        return server;
    }

    <T> T call(Call<AdminBlockingStub, T> call) throws FailedCall {
        // The channel would wait before it connects again, but somebody waits for an answer.
        channel.resetConnectBackoff();
        return call(stub.withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS), call);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private void greet(long limitNanos) throws FailedCall {
        call(
                stub.withDeadlineAfter(limitNanos, TimeUnit.NANOSECONDS),
                timed -> timed.getStatus(GetStatusRequest.getDefaultInstance()));
    }

    private <T> T call(AdminBlockingStub timed, Call<AdminBlockingStub, T> call) throws FailedCall {
        try {
            return call.by(timed);
        } catch (StatusRuntimeException failed) {
            throw new FailedCall(server, failed.getStatus());
        }
    }

    private static void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while connecting");
        }
    }
}
