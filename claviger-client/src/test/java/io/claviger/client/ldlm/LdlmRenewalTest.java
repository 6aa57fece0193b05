package io.claviger.client.ldlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.LossReason;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.RenewRequest;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Renewals in the background and by hand. */
class LdlmRenewalTest extends ScriptedFixture {
    private long renewals() {
        return server.count("Renew");
    }

    @ParameterizedTest
    @CsvSource({"EVERY_THIRD, 30, 29", "EVERY_THIRD, 3, 299", "ORIGINAL, 40, 29", "ORIGINAL, 60, 9", "ORIGINAL, 3600, 0"
    })
    void howOftenALockIsRenewed(RenewalRule rule, int lockTimeout, int inFiveMinutes) throws Exception {
        LdlmClient own = client(LdlmClient.builder("localhost").renewalRule(rule));
        LdlmLock lock = own.lock("x", lockTimeout(lockTimeout));
        time.advance(Duration.ofMinutes(5).minusMillis(1));
        assertThat(renewals()).isEqualTo(inFiveMinutes);
        assertThat(server.last().request())
                .isIn(
                        RenewRequest.newBuilder()
                                .setName("x")
                                .setKey("key-1")
                                .setLockTimeoutSeconds(lockTimeout)
                                .build(),
                        server.requests().get(0));
        assertThat(lock.isLocked()).isTrue();
        own.close();
    }

    @Test
    void theTimeoutOfTheClientIsRenewedToo() throws Exception {
        LdlmClient own = client(LdlmClient.builder("localhost").lockTimeout(THIRTY));
        LdlmLock locked = own.lock("x");
        LdlmLock tried = own.tryLock("y");
        time.advance(Duration.ofMinutes(10));
        assertThat(renewals()).isEqualTo(120);
        assertThat(locked.isLocked()).isTrue();
        assertThat(tried.isLocked()).isTrue();
        own.close();
    }

    @Test
    void twoSlotsOfOneNameAreRenewedApart() throws Exception {
        LdlmOptions slot = lockTimeout(30).withSize(2);
        LdlmLock first = client.lock("x", slot);
        LdlmLock second = client.lock("x", slot);
        pass(10);
        assertThat(renewals()).isEqualTo(2);
        first.unlock();
        time.advance(Duration.ofMinutes(10));
        assertThat(renewals()).isEqualTo(62);
        assertThat(first.isLocked()).isFalse();
        assertThat(second.isLocked()).isTrue();
    }

    @Test
    void unlockStopsRenewals() throws Exception {
        LdlmLock lock = client.lock("x", lockTimeout(30));
        lock.unlock();
        LdlmLock other = client.lock("y", lockTimeout(30));
        client.unlock("y", other.key());
        assertThat(other.isLocked()).isFalse();
        assertThat(time.pending()).isZero();
    }

    @Test
    void closeStopsRenewalsAndTells() throws Exception {
        LdlmLock lock = client.lock("x", lockTimeout(30));
        List<LossReason> told = losses(lock);
        client.close();
        assertThat(time.pending()).isZero();
        assertThat(told).containsExactly(LossReason.CLIENT_CLOSED);
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void unlockDoesNotWaitForARenewalThatHangs() throws Exception {
        LdlmLock lock = client.lock("x", lockTimeout(30));
        server.thenSayNothing();
        pass(10);
        ScriptedServer.Call hanging = server.last();
        assertThat(hanging.method()).isEqualTo("Renew");
        lock.unlock();
        assertThat(server.last().method()).isEqualTo("Unlock");
        hanging.answer(ScriptedServer.refusal(5, "lock does not exist or invalid key"), server.connection());
        assertThat(lost).isEmpty();
        assertThat(time.pending()).isZero();
    }

    @Test
    void validityCountsFromTheSending() throws Exception {
        LdlmLock lock = client.lock("x", lockTimeout(100));
        assertThat(lock.validity()).hasSeconds(98);
        server.thenSayNothing();
        time.advance(RenewalRule.EVERY_THIRD.interval(Duration.ofSeconds(100)));
        pass(5);
        server.last().answer(server.grant("x"), server.connection());
        assertThat(lock.validity()).hasSeconds(93);
        assertThat(client.lock("y").validity()).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
    }

    // ------------------------------------------------------------------------------------------ failures

    @Test
    void aRenewalThatIsRefusedIsALoss() throws Exception {
        LdlmLock lock = client.lock("x", lockTimeout(30));
        List<LossReason> told = losses(lock);
        server.thenAnswer(ScriptedServer.refusal(0, "lock does not exist or invalid key"));
        pass(10);
        assertThat(told).containsExactly(LossReason.RELEASED);
        assertThat(lost).containsExactly("x RELEASED");
        assertThat(losses(lock)).containsExactly(LossReason.RELEASED);
        assertThat(lock.isLocked()).isFalse();
        assertThat(lock.validity()).isZero();
        assertThat(time.pending()).isZero();
        assertThatThrownBy(lock::unlock)
                .isInstanceOf(LockLostException.class)
                .hasMessage("the lock 'x' is lost: RELEASED");
        assertThatThrownBy(() -> lock.renew(THIRTY)).isInstanceOf(LockLostException.class);
    }

    @Test
    void aRenewalThatIsNotLockedIsALoss() throws Exception {
        client.lock("x", lockTimeout(30));
        server.thenAnswer(LockResponse.newBuilder().setName("x").setKey("key-1").build());
        pass(10);
        assertThat(lost).containsExactly("x RELEASED");
    }

    @Test
    void failuresOnTheWayAreRepeatedWhileTimeRemains() throws Exception {
        LdlmClient own = client(LdlmClient.builder("localhost").retries(0));
        LdlmLock lock = own.lock("x", lockTimeout(30));
        server.thenFail(Status.UNAVAILABLE, 3);
        pass(18);
        assertThat(renewals()).isEqualTo(3);
        pass(1);
        assertThat(renewals()).isEqualTo(4);
        assertThat(lock.isLocked()).isTrue();
        assertThat(lock.validity()).isGreaterThan(Duration.ofSeconds(28));
        assertThat(lost).isEmpty();
        own.close();
    }

    @Test
    void aServerThatStaysAwayIsALossBeforeTheTimeoutEnds() throws Exception {
        LdlmLock lock = client.lock("x", lockTimeout(30));
        server.down(true);
        time.advance(Duration.ofMillis(29_399));
        assertThat(lock.isLocked()).isTrue();
        assertThat(lost).isEmpty();
        time.advance(Duration.ofMillis(1));
        assertThat(lock.isLocked()).isFalse();
        assertThat(lost).containsExactly("x SERVER_UNREACHABLE");
        long asked = renewals();
        time.advance(Duration.ofHours(1));
        assertThat(renewals()).isEqualTo(asked).isGreaterThan(5);
    }

    @Test
    void aRenewalThatHangsIsAskedAgainBeforeTheTimeoutEnds() throws Exception {
        LdlmLock lock = client.lock("x", lockTimeout(30));
        server.thenSayNothing();
        pass(23);
        assertThat(renewals()).isEqualTo(2);
        pass(10);
        assertThat(lock.isLocked()).isTrue();
    }

    @Test
    void aSuspendedMachineIsALoss() throws Exception {
        LdlmLock lock = client.lock("x", lockTimeout(30));
        time.suspend(Duration.ofMinutes(2));
        assertThat(lock.isLocked()).isFalse();
        server.down(true);
        pass(30);
        assertThat(lost).containsExactly("x SUSPENDED");
    }

    @Test
    void withoutRenewalsATimeoutRunsOut() throws Exception {
        LdlmClient own = client(LdlmClient.builder("localhost").autoRefreshLocks(false));
        LdlmLock lock = own.lock("x", lockTimeout(30));
        pass(20);
        lock.refresh(THIRTY);
        pass(20);
        assertThat(lock.isLocked()).isTrue();
        pass(10);
        assertThat(lock.isLocked()).isFalse();
        assertThat(lost).containsExactly("x EXPIRED");
        assertThat(renewals()).isEqualTo(1);
        own.close();
    }

    // ------------------------------------------------------------------------------------------ by hand

    @Test
    void anotherTimeoutIsUsedFromThenOn() throws Exception {
        LdlmLock lock = client.lock("x", lockTimeout(300));
        client.renew("x", lock.key(), Duration.ofSeconds(6));
        assertThat(lock.validity()).isLessThan(Duration.ofSeconds(6));
        pass(2);
        assertThat(server.last().request())
                .isEqualTo(RenewRequest.newBuilder()
                        .setName("x")
                        .setKey("key-1")
                        .setLockTimeoutSeconds(6)
                        .build());
        assertThat(renewals()).isEqualTo(2);
        pass(60);
        assertThat(lock.isLocked()).isTrue();
    }

    @Test
    void ofRenewalsThatOverlapTheShorterTimeoutCounts() throws Exception {
        LdlmLock lock = client.lock("x", lockTimeout(30));
        server.thenSayNothing();
        pass(10);
        ScriptedServer.Call inBackground = server.last();
        lock.renew(Duration.ofMinutes(5));
        // Perhaps the server did the one in the background last.
        assertThat(lock.validity()).isLessThan(THIRTY);
        inBackground.answer(server.grant("x"), server.connection());
        assertThat(lock.validity()).isLessThan(THIRTY);
        pass(10);
        assertThat(lock.validity()).isGreaterThan(Duration.ofSeconds(290));
    }

    @Test
    void aRefusalIsThrownAndTold() throws Exception {
        LdlmLock lock = client.lock("x", lockTimeout(30));
        server.thenAnswer(ScriptedServer.refusal(5, "lock does not exist or invalid key"));
        assertThat(failure(lock.renewAsync(THIRTY))).isInstanceOf(LockDoesNotExistOrInvalidKeyException.class);
        assertThat(lock.isLocked()).isFalse();
        assertThat(lost).containsExactly("x RELEASED");
    }

    @Test
    void whatOriginalServersMeanIsThrown() {
        server.thenAnswer(ScriptedServer.refusal(0, "lock does not exist or invalid key"))
                .thenAnswer(ScriptedServer.refusal(0, "lock timeout must be greater than 0"));
        assertThatThrownBy(() -> client.renew("x", "k", THIRTY))
                .isInstanceOfSatisfying(
                        LockDoesNotExistOrInvalidKeyException.class,
                        failed -> assertThat(failed.code()).isEqualTo(5));
        assertThatThrownBy(() -> client.renew("x", "k", THIRTY)).isExactlyInstanceOf(LdlmException.class);
    }

    @Test
    void aLockWithoutATimeoutCannotBeRenewedAndIsNotLost() throws Exception {
        LdlmLock lock = client.lock("x");
        server.thenAnswer(ScriptedServer.refusal(5, "lock does not exist or invalid key"));
        assertThatThrownBy(() -> lock.renew(THIRTY)).isInstanceOf(LockDoesNotExistOrInvalidKeyException.class);
        assertThat(lock.isLocked()).isTrue();
        assertThat(lost).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, above 0", "-1, from 0"})
    void aRenewalNeedsATime(int seconds, String why) {
        assertThatThrownBy(() -> client.renew("x", "k", Duration.ofSeconds(seconds)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void whoeverKnowsTheKeyMayKeepALock() {
        LdlmLock lock = client.renew("x", "of another", THIRTY);
        pass(20);
        assertThat(client.renew("x", "of another", THIRTY)).isSameAs(lock);
        pass(20);
        assertThat(lock.isLocked()).isTrue();
        pass(10);
        assertThat(lock.isLocked()).isFalse();
        assertThat(renewals()).isEqualTo(2);
    }

    // ------------------------------------------------------------------------------------------ after waiting

    @Test
    void aLockThatHadToBeWaitedForIsRenewedBeforeItIsReturned() {
        server.thenSayNothing();
        CompletableFuture<LdlmLock> waiting = client.lockAsync("x", lockTimeout(30));
        ScriptedServer.Call asked = server.last();
        pass(100);
        server.thenSayNothing();
        asked.answer(server.grant("x"), server.connection());
        assertThat(waiting).isNotDone();
        assertThat(server.last().method()).isEqualTo("Renew");
        server.last().answer(server.grant("x"), server.connection());
        assertThat(waiting).isCompleted();
        assertThat(waiting.join().validity()).isGreaterThan(Duration.ofSeconds(29));
    }

    @Test
    void aLockThatExpiredOnItsWayIsNoLock() {
        server.thenSayNothing();
        CompletableFuture<LdlmLock> waiting = client.lockAsync("x", lockTimeout(1));
        ScriptedServer.Call asked = server.last();
        pass(10);
        server.thenAnswer(ScriptedServer.refusal(5, "lock does not exist or invalid key"));
        asked.answer(server.grant("x"), server.connection());
        assertThat(failure(waiting)).isInstanceOf(LockDoesNotExistOrInvalidKeyException.class);
    }

    @Test
    void aWaiterThatGivesUpWhileItsLockIsRenewedGivesItBack() {
        server.thenSayNothing();
        CompletableFuture<LdlmLock> waiting = client.lockAsync("x", lockTimeout(30));
        ScriptedServer.Call asked = server.last();
        pass(100);
        server.thenSayNothing();
        asked.answer(server.grant("x"), server.connection());
        waiting.cancel(true);
        assertThat(server.methods()).containsExactly("Lock", "Renew", "Unlock");
        assertThat(time.pending()).isZero();
    }

    // ------------------------------------------------------------------------------------------ older servers

    @Test
    void aServerThatDoesNotKnowRenewIsAskedToRefreshFromThenOn() throws Exception {
        server.doesNotKnow("Renew");
        LdlmLock lock = client.lock("x", lockTimeout(30));
        pass(30);
        assertThat(server.methods()).containsExactly("Lock", "Renew", "RefreshLock", "RefreshLock", "RefreshLock");
        assertThat(server.last().request())
                .isEqualTo(RenewRequest.newBuilder()
                        .setName("x")
                        .setKey("key-1")
                        .setLockTimeoutSeconds(30)
                        .build());
        client.renew("x", lock.key(), THIRTY);
        assertThat(server.last().method()).isEqualTo("RefreshLock");
        assertThat(lock.isLocked()).isTrue();
    }

    @Test
    void theNextConnectionMayLeadToANewerServer() throws Exception {
        server.doesNotKnow("Renew");
        LdlmLock lock = client.lock("x", lockTimeout(30));
        pass(10);
        server.knows("Renew");
        server.doesNotKnow("RefreshLock");
        server.endConnection();
        pass(0);
        assertThat(server.last().method()).isEqualTo("Renew");
        assertThat(lock.isLocked()).isTrue();
    }

    @Test
    void aServerThatKnowsNeitherIsRefused() {
        server.doesNotKnow("Renew");
        server.doesNotKnow("RefreshLock");
        assertThatThrownBy(() -> client.renew("x", "k", THIRTY))
                .isInstanceOf(LdlmRefusedException.class)
                .hasMessageContaining("is it a server of LDLM?");
        assertThat(server.methods()).containsExactly("Renew", "RefreshLock");
    }
}
