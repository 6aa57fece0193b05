package io.claviger.server.grpc;

import io.claviger.protocol.v1.AdminGrpc;
import io.claviger.protocol.v1.ClavigerGrpc;
import io.claviger.protocol.v1.ClientFrame;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.Event;
import io.claviger.protocol.v1.ServerFrame;
import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import io.claviger.server.ServerStartException;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server with a gRPC front on a free port, and channels to it. */
final class GrpcServer implements AutoCloseable {
    private final ClavigerServer server;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private @Nullable ManagedChannel adminChannel;

    GrpcServer(ServerConfig.Builder config) {
        try {
            server = ClavigerServer.start(
                    config.textPort(ServerConfig.OFF).grpcPort(0).build());
        } catch (ServerStartException failed) {
            throw new IllegalStateException(failed);
        }
    }

    InetSocketAddress address() {
        return server.fronts().get(0).address();
    }

    ManagedChannel channel() {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(address()).usePlaintext().build();
        channels.add(channel);
        return channel;
    }

    ClavigerGrpc.ClavigerBlockingStub calls() {
        return ClavigerGrpc.newBlockingStub(channel()).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    AdminGrpc.AdminBlockingStub admin() {
        if (adminChannel == null) {
            adminChannel = channel();
        }
        return AdminGrpc.newBlockingStub(adminChannel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    Stream stream() {
        return new Stream(channel());
    }

    void stop() {
        server.close();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        server.close();
    }

    /** A session stream, seen from the client. */
    static final class Stream implements StreamObserver<ServerFrame> {
        private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        private final CompletableFuture<Status> end = new CompletableFuture<>();
        private final ManagedChannel channel;
        private final StreamObserver<ClientFrame> out;
        private long number;

        Stream(ManagedChannel channel) {
            this.channel = channel;
            this.out = ClavigerGrpc.newStub(channel).session(this);
        }

        Stream send(ClientFrame.Builder frame) {
            out.onNext(frame.setNumber(++number).build());
            return this;
        }

        Stream send(Command... commands) {
            return send(ClientFrame.newBuilder().addAllCommands(List.of(commands)));
        }

        Event next() {
            try {
                Event event = events.poll(20, TimeUnit.SECONDS);
                if (event == null) {
                    throw new AssertionError("waited in vain for an event; end: " + end);
                }
                return event;
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }

        Status end() {
            return end.orTimeout(20, TimeUnit.SECONDS).join();
        }

        StreamObserver<ClientFrame> out() {
            return out;
        }

        /** Breaks the connection, without a word. */
        void kill() {
            channel.shutdownNow();
        }

        @Override
        public void onNext(ServerFrame frame) {
            events.addAll(frame.getEventsList());
        }

        @Override
        public void onError(Throwable failure) {
            end.complete(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }
}
