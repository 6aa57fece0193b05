package io.claviger.client;

import io.claviger.protocol.v1.ClavigerGrpc;
import io.claviger.protocol.v1.ClientFrame;
import io.claviger.protocol.v1.ServerFrame;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Map;

/** Streams over gRPC. The loop is an event loop of Netty, on which gRPC calls back without a hop. */
final class GrpcConnector implements Connector {
    private final RemoteConfig config;
    private final EventLoop loop = Channels.nextLoop();

    /** One for each server, made when first needed. Used on the loop only. */
    private final Map<ServerAddress, ManagedChannel> channels = new HashMap<>();

    private final Metadata headers;

    GrpcConnector(RemoteConfig config) {
        this.config = config;
        this.headers = Channels.headers(config);
        // Files of TLS that cannot be used are told now, and not when they are needed.
        Channels.checkTls(config);
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public boolean isOnLoop() {
        return loop.inEventLoop();
    }

    @Override
    public Stream open(ServerAddress server, Listener listener) {
        ManagedChannel channel = channels.computeIfAbsent(server, address -> Channels.open(address, config, loop));
        // The channel would wait before it tries again, but when to do so is for the session to say.
        channel.resetConnectBackoff();
        ClientCall<ClientFrame, ServerFrame> call =
                channel.newCall(ClavigerGrpc.getSessionMethod(), CallOptions.DEFAULT);
        OpenStream stream = new OpenStream(call);
        call.start(new Incoming(call, server, listener, stream, loop), headers);
        call.request(1);
        return stream;
    }

    @Override
    public void close() {
        loop.execute(() -> channels.values().forEach(ManagedChannel::shutdownNow));
    }

    private static final class OpenStream implements Stream {
        private final ClientCall<ClientFrame, ServerFrame> call;
        private boolean ended;

        OpenStream(ClientCall<ClientFrame, ServerFrame> call) {
            this.call = call;
        }

        @Override
        public void send(ClientFrame frame) {
            if (!ended) {
                call.sendMessage(frame);
            }
        }

        @Override
        public void end() {
            if (!ended) {
                ended = true;
                // What was sent before still arrives, and the server answers by ending its side.
                call.halfClose();
            }
        }
    }

    private static final class Incoming extends ClientCall.Listener<ServerFrame> {
        private final ClientCall<ClientFrame, ServerFrame> call;
        private final ServerAddress server;
        private final Listener listener;
        private final OpenStream stream;
        private final EventLoop loop;

        Incoming(
                ClientCall<ClientFrame, ServerFrame> call,
                ServerAddress server,
                Listener listener,
                OpenStream stream,
                EventLoop loop) {
            this.call = call;
            this.server = server;
            this.listener = listener;
            this.stream = stream;
            this.loop = loop;
        }

        @Override
        public void onMessage(ServerFrame frame) {
            if (!stream.ended) {
                listener.received(frame);
            }
            call.request(1);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            // Later, since a call that fails at once ends within its start.
            loop.execute(() -> {
                if (!stream.ended) {
                    stream.ended = true;
                    listener.ended(Troubles.of(server, status));
                }
            });
        }
    }
}
