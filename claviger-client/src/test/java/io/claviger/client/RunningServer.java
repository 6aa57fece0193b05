package io.claviger.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.protocol.v1.AdminGrpc;
import io.claviger.protocol.v1.ListLocksRequest;
import io.claviger.protocol.v1.LockInfo;
import io.claviger.protocol.v1.UnlockRequest;
import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import io.claviger.server.ServerStartException;
import io.claviger.server.security.Security;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real server on a free port, and what an administrator sees and does. */
final class RunningServer implements AutoCloseable {
    private static final int PAGE = 1_000;
    private static final long PATIENCE_SECONDS = 20;

    private final ClavigerServer server;
    private final ManagedChannel channel;
    private final Metadata headers;

    /** A server that asks nothing of those who connect. */
    RunningServer() {
        this(Security.none(), RemoteConfig.builder());
    }

    /** A server with that security, and who may administer it. */
    RunningServer(Security security, RemoteConfig.Builder administrator) {
        try {
            server = ClavigerServer.start(ServerConfig.builder()
                    .textPort(ServerConfig.OFF)
                    .grpcPort(0)
                    .security(security)
                    .build());
        } catch (ServerStartException failed) {
            throw new IllegalStateException(failed);
        }
        RemoteConfig config = administrator.servers(List.of(address(socket()))).build();
        channel = Channels.open(config.servers().get(0), config, Channels.nextLoop());
        headers = Channels.headers(config);
    }

    InetSocketAddress socket() {
        return server.fronts().get(0).address();
    }

    static ServerAddress address(InetSocketAddress socket) {
        return new ServerAddress("localhost", socket.getPort());
    }

    private AdminGrpc.AdminBlockingStub admin() {
        return AdminGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Takes the grants of a name back. */
    void revoke(String name) {
        admin().unlock(UnlockRequest.newBuilder().setName(name).setAll(true).build());
    }

    /** Returns the locks that are held or waited for. */
    List<LockInfo> locks() {
        return admin().listLocks(ListLocksRequest.newBuilder().setLimit(PAGE).build())
                .getLocksList();
    }

    /** Waits until nothing is held or waited for. */
    void awaitNoLocks() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        List<LockInfo> left = locks();
        while (!left.isEmpty() && System.nanoTime() - deadline < 0) {
            left = locks();
        }
        assertThat(left).as("locks that nobody should hold or wait for").isEmpty();
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
    }
}
