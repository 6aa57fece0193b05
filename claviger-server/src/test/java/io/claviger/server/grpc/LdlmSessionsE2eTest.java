package io.claviger.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import io.claviger.protocol.ldlm.LDLMGrpc;
import io.claviger.protocol.ldlm.LockRequest;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.TryLockRequest;
import io.claviger.protocol.ldlm.UnlockRequest;
import io.claviger.protocol.v1.GetLockRequest;
import io.claviger.protocol.v1.GetStatusRequest;
import io.claviger.protocol.v1.GetStatusResponse;
import io.claviger.protocol.v1.ListSessionsRequest;
import io.claviger.server.LdlmConfig;
import io.claviger.server.ServerConfig;
import io.claviger.server.TestWait;
import io.grpc.ManagedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection is a session: what becomes of its locks and its requests when it ends. */
class LdlmSessionsE2eTest {
    private static final int DISCONNECTS = Integer.getInteger("claviger.disconnects", 500);
    private static final int CLIENTS = 50;
    private static final int CALLS = 60;

    @Test
    void L3_aConnectionThatEndsUnlocksAndPassesOn() throws Exception {
        try (GrpcServer server = server(false)) {
            LdlmClient first = new LdlmClient(server.channel());
            LdlmClient second = new LdlmClient(server.channel());
            long token = first.tryLock("a").getFencingToken();
            second.tryLock("other");
            ListenableFuture<LockResponse> waiter =
                    second.lockLater(LockRequest.newBuilder().setName("a"));
            waitFor(server, "a", 1);
            first.close();
            LockResponse next = waiter.get(20, TimeUnit.SECONDS);
            assertThat(next.getLocked()).isTrue();
            assertThat(next.getFencingToken()).isGreaterThan(token);
            assertThat(holders(server)).as("and the other's stays").isEqualTo(2);
        }
    }

    @Test
    void S9_aWaiterThatIsGoneIsNeverGranted() {
        try (GrpcServer server = server(false)) {
            LdlmClient holder = new LdlmClient(server.channel());
            LdlmClient waiter = new LdlmClient(server.channel());
            String key = holder.tryLock("a").getKey();
            waiter.lockLater(LockRequest.newBuilder().setName("a"));
            waitFor(server, "a", 1);
            waiter.close();
            waitFor(server, "a", 0);
            assertThat(holder.unlock("a", key).getUnlocked()).isTrue();
            assertThat(holder.tryLock("a").getLocked()).isTrue();
        }
    }

    @Test
    void twoClientsOfOneProcessAreTwoSessions() {
        try (GrpcServer server = server(false)) {
            LdlmClient one = new LdlmClient(server.channel());
            LdlmClient two = new LdlmClient(server.channel());
            one.tryLock("one");
            two.tryLock("two");
            one.close();
            TestWait.until(() -> holders(server) == 1);
            assertThat(two.tryLock("two").getLocked()).isFalse();
            assertThat(sessions(server)).singleElement().asString().startsWith("LDLM client 127.0.0.1:");
        }
    }

    @Test
    void aConnectionThatAsksForNoLockIsNoSession() {
        try (GrpcServer server = server(false)) {
            assertThat(sessions(server)).isEmpty();
        }
    }

    @Test
    void locksThatAreKeptStayVisibleRenewableAndReleasable() {
        try (GrpcServer server = server(true)) {
            LdlmClient first = new LdlmClient(server.channel());
            LdlmClient second = new LdlmClient(server.channel());
            String kept = first.tryLock("kept").getKey();
            String leased = first.tryLock(
                            TryLockRequest.newBuilder().setName("leased").setLockTimeoutSeconds(60))
                    .getKey();
            String waited = second.tryLock("waited").getKey();
            first.lockLater(LockRequest.newBuilder().setName("waited"));
            waitFor(server, "waited", 1);
            first.close();
            waitFor(server, "waited", 0);
            assertThat(second.tryLock("kept").getLocked()).isFalse();
            assertThat(second.renew("leased", leased, 60).getLocked()).isTrue();
            assertThat(second.unlock("leased", leased).getUnlocked()).isTrue();
            assertThat(second.unlock("kept", kept).getUnlocked()).isTrue();
            assertThat(second.unlock("waited", waited).getUnlocked()).isTrue();
            assertThat(holders(server)).isZero();
            TestWait.until(() -> sessions(server).size() == 1);
        }
    }

    @Test
    void aKeptLockEndsWithItsTimeout() {
        try (GrpcServer server = server(true)) {
            LdlmClient first = new LdlmClient(server.channel());
            first.tryLock(TryLockRequest.newBuilder().setName("leased").setLockTimeoutSeconds(1));
            first.close();
            TestWait.until(() -> holders(server) == 0);
        }
    }

    /**
     * Clients that end their connections with requests in flight: the server lives, and nothing stays locked. More of them
     * with {@code -Dclaviger.disconnects=10000}.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void S5_noLockIsLeakedByDisconnectsWithRequestsInFlight(int eventLoops) throws Exception {
        long seed = Long.getLong("claviger.seed", System.nanoTime());
        System.out.println("replay with -Dclaviger.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (GrpcServer server = new GrpcServer(ServerConfig.builder().eventLoops(eventLoops))) {
            for (int round = 0; round < DISCONNECTS / CLIENTS; round++) {
                List<ManagedChannel> channels = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    channels.add(server.channel());
                }
                for (ManagedChannel channel : channels) {
                    // Some before the connection stands, some in the midst of its calls.
                    call(channel, random);
                }
                for (ManagedChannel channel : channels) {
                    channel.shutdownNow();
                }
                for (ManagedChannel channel : channels) {
                    assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
                }
            }
            TestWait.until(() -> holders(server) == 0 && status(server).getWaiters() == 0);
            TestWait.until(() -> sessions(server).isEmpty());
            assertThat(new LdlmClient(server.channel()).tryLock("n0").getLocked())
                    .isTrue();
        }
    }

    private static void call(ManagedChannel channel, SplittableRandom random) throws Exception {
        LDLMGrpc.LDLMFutureStub stub = LDLMGrpc.newFutureStub(channel);
        ListenableFuture<LockResponse> last = null;
        for (int i = 0; i < CALLS; i++) {
            String name = "n" + random.nextInt(20);
            switch (random.nextInt(3)) {
                case 0 ->
                    last = stub.tryLock(
                            TryLockRequest.newBuilder().setName(name).build());
                case 1 -> stub.lock(LockRequest.newBuilder().setName(name).build());
                default ->
                    stub.unlock(UnlockRequest.newBuilder()
                            .setName(name)
                            .setKey(name)
                            .build());
            }
        }
        if (last != null && random.nextBoolean()) {
            last.get(20, TimeUnit.SECONDS);
        }
    }

    private static GrpcServer server(boolean keeping) {
        return new GrpcServer(ServerConfig.builder().ldlm(LdlmConfig.DEFAULT.withKeepOnDisconnect(keeping)));
    }

    private static GetStatusResponse status(GrpcServer server) {
        return server.admin().getStatus(GetStatusRequest.getDefaultInstance());
    }

    private static long holders(GrpcServer server) {
        return status(server).getHolders();
    }

    private static List<String> sessions(GrpcServer server) {
        return server.admin().listSessions(ListSessionsRequest.getDefaultInstance()).getSessionsList().stream()
                .map(session -> session.getLabel())
                .toList();
    }

    private static void waitFor(GrpcServer server, String name, int waiting) {
        GetLockRequest request = GetLockRequest.newBuilder().setName(name).build();
        TestWait.until(() -> server.admin().getLock(request).getLock().getWaiting() == waiting);
    }
}
