package io.claviger.client.ldlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.LossReason;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the end of a connection means, and what contexts make of it and of the rest. */
class LdlmLossTest extends ScriptedFixture {
    @Test
    void aLockIsLostWithItsConnection() throws Exception {
        LdlmLock lock = client.lock("x");
        List<LossReason> told = losses(lock);
        server.endConnection();
        assertThat(told).containsExactly(LossReason.SESSION_LOST);
        assertThat(lost).containsExactly("x SESSION_LOST");
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void aLockOfALaterConnectionIsNot() throws Exception {
        server.endConnection();
        LdlmLock lock = client.lock("x");
        server.endConnection();
        LdlmLock next = client.lock("y");
        assertThat(lock.isLocked()).isFalse();
        assertThat(next.isLocked()).isTrue();
    }

    @Test
    void aGrantWhoseConnectionHasEndedMeanwhileIsLost() {
        server.thenSayNothing();
        CompletableFuture<LdlmLock> waiting = client.lockAsync("x");
        long ended = server.connection();
        server.endConnection();
        server.last().answer(server.grant("x"), ended);
        assertThat(waiting.join().isLocked()).isFalse();
        assertThat(lost).containsExactly("x SESSION_LOST");
    }

    @Test
    void aServerThatKeepsLocksKeepsThem() throws Exception {
        LdlmClient own = client(LdlmClient.builder("localhost").locksOutliveConnection(true));
        LdlmLock lock = own.lock("x");
        server.endConnection();
        assertThat(lock.isLocked()).isTrue();
        lock.unlock();
        assertThat(lost).isEmpty();
        own.close();
    }

    @Test
    void aRenewedLockIsAskedForAtOnceWhenItsConnectionEnds() throws Exception {
        LdlmLock kept = client.lock("kept", lockTimeout(30));
        LdlmLock gone = client.lock("gone", lockTimeout(30));
        server.endConnection();
        server.then(call -> call.answer(server.grant("kept"), server.connection()))
                .thenAnswer(ScriptedServer.refusal(0, "lock does not exist or invalid key"));
        pass(0);
        assertThat(kept.isLocked()).isTrue();
        assertThat(gone.isLocked()).isFalse();
        assertThat(lost).containsExactly("gone SESSION_LOST");
    }

    @Test
    void aRenewalOnItsWayIsRepeatedAtOnceWhenItsConnectionEnds() throws Exception {
        LdlmLock lock = client.lock("x", lockTimeout(30));
        server.thenSayNothing();
        pass(10);
        ScriptedServer.Call cutOff = server.last();
        server.endConnection();
        cutOff.fail(Status.UNAVAILABLE);
        pass(0);
        assertThat(server.count("Renew")).isEqualTo(2);
        assertThat(lock.isLocked()).isTrue();
    }

    @Test
    void aLockRenewedByHandIsLostWithItsConnection() throws Exception {
        LdlmClient own = client(LdlmClient.builder("localhost").autoRenewLocks(false));
        own.lock("x", lockTimeout(30));
        server.endConnection();
        assertThat(lost).containsExactly("x SESSION_LOST");
        own.close();
    }

    // ------------------------------------------------------------------------------------------ unlocked locks

    @Test
    void aLockThatIsNotLockedHasNothingToUnlock() throws Exception {
        server.thenAnswer(ScriptedServer.refusal(3, "timeout waiting to acquire lock"));
        LdlmLock lock = client.lock("x");
        assertThatThrownBy(lock::unlock)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("unlock() called on unlocked lock");
        assertThatThrownBy(() -> lock.renew(THIRTY))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("renew() called on unlocked lock");
        assertThat(failure(lock.unlockAsync())).isInstanceOf(IllegalStateException.class);
        assertThat(failure(lock.refreshAsync(THIRTY))).isInstanceOf(IllegalStateException.class);
        assertThat(server.calls()).hasSize(1);
    }

    @Test
    void aLockIsNotLockedAfterUnlock() throws Exception {
        LdlmLock lock = client.lock("x");
        assertThat(lock).hasToString("LdlmLock['x', locked]");
        lock.unlock();
        assertThat(lock.isLocked()).isFalse();
        assertThat(lock.validity()).isZero();
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> lock.renew(THIRTY)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anUnlockWithoutAnAnswerMayBeTriedAgain() throws Exception {
        LdlmClient own = client(LdlmClient.builder("localhost").retries(0));
        LdlmLock lock = own.lock("x");
        server.thenLoseTheAnswer();
        assertThatThrownBy(lock::unlock).isInstanceOf(LdlmUnavailableException.class);
        assertThat(lock.isLocked()).isFalse();
        lock.unlock();
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalStateException.class);
        own.close();
    }

    @Test
    void unlocksAtTheSameTimeAreOne() throws Exception {
        LdlmLock lock = client.lock("x");
        server.thenSayNothing();
        CompletableFuture<Void> first = lock.unlockAsync();
        CompletableFuture<Void> second = lock.unlockAsync();
        assertThat(server.count("Unlock")).isEqualTo(1);
        server.last()
                .answer(
                        io.claviger.protocol.ldlm.UnlockResponse.newBuilder()
                                .setUnlocked(true)
                                .build(),
                        server.connection());
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
    }

    // ------------------------------------------------------------------------------------------ contexts

    @Test
    void aContextUnlocksWhatWasLocked() throws Exception {
        try (LdlmLockContext lock = client.lockContext("x")) {
            assertThat(lock.isLocked()).isTrue();
        }
        try (LdlmLockContext lock =
                client.tryLockContextAsync("x", LdlmOptions.DEFAULT).join()) {
            assertThat(lock.isLocked()).isTrue();
        }
        assertThat(server.methods()).containsExactly("Lock", "Unlock", "TryLock", "Unlock");
    }

    @Test
    void aContextThatIsNotLockedUnlocksNothing() throws Exception {
        server.thenAnswer(ScriptedServer.refusal(3, "timeout waiting to acquire lock"));
        try (LdlmLockContext lock = client.lockContext("x")) {
            assertThat(lock.isLocked()).isFalse();
        }
        assertThat(server.methods()).containsExactly("Lock");
    }

    @Test
    void aContextMayBeUnlockedAndClosedBefore() throws Exception {
        LdlmLockContext first = client.lockContext("x");
        first.unlock();
        first.close();
        LdlmLockContext second = client.tryLockContext("x");
        client.unlock("x", second.key());
        second.close();
        second.close();
        assertThat(server.count("Unlock")).isEqualTo(2);
    }

    @Test
    void whatTheBodyThrowsIsNotMasked() {
        IllegalArgumentException own = new IllegalArgumentException("of the body");
        server.then(call -> call.answer(server.grant("x"), server.connection()))
                .thenAnswer(ScriptedServer.unlockRefusal(2, "invalid lock key"));
        assertThatThrownBy(() -> {
                    try (LdlmLockContext lock = client.lockContext("x")) {
                        assertThat(lock.isLocked()).isTrue();
                        throw own;
                    }
                })
                .isSameAs(own);
        assertThat(own.getSuppressed()).hasSize(1);
        assertThat(own.getSuppressed()[0]).isInstanceOf(InvalidLockKeyException.class);
    }

    @Test
    void aLossIsToldAtTheEndOfTheBody() throws Exception {
        LdlmLockContext lock = client.lockContext("x");
        server.endConnection();
        assertThatThrownBy(lock::close)
                .isInstanceOfSatisfying(
                        LockLostException.class,
                        lostLock -> assertThat(lostLock.reason()).isEqualTo(LossReason.SESSION_LOST));
        lock.close();
        // It is unlocked all the same, in case that the server has kept it.
        assertThat(server.methods()).containsExactly("Lock", "Unlock");
    }

    @Test
    void aContextOfAClosedClientIsClosed() throws Exception {
        LdlmLockContext lock = client.lockContext("x");
        client.close();
        lock.close();
        assertThat(lock.isLocked()).isFalse();
    }
}
