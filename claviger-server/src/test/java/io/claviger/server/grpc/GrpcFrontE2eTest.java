package io.claviger.server.grpc;

import static io.claviger.server.grpc.FakeClient.acquire;
import static io.claviger.server.grpc.FakeClient.release;
import static io.claviger.server.grpc.FakeClient.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.protocol.v1.ClientFrame;
import io.claviger.protocol.v1.GetStatusRequest;
import io.claviger.protocol.v1.Open;
import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import io.claviger.server.ServerStartException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcFrontE2eTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void L1_aReleaseOnOneConnectionGrantsOnAnother(int eventLoops) {
        try (GrpcServer server = new GrpcServer(ServerConfig.builder().eventLoops(eventLoops))) {
            GrpcServer.Stream one = server.stream().send(open(0).addCommands(acquire(1, "a", 1)));
            assertThat(one.next().hasOpened()).isTrue();
            assertThat(one.next().hasGranted()).isTrue();
            GrpcServer.Stream two = server.stream().send(open(0).addCommands(acquire(1, "a", 2)));
            assertThat(two.next().hasOpened()).isTrue();
            assertThat(two.next().hasQueued()).isTrue();
            for (int i = 2; i < 50; i++) {
                one.send(release(i, i - 1), verify(i - 1));
                assertThat(one.next().hasReleased()).isTrue();
                assertThat(one.next().getVerified().getNotHeldCount()).isEqualTo(2);
                assertThat(two.next().getGranted().getKeyLow()).isEqualTo(i);
                GrpcServer.Stream waiting = one;
                waiting.send(acquire(1_000 + i, "a", i + 1));
                assertThat(waiting.next().hasQueued()).isTrue();
                one = two;
                two = waiting;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void L3_aBrokenConnectionFreesAtOnce(int eventLoops) {
        try (GrpcServer server = new GrpcServer(ServerConfig.builder().eventLoops(eventLoops))) {
            GrpcServer.Stream one = server.stream().send(open(0).addCommands(acquire(1, "a", 1)));
            one.next();
            assertThat(one.next().hasGranted()).isTrue();
            GrpcServer.Stream two = server.stream().send(open(0).addCommands(acquire(1, "a", 2)));
            two.next();
            assertThat(two.next().hasQueued()).isTrue();
            one.kill();
            assertThat(two.next().getGranted().getKeyLow()).isEqualTo(2);
        }
    }

    @Test
    void aMalformedFrameEndsTheStreamWithItsFault() {
        try (GrpcServer server = new GrpcServer(ServerConfig.builder())) {
            Status end = server.stream().send(acquire(1, "a", 1)).end();
            assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(end.getDescription())
                    .isEqualTo("the first frame of a stream must open a session or attach to one");
        }
    }

    @Test
    void aClientThatClosesItsSideIsAnswered() {
        try (GrpcServer server = new GrpcServer(ServerConfig.builder())) {
            GrpcServer.Stream one = server.stream().send(open(0));
            one.next();
            one.out().onCompleted();
            assertThat(one.end()).isEqualTo(Status.OK);
            assertThat(server.admin()
                            .getStatus(GetStatusRequest.getDefaultInstance())
                            .getSessions())
                    .isZero();
        }
    }

    @Test
    void streamsAndConnectionsAreBounded() {
        try (GrpcServer server = new GrpcServer(ServerConfig.builder().maxConnections(2))) {
            GrpcServer.Stream one = server.stream().send(open(0));
            one.next();
            var channel = server.channel();
            GrpcServer.Stream two = new GrpcServer.Stream(channel).send(open(0));
            two.next();
            Status end = new GrpcServer.Stream(channel).end();
            assertThat(end.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(end.getDescription()).contains("2 session streams");
            assertThat(server.stream().end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            one.kill();
            assertThat(one.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    @Test
    void aMessageThatIsTooLongIsRefused() {
        try (GrpcServer server = new GrpcServer(ServerConfig.builder());
                Log log = new Log()) {
            Status end = server.stream()
                    .send(open(0).addCommands(acquire(1, "x".repeat(GrpcLimits.MAX_INBOUND_BYTES), 1)))
                    .end();
            assertThat(end.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(log.traces).isEmpty();
        }
    }

    @Test
    void healthAndReflectionAnswer() throws Exception {
        try (GrpcServer server = new GrpcServer(ServerConfig.builder())) {
            var health = HealthGrpc.newBlockingStub(server.channel()).withDeadlineAfter(20, TimeUnit.SECONDS);
            for (String service : List.of("", "claviger.v1.Claviger")) {
                assertThat(health.check(HealthCheckRequest.newBuilder()
                                        .setService(service)
                                        .build())
                                .getStatus())
                        .isEqualTo(ServingStatus.SERVING);
            }
            assertThat(services(server)).contains("claviger.v1.Claviger", "claviger.v1.Admin", "grpc.health.v1.Health");
        }
    }

    @Test
    void aServerThatClosesEndsItsStreamsAsUnavailable() {
        try (GrpcServer server = new GrpcServer(ServerConfig.builder())) {
            GrpcServer.Stream one = server.stream().send(open(10_000_000_000L));
            one.next();
            server.stop();
            assertThat(one.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThatThrownBy(() ->
                            server.calls().openSession(io.claviger.protocol.v1.OpenSessionRequest.getDefaultInstance()))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            failed -> assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
        }
    }

    @Test
    void aTakenAddressIsSaidInOneLine() {
        try (GrpcServer first = new GrpcServer(ServerConfig.builder())) {
            int port = first.address().getPort();
            ServerConfig config =
                    ServerConfig.builder().textPort(0).grpcPort(port).build();
            assertThatThrownBy(() -> ClavigerServer.start(config))
                    .isInstanceOf(ServerStartException.class)
                    .hasMessage("the gRPC front cannot listen on 127.0.0.1:" + port + ": address already in use");
        }
    }

    @Test
    void aPeerThatSpeaksSomethingElseIsNoStackTraceInTheLog() throws Exception {
        try (GrpcServer server = new GrpcServer(ServerConfig.builder());
                Log log = new Log()) {
            for (String noise : List.of(
                    ".ping\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nrubbish!!!")) {
                try (Socket socket = new Socket(
                        server.address().getAddress(), server.address().getPort())) {
                    socket.setSoTimeout(20_000);
                    socket.getOutputStream().write(noise.getBytes(StandardCharsets.US_ASCII));
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                }
            }
            // Field 1 as text where a number is expected, and a name that is not UTF-8.
            rubbishMessage(server);
            assertThat(server.admin()
                            .getStatus(GetStatusRequest.getDefaultInstance())
                            .getLocks())
                    .isZero();
            assertThat(log.traces).isEmpty();
        }
    }

    private static void rubbishMessage(GrpcServer server) {
        var bytes = new io.grpc.MethodDescriptor.Marshaller<byte[]>() {
            @Override
            public java.io.InputStream stream(byte[] value) {
                return new java.io.ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(java.io.InputStream stream) {
                return new byte[0];
            }
        };
        var method = io.grpc.MethodDescriptor.<byte[], byte[]>newBuilder(bytes, bytes)
                .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("claviger.v1.Claviger/Acquire")
                .build();
        assertThatThrownBy(() -> io.grpc.stub.ClientCalls.blockingUnaryCall(
                        server.channel(), method, io.grpc.CallOptions.DEFAULT, new byte[] {34, 2, -1, -1}))
                .hasMessage(
                        "INVALID_ARGUMENT: the message is not what claviger.v1.Claviger/Acquire takes: it cannot be read");
    }

    private static List<String> services(GrpcServer server) throws Exception {
        CompletableFuture<ServerReflectionResponse> found = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> ask = ServerReflectionGrpc.newStub(server.channel())
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        found.complete(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        found.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {}
                });
        ask.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        ServerReflectionResponse response = found.get(20, TimeUnit.SECONDS);
        ask.onCompleted();
        return response.getListServicesResponse().getServiceList().stream()
                .map(service -> service.getName())
                .toList();
    }

    private static ClientFrame.Builder open(long ttlNanos) {
        return ClientFrame.newBuilder().setOpen(Open.newBuilder().setTtlNanos(ttlNanos));
    }

    /** Keeps what libraries would log with a stack trace, at a level that people see. */
    private static final class Log extends Handler implements AutoCloseable {
        private final List<String> traces = new CopyOnWriteArrayList<>();
        private final Logger root = Logger.getLogger("");

        Log() {
            root.addHandler(this);
        }

        @Override
        public void publish(LogRecord record) {
            if (record.getThrown() != null && record.getLevel().intValue() >= Level.INFO.intValue()) {
                traces.add(record.getLoggerName() + ": " + record.getMessage() + " " + record.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            root.removeHandler(this);
        }
    }
}
