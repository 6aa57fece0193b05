package io.claviger.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.protocol.v1.ClavigerGrpc;
import io.claviger.protocol.v1.ClientFrame;
import io.claviger.protocol.v1.OpenSessionRequest;
import io.claviger.protocol.v1.OpenSessionResponse;
import io.claviger.protocol.v1.ServerFrame;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a guard asks of a real gRPC server's clients. */
class GuardedGrpcTest {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final long LIMIT_SECONDS = 20;

    @TempDir
    private Path folder;

    private final Delays delays = new Delays();
    private final List<Guard> guards = new ArrayList<>();
    private final List<Server> servers = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();

    /** Does not wait, but notes for how long it should have. */
    private static final class Delays extends ScheduledThreadPoolExecutor {
        private final BlockingQueue<Long> millis = new LinkedBlockingQueue<>();

        private Delays() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            millis.add(unit.toMillis(delay));
            return super.schedule(command, 0, unit);
        }
    }

    private static final class Echo extends ClavigerGrpc.ClavigerImplBase {
        @Override
        public void openSession(OpenSessionRequest request, StreamObserver<OpenSessionResponse> answer) {
            answer.onNext(OpenSessionResponse.getDefaultInstance());
            answer.onCompleted();
        }

        @Override
        public StreamObserver<ClientFrame> session(StreamObserver<ServerFrame> answers) {
            return new StreamObserver<>() {
                @Override
                public void onNext(ClientFrame frame) {
                    answers.onNext(ServerFrame.getDefaultInstance());
                }

                @Override
                public void onError(Throwable gone) {}

                @Override
                public void onCompleted() {
                    answers.onCompleted();
                }
            };
        }
    }

    private static MethodDescriptor<OpenSessionRequest, OpenSessionResponse> healthCheck() {
        return ClavigerGrpc.getOpenSessionMethod().toBuilder()
                .setFullMethodName("grpc.health.v1.Health/Check")
                .build();
    }

    private Server serve(Security security) throws IOException, BadSecurityFileException {
        Guard guard = Guard.open(security);
        guards.add(guard);
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        builder.addService(new Echo());
        builder.addService(ServerServiceDefinition.builder("grpc.health.v1.Health")
                .addMethod(healthCheck(), ServerCalls.asyncUnaryCall(new Echo()::openSession))
                .build());
        guard.protect(builder, delays);
        Server server = builder.build().start();
        servers.add(server);
        return server;
    }

    private Server serveWithPassword() throws IOException, BadSecurityFileException {
        return serve(Security.builder().password("open:sesame").build());
    }

    @AfterEach
    void stop() throws InterruptedException {
        channels.forEach(ManagedChannel::shutdownNow);
        servers.forEach(Server::shutdownNow);
        for (Server server : servers) {
            server.awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        guards.forEach(Guard::close);
        delays.shutdownNow();
    }

    private ManagedChannel connect(Server server) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", server.getPort())
                .usePlaintext()
                .build();
        channels.add(channel);
        return channel;
    }

    private static ClientInterceptor with(String... values) {
        Metadata metadata = new Metadata();
        for (String value : values) {
            metadata.put(AUTHORIZATION, value);
        }
        return MetadataUtils.newAttachHeadersInterceptor(metadata);
    }

    private static boolean isLetIn(ManagedChannel channel, String... authorization) {
        try {
            ClavigerGrpc.newBlockingStub(channel)
                    .withInterceptors(with(authorization))
                    .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
                    .openSession(OpenSessionRequest.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException refused) {
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(refused.getStatus().getDescription())
                    .isEqualTo(authorization.length == 0 ? "missing credentials" : "invalid credentials");
            return false;
        }
    }

    private static String basic(String pair) {
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void passwordsInAllForms() throws Exception {
        Server server = serveWithPassword();
        assertThat(isLetIn(connect(server))).isFalse();
        assertThat(delays.millis).isEmpty();
        for (String right : new String[] {
            "open:sesame", "Bearer open:sesame", "bearer  open:sesame", "Basic " + basic("me:open:sesame")
        }) {
            assertThat(isLetIn(connect(server), right)).as(right).isTrue();
        }
        for (String wrong : new String[] {
            "", "open", "Basic", "Basic open:sesame", "Basic " + basic("open"), "Basic !", "Bearer x", "open:sesame2"
        }) {
            assertThat(isLetIn(connect(server), wrong)).as(wrong).isFalse();
        }
        assertThat(delays.millis).containsExactly(100L, 200L, 400L, 800L, 1600L, 2000L, 2000L);
    }

    @Test
    void theFirstValueCounts() throws Exception {
        Server server = serveWithPassword();
        assertThat(isLetIn(connect(server), "open:sesame", "x")).isTrue();
        assertThat(isLetIn(connect(server), "x", "open:sesame")).isFalse();
    }

    @Test
    void aPasswordThatBeginsLikeAScheme() throws Exception {
        Server server = serve(Security.builder().password("Bearer x").build());
        assertThat(isLetIn(connect(server), "Bearer x")).isTrue();
        assertThat(isLetIn(connect(server), "Bearer Bearer x")).isTrue();
        assertThat(isLetIn(connect(server), "x")).isFalse();
    }

    @Test
    void whoHasProvenItIsNotSlowedByAnother() throws Exception {
        Server server = serveWithPassword();
        ManagedChannel proven = connect(server);
        assertThat(isLetIn(proven, "open:sesame")).isTrue();
        assertThat(isLetIn(connect(server), "x")).isFalse();
        assertThat(isLetIn(proven, "open:sesame")).isTrue();
        assertThat(delays.millis).isEmpty();
        // But it cannot guess faster than another, and a new connection waits.
        assertThat(isLetIn(proven, "x")).isFalse();
        assertThat(isLetIn(connect(server), "open:sesame")).isTrue();
        assertThat(delays.millis).containsExactly(100L, 200L);
    }

    @Test
    void streamsAreAskedToo_andStartAfterTheirDelay() throws Exception {
        Server server = serveWithPassword();
        assertThat(stream(connect(server), "x")
                        .handle((n, refused) -> Status.fromThrowable(refused).getDescription())
                        .get(LIMIT_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("invalid credentials");
        assertThat(stream(connect(server), "open:sesame").get(LIMIT_SECONDS, TimeUnit.SECONDS))
                .isEqualTo(100);
        assertThat(delays.millis).containsExactly(100L);
    }

    /** Sends a hundred frames at once, and counts the answers. */
    private static CompletableFuture<Integer> stream(ManagedChannel channel, String password) {
        CompletableFuture<Integer> count = new CompletableFuture<>();
        StreamObserver<ClientFrame> requests = ClavigerGrpc.newStub(channel)
                .withInterceptors(with(password))
                .session(new StreamObserver<>() {
                    private int answers;

                    @Override
                    public void onNext(ServerFrame frame) {
                        answers++;
                    }

                    @Override
                    public void onError(Throwable refused) {
                        count.completeExceptionally(refused);
                    }

                    @Override
                    public void onCompleted() {
                        count.complete(answers);
                    }
                });
        for (int i = 0; i < 100; i++) {
            requests.onNext(ClientFrame.getDefaultInstance());
        }
        requests.onCompleted();
        return count;
    }

    @Test
    void probesAreNotAsked() throws Exception {
        OpenSessionResponse answer = ClientCalls.blockingUnaryCall(
                connect(serveWithPassword()),
                healthCheck(),
                io.grpc.CallOptions.DEFAULT.withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS),
                OpenSessionRequest.getDefaultInstance());
        assertThat(answer).isEqualTo(OpenSessionResponse.getDefaultInstance());
    }

    @Test
    void withoutPasswordNobodyIsAsked() throws Exception {
        Server server = serve(Security.none());
        assertThat(isLetIn(connect(server))).isTrue();
        assertThat(isLetIn(connect(server), "any")).isTrue();
    }

    @Test
    void mutualTls() throws Exception {
        TestPki pki = new TestPki(folder);
        pki.serve(pki.issue("server"));
        Server server = serve(Security.builder()
                .tls(pki.certificate(), pki.key())
                .clientCa(pki.authority())
                .build());
        assertThat(isLetIn(connectTls(server, pki, pki.issue("client")))).isTrue();
        ManagedChannel nameless = connectTls(server, pki, null);
        assertThatThrownBy(() -> ClavigerGrpc.newBlockingStub(nameless)
                        .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
                        .openSession(OpenSessionRequest.getDefaultInstance()))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageStartingWith("UNAVAILABLE");
    }

    private ManagedChannel connectTls(Server server, TestPki pki, @Nullable X509Bundle identity) throws Exception {
        SslContextBuilder context =
                GrpcSslContexts.forClient().trustManager(pki.authority().toFile());
        if (identity != null) {
            context.keyManager(identity.getKeyPair().getPrivate(), identity.getCertificatePath());
        }
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", server.getPort())
                .sslContext(context.build())
                .build();
        channels.add(channel);
        return channel;
    }
}
