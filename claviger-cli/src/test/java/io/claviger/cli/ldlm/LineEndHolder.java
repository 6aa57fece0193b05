package io.claviger.cli.ldlm;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.protocol.ldlm.LDLMGrpc;
import io.claviger.protocol.ldlm.TryLockRequest;
import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import io.claviger.server.SocketConfig;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;

/** A server, and a client of LDLM that holds a lock there whose name is not fit for a line. */
final class LineEndHolder implements AutoCloseable {
    static final String NAME = "two\nlines \"\u00fc\" \ud83d\udd11";

    private final Path socket;
    private final ClavigerServer server;
    private final ManagedChannel channel;

    LineEndHolder(Path socket) throws Exception {
        this.socket = socket;
        server = ClavigerServer.start(ServerConfig.builder()
                .textPort(ServerConfig.OFF)
                .grpcPort(0)
                .socket(new SocketConfig(socket, true))
                .build());
        channel = NettyChannelBuilder.forAddress(server.fronts().get(0).address())
                .usePlaintext()
                .build();
        assertThat(LDLMGrpc.newBlockingStub(channel)
                        .tryLock(TryLockRequest.newBuilder().setName(NAME).build())
                        .getLocked())
                .isTrue();
    }

    Path socket() {
        return socket;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
    }
}
