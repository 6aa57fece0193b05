package io.claviger.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import io.claviger.protocol.v1.AcquireRequest;
import io.claviger.protocol.v1.AcquireResponse;
import io.claviger.protocol.v1.AdminGrpc.AdminBlockingStub;
import io.claviger.protocol.v1.ClavigerGrpc;
import io.claviger.protocol.v1.ClavigerGrpc.ClavigerBlockingStub;
import io.claviger.protocol.v1.EndSessionRequest;
import io.claviger.protocol.v1.GetLockRequest;
import io.claviger.protocol.v1.GetStatusRequest;
import io.claviger.protocol.v1.GetStatusResponse;
import io.claviger.protocol.v1.ListLocksRequest;
import io.claviger.protocol.v1.ListSessionsRequest;
import io.claviger.protocol.v1.LockInfo;
import io.claviger.protocol.v1.OpenSessionRequest;
import io.claviger.protocol.v1.ReleaseRequest;
import io.claviger.protocol.v1.RenewRequest;
import io.claviger.protocol.v1.RenewSessionRequest;
import io.claviger.protocol.v1.SessionRef;
import io.claviger.protocol.v1.UnlockRequest;
import io.claviger.server.ServerConfig;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnaryCallsE2eTest {
    private final GrpcServer server = new GrpcServer(ServerConfig.builder().eventLoops(2));
    private final ClavigerBlockingStub calls = server.calls();
    private final AdminBlockingStub admin = server.admin();
    private final SessionRef one = open();
    private final SessionRef two = open();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aSessionAcquiresRenewsAndReleases() {
        AcquireResponse granted =
                calls.acquire(acquire(one, 1).setLeaseNanos(5_000_000_000L).build());
        assertThat(granted.getGranted()).isTrue();
        assertThat(granted.getLeaseNanos()).isEqualTo(5_000_000_000L);
        assertThat(calls.acquire(acquire(two, 1).setWaitNanos(0).build()).getGranted())
                .isFalse();
        assertThat(calls.renew(renew(one, 2, granted.getKey())).getLeaseNanos()).isEqualTo(5_000_000_000L);
        assertThat(calls.renewSession(
                        RenewSessionRequest.newBuilder().setSession(one).build()))
                .isNotNull();
        assertThat(calls.release(release(one, 3, granted.getKey())).getReleased())
                .isTrue();
        assertThat(calls.release(release(one, 4, granted.getKey())).getReleased())
                .isFalse();
        assertThat(calls.renew(renew(one, 5, granted.getKey())).getRenewed()).isFalse();
    }

    @Test
    void S8_aRepeatedCallHasItsEffectOnce() {
        AcquireResponse granted = calls.acquire(acquire(one, 1).build());
        assertThat(calls.acquire(acquire(one, 1).build())).isEqualTo(granted);
        assertThat(admin.getLock(GetLockRequest.newBuilder().setName("a").build())
                        .getLock()
                        .getHoldersCount())
                .isEqualTo(1);
    }

    @Test
    void L5_aWaitEndsAtItsLimitAndLeavesNothing() {
        AcquireResponse granted = calls.acquire(acquire(one, 1).build());
        assertThat(calls.acquire(acquire(two, 1).setWaitNanos(50_000_000).build())
                        .getGranted())
                .isFalse();
        calls.release(release(one, 2, granted.getKey()));
        assertThat(status().getLocks()).isZero();
    }

    @Test
    void aWaitIsGrantedByARelease() throws Exception {
        AcquireResponse granted = calls.acquire(acquire(one, 1).build());
        ListenableFuture<AcquireResponse> waiting = waiting(acquire(two, 1));
        calls.release(release(one, 2, granted.getKey()));
        AcquireResponse second = waiting.get(20, TimeUnit.SECONDS);
        assertThat(second.getToken()).isGreaterThan(granted.getToken());
        assertThat(calls.release(release(two, 2, second.getKey())).getReleased())
                .isTrue();
    }

    @Test
    void S9_aCancelledCallIsWithdrawn() {
        AcquireResponse granted = calls.acquire(acquire(one, 1).build());
        ListenableFuture<AcquireResponse> waiting = waiting(acquire(two, 1));
        waiting.cancel(true);
        await(() -> status().getWaiters() == 0);
        calls.release(release(one, 2, granted.getKey()));
        assertThat(status().getHolders()).isZero();
    }

    @Test
    void theEndOfASessionEndsItsWaits() {
        calls.acquire(acquire(one, 1).build());
        ListenableFuture<AcquireResponse> waiting = waiting(acquire(two, 1));
        calls.endSession(EndSessionRequest.newBuilder().setSession(two).build());
        assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS)).hasMessageContaining("the session ended");
        refused(Status.Code.NOT_FOUND, "no such session", acquire(two, 2));
    }

    @Test
    void refusalsSayWhatIsWrong() {
        refused(Status.Code.INVALID_ARGUMENT, "a name has 1 to", acquire(one, 1).setName(""));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "permits are 1 to",
                acquire(one, 2).setPermits(2));
        refused(Status.Code.INVALID_ARGUMENT, "a lease is 0", acquire(one, 3).setLeaseNanos(-1));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "the wait must be 0 or more",
                acquire(one, 4).setWaitNanos(-1));
        refused(Status.Code.INVALID_ARGUMENT, "text of a UUID", acquire(one, 5).setKey("nonsense"));
        refused(Status.Code.INVALID_ARGUMENT, "must be from 1", acquire(one, 0));
        SessionRef stranger =
                one.toBuilder().setSecret(UUID.randomUUID().toString()).build();
        refused(Status.Code.FAILED_PRECONDITION, "the secret is not", acquire(stranger, 6));
        refused(
                Status.Code.INVALID_ARGUMENT,
                "secret must be",
                acquire(one.toBuilder().setSecret("x").build(), 6));
        calls.acquire(acquire(one, 7).build());
        refused(
                Status.Code.FAILED_PRECONDITION,
                "another capacity",
                acquire(two, 1).setCapacity(2));
        assertThatThrownBy(() -> calls.openSession(
                        OpenSessionRequest.newBuilder().setTtlNanos(5).build()))
                .hasMessageContaining("1 s to 10 min for a session");
    }

    @Test
    void administratorsSeeLocksAndSessionsButNoKeys() {
        AcquireResponse granted =
                calls.acquire(acquire(one, 1).setName("b").setActor("job").build());
        calls.acquire(acquire(one, 2).setName("a").build());
        waiting(acquire(two, 1).setName("b"));
        var page = admin.listLocks(
                ListLocksRequest.newBuilder().setLimit(1).setMaxWaiters(5).build());
        assertThat(page.getMore()).isTrue();
        assertThat(page.getLocks(0).getName()).isEqualTo("a");
        var rest = admin.listLocks(
                ListLocksRequest.newBuilder().setAfter("a").setMaxWaiters(5).build());
        assertThat(rest.getMore()).isFalse();
        LockInfo lock = rest.getLocks(0);
        assertThat(lock.getHolders(0).getToken()).isEqualTo(granted.getToken());
        assertThat(lock.getHolders(0).getActor()).isEqualTo("job");
        assertThat(lock.getHolders(0).hasLeaseLeftNanos()).isFalse();
        assertThat(lock.getWaiters(0).getSession()).isEqualTo(two.getSession());
        assertThat(rest.toString()).doesNotContain(granted.getKey());
        var sessions =
                admin.listSessions(ListSessionsRequest.newBuilder().setLimit(1).build());
        assertThat(sessions.getMore()).isTrue();
        var second = admin.listSessions(ListSessionsRequest.newBuilder()
                .setAfter(sessions.getSessions(0).getId())
                .build());
        assertThat(second.getSessionsCount()).isEqualTo(1);
        assertThat(second.getSessions(0).getLabel()).isEqualTo("unary");
        assertThat(second.getSessions(0).getLeftNanos()).isPositive();
        assertThatThrownBy(() -> admin.getLock(
                        GetLockRequest.newBuilder().setName("none").build()))
                .hasMessageContaining("NOT_FOUND");
        assertThatThrownBy(() -> admin.listLocks(
                        ListLocksRequest.newBuilder().setLimit(1_001).build()))
                .hasMessageContaining("the limit must be 1 to 1000");
    }

    @Test
    void theStatusTellsOfMachineAndFronts() {
        calls.acquire(acquire(one, 1).build());
        GetStatusResponse status = status();
        assertThat(status.getVersion()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(status.getDurability()).isEqualTo("volatile");
        assertThat(status.getUptimeNanos()).isPositive();
        assertThat(status.getLocks()).isEqualTo(1);
        assertThat(status.getSessions()).isEqualTo(2);
        assertThat(status.getHolders()).isEqualTo(1);
        assertThat(status.getHeapMax()).isGreaterThanOrEqualTo(status.getHeapUsed());
        assertThat(status.getFronts(0).getName()).isEqualTo("gRPC");
        assertThat(status.getFronts(0).getAddress())
                .isEqualTo("127.0.0.1:" + server.address().getPort());
        assertThat(status.getFronts(0).getConnections()).isEqualTo(2);
    }

    @Test
    void administratorsTakeGrantsBack() {
        AcquireResponse first =
                calls.acquire(acquire(one, 1).setName("s").setCapacity(3).build());
        AcquireResponse second =
                calls.acquire(acquire(one, 2).setName("s").setCapacity(3).build());
        calls.acquire(acquire(one, 3).setName("s").setCapacity(3).build());
        assertThat(unlock(UnlockRequest.newBuilder().setKey(first.getKey()))).isEqualTo(1);
        assertThat(unlock(UnlockRequest.newBuilder().setToken(second.getToken())))
                .isEqualTo(1);
        assertThat(unlock(UnlockRequest.newBuilder().setToken(5))).isZero();
        assertThat(unlock(UnlockRequest.newBuilder().setAll(true))).isEqualTo(1);
        assertThatThrownBy(() -> unlock(UnlockRequest.newBuilder())).hasMessageContaining("one of key, token and all");
        assertThat(status().getLocks()).isZero();
    }

    private int unlock(UnlockRequest.Builder request) {
        return admin.unlock(request.setName("s").setNow(true).build()).getRevoked();
    }

    private GetStatusResponse status() {
        return admin.getStatus(GetStatusRequest.getDefaultInstance());
    }

    private ListenableFuture<AcquireResponse> waiting(AcquireRequest.Builder request) {
        long before = status().getWaiters();
        ListenableFuture<AcquireResponse> future =
                ClavigerGrpc.newFutureStub(server.channel()).acquire(request.build());
        await(() -> status().getWaiters() == before + 1);
        return future;
    }

    private void refused(Status.Code code, String sentence, AcquireRequest.Builder request) {
        assertThatThrownBy(() -> calls.acquire(request.build()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failed -> assertThat(failed.getStatus().getCode()).isEqualTo(code))
                .hasMessageContaining(sentence);
    }

    private SessionRef open() {
        return calls.openSession(OpenSessionRequest.newBuilder()
                        .setTtlNanos(60_000_000_000L)
                        .setLabel("unary")
                        .build())
                .getSession();
    }

    private static AcquireRequest.Builder acquire(SessionRef session, long sequence) {
        return AcquireRequest.newBuilder()
                .setSession(session)
                .setSequence(sequence)
                .setName("a");
    }

    private static ReleaseRequest release(SessionRef session, long sequence, String key) {
        return ReleaseRequest.newBuilder()
                .setSession(session)
                .setSequence(sequence)
                .setKey(key)
                .build();
    }

    private static RenewRequest renew(SessionRef session, long sequence, String key) {
        return RenewRequest.newBuilder()
                .setSession(session)
                .setSequence(sequence)
                .setKey(key)
                .build();
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }
}
