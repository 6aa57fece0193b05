package io.claviger.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import io.claviger.protocol.ldlm.Error;
import io.claviger.protocol.ldlm.ErrorCode;
import io.claviger.protocol.ldlm.LDLMGrpc;
import io.claviger.protocol.ldlm.LockRequest;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.TryLockRequest;
import io.claviger.protocol.ldlm.UnlockResponse;
import io.claviger.protocol.v1.GetLockRequest;
import io.claviger.protocol.v1.UnlockRequest;
import io.claviger.server.ServerConfig;
import io.claviger.server.TestWait;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every row of LDLM's wire: checks in their order, codes and texts, waiting, unlocking, renewing, expiry. */
class LdlmWireE2eTest {
    private final GrpcServer server = new GrpcServer(ServerConfig.builder().eventLoops(2));
    private final LdlmClient client = new LdlmClient(server.channel());
    private final LdlmClient other = new LdlmClient(server.channel());

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aFreeLockIsLockedWithAKeyAndAToken() {
        LockResponse first = client.lock(request("a"));
        assertLocked(first, "a");
        assertThat(UUID.fromString(first.getKey()).version()).isEqualTo(4);
        assertThat(UUID.fromString(first.getKey()).variant()).isEqualTo(2);
        client.unlock("a", first.getKey());
        LockResponse second = client.tryLock("a");
        assertLocked(second, "a");
        assertThat(second.getKey()).isNotEqualTo(first.getKey());
        assertThat(second.getFencingToken()).as("S3").isGreaterThan(first.getFencingToken());
    }

    @Test
    void S4_theChecksOfALockComeInLdlmsOrder() {
        LockRequest.Builder allWrong =
                request("").setLockTimeoutSeconds(-1).setWaitTimeoutSeconds(-1).setSize(0);
        assertRefused(client.lock(allWrong), "", ErrorCode.Unknown, "lock timeout must be greater than 0");
        allWrong.setLockTimeoutSeconds(0);
        assertRefused(client.lock(allWrong), "", ErrorCode.Unknown, "wait timeout must be greater than 0");
        allWrong.setWaitTimeoutSeconds(0);
        assertRefused(client.lock(allWrong), "", ErrorCode.Unknown, "lock name cannot be empty");
        allWrong.setName("a");
        assertRefused(client.lock(allWrong), "a", ErrorCode.InvalidLockSize, "lock size must be greater than 0");
        allWrong.setSize(-2);
        assertRefused(client.lock(allWrong), "a", ErrorCode.InvalidLockSize, "lock size must be greater than 0");
        allWrong.setSize(1);
        assertLocked(client.lock(allWrong), "a");
    }

    @Test
    void theChecksOfATryComeInLdlmsOrder() {
        TryLockRequest.Builder allWrong =
                TryLockRequest.newBuilder().setLockTimeoutSeconds(-1).setSize(0);
        assertRefused(client.tryLock(allWrong), "", ErrorCode.Unknown, "lock timeout must be greater than 0");
        allWrong.clearLockTimeoutSeconds();
        assertRefused(client.tryLock(allWrong), "", ErrorCode.Unknown, "lock name cannot be empty");
        allWrong.setName("a");
        assertRefused(client.tryLock(allWrong), "a", ErrorCode.InvalidLockSize, "lock size must be greater than 0");
        allWrong.clearSize();
        assertLocked(client.tryLock(allWrong), "a");
    }

    @Test
    void S10_aLockInUseHasOneSizeUntilItIsFree() {
        LockResponse two = client.tryLock(tryRequest("a").setSize(2));
        assertRefused(client.tryLock("a"), "a", ErrorCode.LockSizeMismatch, "lock size mismatch");
        assertRefused(client.lock(request("a").setSize(3)), "a", ErrorCode.LockSizeMismatch, "lock size mismatch");
        client.unlock("a", two.getKey());
        assertLocked(client.tryLock(tryRequest("a").setSize(3)), "a");
    }

    @Test
    void S1_asManyHoldersAsTheSize() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            LockResponse slot = client.tryLock(tryRequest("a").setSize(3));
            assertLocked(slot, "a");
            keys.add(slot.getKey());
        }
        assertNotLocked(other.tryLock(tryRequest("a").setSize(3)), "a");
        assertThat(client.unlock("a", keys.get(1)).getUnlocked()).isTrue();
        assertLocked(other.tryLock(tryRequest("a").setSize(3)), "a");
        assertNotLocked(client.tryLock(tryRequest("a").setSize(3)), "a");
    }

    @Test
    void aTakenLockIsNoErrorForATryAndHasNoKey() {
        client.tryLock("a");
        assertNotLocked(other.tryLock("a"), "a");
        assertNotLocked(client.tryLock("a"), "a");
    }

    @Test
    void L5_aWaitThatIsOverIsToldWithCode3() {
        client.tryLock("a");
        LockResponse waited = other.lock(request("a").setWaitTimeoutSeconds(1));
        assertRefused(waited, "a", ErrorCode.LockWaitTimeout, "timeout waiting to acquire lock");
        assertThat(waiting("a")).isZero();
    }

    @Test
    void unlockTellsNoSuchNameFromAWrongKey() {
        LockResponse held = client.tryLock("a");
        String stranger = UUID.randomUUID().toString();
        assertNotUnlocked(client.unlock("b", held.getKey()), "b", ErrorCode.LockDoesNotExist);
        assertNotUnlocked(client.unlock("", held.getKey()), "", ErrorCode.LockDoesNotExist);
        assertNotUnlocked(client.unlock("a", stranger), "a", ErrorCode.InvalidLockKey);
        assertNotUnlocked(client.unlock("a", ""), "a", ErrorCode.InvalidLockKey);
        assertNotUnlocked(client.unlock("a", "no key at all"), "a", ErrorCode.InvalidLockKey);
        String inCapitals = held.getKey().toUpperCase(Locale.ROOT);
        assertNotUnlocked(client.unlock("a", inCapitals), "a", ErrorCode.InvalidLockKey);
        client.tryLock("b");
        assertNotUnlocked(client.unlock("b", held.getKey()), "b", ErrorCode.InvalidLockKey);
        assertThat(client.unlock("a", held.getKey()))
                .isEqualTo(UnlockResponse.newBuilder()
                        .setUnlocked(true)
                        .setName("a")
                        .build());
        assertNotUnlocked(client.unlock("a", held.getKey()), "a", ErrorCode.LockDoesNotExist);
        other.tryLock("a");
        assertNotUnlocked(client.unlock("a", held.getKey()), "a", ErrorCode.InvalidLockKey);
    }

    @Test
    void anyConnectionWithTheKeyMayUnlock() {
        LockResponse held = client.tryLock("a");
        assertThat(other.unlock("a", held.getKey()).getUnlocked()).isTrue();
        assertLocked(other.tryLock("a"), "a");
        client.close();
        assertNotLocked(new LdlmClient(server.channel()).tryLock("a"), "a");
    }

    @Test
    void renewAndRefreshLockAreTheSame() {
        String key = client.tryLock(tryRequest("a").setLockTimeoutSeconds(60)).getKey();
        assertLocked(client.renew("a", key, 30), "a");
        assertLocked(client.refresh("a", key, 90), "a");
        assertThat(leaseLeftSeconds("a")).isBetween(80L, 90L);
        assertThat(other.renew("a", key, 20).getKey()).as("any connection may").isEqualTo(key);
        assertThat(leaseLeftSeconds("a")).isBetween(10L, 20L);
        for (int seconds : new int[] {0, -1}) {
            String text = "lock timeout must be greater than 0";
            assertRefused(client.renew("a", key, seconds), "a", ErrorCode.Unknown, text);
            assertRefused(client.refresh("a", key, seconds), "a", ErrorCode.Unknown, text);
        }
    }

    @Test
    void aRenewalInVainHasCode5() {
        String text = "lock does not exist or invalid key";
        ErrorCode code = ErrorCode.LockDoesNotExistOrInvalidKey;
        String key = client.tryLock("without-timeout").getKey();
        assertRefused(client.renew("without-timeout", key, 5), "without-timeout", code, text);
        assertThat(leaseLeftSeconds("without-timeout")).as("and has got none").isEqualTo(Long.MAX_VALUE);
        assertRefused(client.renew("unknown", key, 5), "unknown", code, text);
        String leased =
                client.tryLock(tryRequest("abc").setLockTimeoutSeconds(60)).getKey();
        assertRefused(client.renew("abc", key, 5), "abc", code, text);
        assertRefused(client.refresh("abc", "", 5), "abc", code, text);
        assertRefused(client.renew("ab", "c" + leased, 5), "ab", code, text);
        client.unlock("abc", leased);
        assertRefused(client.renew("abc", leased, 5), "abc", code, text);
    }

    @Test
    void S6_aLockThatIsRenewedInTimeOutlivesItsTimeout() throws Exception {
        String key = client.tryLock(tryRequest("a").setLockTimeoutSeconds(1)).getKey();
        for (int i = 0; i < 4; i++) {
            Thread.sleep(500);
            assertLocked(client.renew("a", key, 1), "a");
        }
        assertNotLocked(other.tryLock("a"), "a");
    }

    @Test
    void anExpiredLockGoesToTheNextAndItsKeyIsWorthless() throws Exception {
        String key = client.tryLock(tryRequest("a").setLockTimeoutSeconds(1)).getKey();
        LockResponse next = other.lockLater(request("a")).get(20, TimeUnit.SECONDS);
        assertLocked(next, "a");
        assertNotUnlocked(client.unlock("a", key), "a", ErrorCode.InvalidLockKey);
        assertThat(client.renew("a", key, 1).getError().getCode()).isEqualTo(ErrorCode.LockDoesNotExistOrInvalidKey);
    }

    @Test
    void theLongestTimeoutIsAccepted() {
        LockResponse held = client.tryLock(tryRequest("a").setLockTimeoutSeconds(Integer.MAX_VALUE));
        assertLocked(held, "a");
        assertLocked(client.renew("a", held.getKey(), Integer.MAX_VALUE), "a");
    }

    @Test
    void L2_aHundredWaitersAreServedInOrderAndTheCancelledNever() throws Exception {
        String key = client.tryLock("a").getKey();
        List<ListenableFuture<LockResponse>> waiters = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            LdlmClient from = i % 2 == 0 ? client : other;
            waiters.add(from.lockLater(request("a")));
            int expected = i + 1;
            TestWait.until(() -> waiting("a") == expected);
        }
        for (int i = 0; i < 100; i += 3) {
            waiters.get(i).cancel(true);
        }
        TestWait.until(() -> waiting("a") == 66);
        assertNotLocked(client.tryLock("a"), "a");
        List<Long> tokens = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            if (i % 3 == 0) {
                continue;
            }
            assertThat(client.unlock("a", key).getUnlocked()).isTrue();
            LockResponse next = waiters.get(i).get(20, TimeUnit.SECONDS);
            assertLocked(next, "a");
            key = next.getKey();
            tokens.add(next.getFencingToken());
        }
        List<Long> sorted = new ArrayList<>(tokens);
        Collections.sort(sorted);
        assertThat(tokens).as("S3").isEqualTo(sorted).doesNotHaveDuplicates();
    }

    @Test
    void S9_aCallWhoseDeadlinePassesLeavesNothing() {
        client.tryLock("a");
        assertThatThrownBy(() -> LDLMGrpc.newBlockingStub(other.channel())
                        .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
                        .lock(request("a").build()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        late -> assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        TestWait.until(() -> waiting("a") == 0);
    }

    @Test
    void aLockThatIsTakenBackIsNotRenewed() {
        String key = client.tryLock(tryRequest("a").setLockTimeoutSeconds(60)).getKey();
        server.admin()
                .unlock(UnlockRequest.newBuilder().setName("a").setAll(true).build());
        assertThat(client.renew("a", key, 60).getError().getCode()).isEqualTo(ErrorCode.LockDoesNotExistOrInvalidKey);
        assertNotLocked(other.tryLock("a"), "a");
        assertThat(client.unlock("a", key).getUnlocked())
                .as("which confirms it")
                .isTrue();
        assertLocked(other.tryLock("a"), "a");
    }

    @Test
    void aNameThatIsTooLongIsRefusedWithItsLimit() {
        String name = "n".repeat(65_537);
        assertRefused(client.tryLock(name), name, ErrorCode.Unknown, "a lock name has at most 65536 characters");
        assertLocked(
                client.tryLock("\u00fc \u4e2d\n'\"{}," + "n".repeat(60_000)),
                "\u00fc \u4e2d\n'\"{}," + "n".repeat(60_000));
    }

    @Test
    void waitersAreToldAtOnceThatTheServerCloses() {
        client.tryLock("a");
        ListenableFuture<LockResponse> waiter = other.lockLater(request("a"));
        TestWait.until(() -> waiting("a") == 1);
        server.stop();
        assertThatThrownBy(() -> waiter.get(20, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        closed -> assertThat(closed.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }

    private int waiting(String name) {
        return server.admin()
                .getLock(GetLockRequest.newBuilder().setName(name).build())
                .getLock()
                .getWaiting();
    }

    private long leaseLeftSeconds(String name) {
        var holder = server.admin()
                .getLock(GetLockRequest.newBuilder().setName(name).build())
                .getLock()
                .getHolders(0);
        return holder.hasLeaseLeftNanos() ? TimeUnit.NANOSECONDS.toSeconds(holder.getLeaseLeftNanos()) : Long.MAX_VALUE;
    }

    private static LockRequest.Builder request(String name) {
        return LockRequest.newBuilder().setName(name);
    }

    private static TryLockRequest.Builder tryRequest(String name) {
        return TryLockRequest.newBuilder().setName(name);
    }

    private static void assertLocked(LockResponse response, String name) {
        assertThat(response.getLocked()).as("locked").isTrue();
        assertThat(response.getName()).isEqualTo(name);
        assertThat(response.getKey()).hasSize(36);
        assertThat(response.hasError()).as("error").isFalse();
        assertThat(response.getFencingToken()).isPositive();
    }

    private static void assertNotLocked(LockResponse response, String name) {
        assertThat(response).isEqualTo(LockResponse.newBuilder().setName(name).build());
    }

    private static void assertRefused(LockResponse response, String name, ErrorCode code, String message) {
        assertThat(response)
                .isEqualTo(LockResponse.newBuilder()
                        .setName(name)
                        .setError(Error.newBuilder().setCode(code).setMessage(message))
                        .build());
    }

    private static void assertNotUnlocked(UnlockResponse response, String name, ErrorCode code) {
        String message = code == ErrorCode.LockDoesNotExist ? "a lock by that name does not exist" : "invalid lock key";
        assertThat(response)
                .isEqualTo(UnlockResponse.newBuilder()
                        .setName(name)
                        .setError(Error.newBuilder().setCode(code).setMessage(message))
                        .build());
    }
}
