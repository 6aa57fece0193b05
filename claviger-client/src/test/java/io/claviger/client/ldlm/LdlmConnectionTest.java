package io.claviger.client.ldlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.claviger.protocol.ldlm.LDLMGrpc;
import io.claviger.protocol.ldlm.LockRequest;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.RefreshLockRequest;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections, as a server sees them that only knows what LDLM 1.1 knew. */
@Timeout(60)
class LdlmConnectionTest {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch twoEnds = new CountDownLatch(2);
    private final List<String> passwords = new CopyOnWriteArrayList<>();
    private final List<String> methods = new CopyOnWriteArrayList<>();
    private final Server server = start("localhost");

    private Server start(String host) {
        try {
            return NettyServerBuilder.forAddress(new InetSocketAddress(host, 0))
                    .addService(oldService())
                    .intercept(new Notes())
                    .addTransportFilter(new Count())
                    .build()
                    .start();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static ServerServiceDefinition oldService() {
        return ServerServiceDefinition.builder(LDLMGrpc.SERVICE_NAME)
                .addMethod(LDLMGrpc.getLockMethod(), ServerCalls.asyncUnaryCall(LdlmConnectionTest::lock))
                .addMethod(LDLMGrpc.getRefreshLockMethod(), ServerCalls.asyncUnaryCall(LdlmConnectionTest::refresh))
                .build();
    }

    private static void lock(LockRequest request, StreamObserver<LockResponse> answer) {
        answer(request.getName(), "k", answer);
    }

    private static void refresh(RefreshLockRequest request, StreamObserver<LockResponse> answer) {
        answer(request.getName(), request.getKey() + request.getLockTimeoutSeconds(), answer);
    }

    private static void answer(String name, String key, StreamObserver<LockResponse> answer) {
        answer.onNext(LockResponse.newBuilder()
                .setLocked(true)
                .setName(name)
                .setKey(key)
                .build());
        answer.onCompleted();
    }

    private final class Notes implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            passwords.add(String.valueOf(headers.get(AUTHORIZATION)));
            methods.add(String.valueOf(call.getMethodDescriptor().getBareMethodName()));
            return next.startCall(call, headers);
        }
    }

    private final class Count extends ServerTransportFilter {
        @Override
        public Attributes transportReady(Attributes attributes) {
            connections.incrementAndGet();
            return attributes;
        }

        @Override
        public void transportTerminated(Attributes attributes) {
            twoEnds.countDown();
        }
    }

    private LdlmClientBuilder builder() {
        return LdlmClient.builder("localhost:" + server.getPort());
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    @Test
    void thePasswordIsSentAsItIs_withEachCall() throws Exception {
        try (LdlmClient client = builder().password("a b:c").connect();
                LdlmClient open = builder().connect()) {
            client.lock("x");
            client.lock("y");
            open.lock("z");
        }
        assertThat(passwords).containsExactly("a b:c", "a b:c", "null");
    }

    @Test
    void eachClientHasAConnectionOfItsOwn_andCloseEndsIt() throws Exception {
        try (LdlmClient first = builder().connect();
                LdlmClient second = builder().connect()) {
            assertThat(connections).hasValue(0);
            first.lock("x");
            first.lock("y");
            second.lock("z");
            assertThat(connections).hasValue(2);
        }
        assertThat(twoEnds.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anOldServerIsAskedToRefresh() throws Exception {
        try (LdlmClient client = builder().connect()) {
            LdlmLock lock = client.lock("x", LdlmOptions.DEFAULT.withLockTimeout(Duration.ofSeconds(30)));
            lock.renew(Duration.ofSeconds(40));
            lock.renew(Duration.ofSeconds(50));
            assertThat(lock.validity()).isGreaterThan(Duration.ofSeconds(45));
        }
        assertThat(methods).endsWith("RefreshLock", "RefreshLock").hasSizeBetween(3, 4);
    }

    @Test
    void addressesOfIpv6() throws Exception {
        assumeThat(hasIpv6()).as("this machine has ::1").isTrue();
        Server six = start("::1");
        try (LdlmClient client = LdlmClient.connect("[::1]:" + six.getPort())) {
            assertThat(client.lock("x").isLocked()).isTrue();
        } finally {
            six.shutdownNow();
        }
    }

    private static boolean hasIpv6() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
    }

    @Test
    void allThreadsAreDaemons() throws Exception {
        var before = ConcurrentHashMap.<Thread>newKeySet();
        before.addAll(Thread.getAllStackTraces().keySet());
        try (LdlmClient client = builder().connect()) {
            LdlmLock lock = client.lock("x", LdlmOptions.DEFAULT.withLockTimeout(Duration.ofSeconds(30)));
            lock.onLost(reason -> {});
            client.lockAsync("y").get(20, TimeUnit.SECONDS);
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread ->
                            !before.contains(thread) && thread.getName().startsWith("claviger"))
                    .allMatch(Thread::isDaemon);
        }
    }
}
