package io.claviger.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.protocol.v1.ClavigerGrpc;
import io.claviger.protocol.v1.OpenSessionRequest;
import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import io.claviger.server.ServerStartException;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole server that asks for TLS and a password, seen through its gRPC front. */
class GuardedServerTest {
    private static final long LIMIT_SECONDS = 20;

    @TempDir
    private Path folder;

    private static ClavigerGrpc.ClavigerBlockingStub client(ManagedChannel channel, String password) {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), password);
        return ClavigerGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private static ServerConfig config(Security security) {
        return ServerConfig.builder()
                .textPort(ServerConfig.OFF)
                .grpcPort(0)
                .security(security)
                .build();
    }

    @Test
    void grpcFront_asksForTlsAndPassword() throws Exception {
        TestPki pki = new TestPki(folder);
        pki.serve(pki.issue("server"));
        Security security = Security.builder()
                .tls(pki.certificate(), pki.key())
                .password("p")
                .build();
        try (ClavigerServer server = ClavigerServer.start(config(security))) {
            int port = server.fronts().get(0).address().getPort();
            ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", port)
                    .sslContext(GrpcSslContexts.forClient()
                            .trustManager(pki.authority().toFile())
                            .build())
                    .build();
            try {
                OpenSessionRequest open = OpenSessionRequest.newBuilder()
                        .setTtlNanos(10_000_000_000L)
                        .build();
                assertThatThrownBy(() -> client(channel, "x").openSession(open))
                        .isInstanceOf(StatusRuntimeException.class)
                        .hasMessage("UNAUTHENTICATED: invalid credentials");
                // Slowed by the failure before, and then served all the same.
                assertThat(client(channel, "p").openSession(open).hasSession()).isTrue();
                assertThat(HealthGrpc.newBlockingStub(channel)
                                .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
                                .check(HealthCheckRequest.getDefaultInstance())
                                .getStatus())
                        .isEqualTo(ServingStatus.SERVING);
            } finally {
                channel.shutdownNow().awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void aBadFileIsSaidInOneLine() {
        Path absent = folder.resolve("absent.pem");
        Security security = Security.builder().tls(absent, absent).build();
        assertThatThrownBy(() -> ClavigerServer.start(config(security)))
                .isInstanceOfSatisfying(
                        ServerStartException.class,
                        failed -> assertThat(failed.reason()).isEqualTo(ServerStartException.Reason.BAD_FILE))
                .hasMessage("TLS certificate file " + absent + ": no such file");
    }
}
