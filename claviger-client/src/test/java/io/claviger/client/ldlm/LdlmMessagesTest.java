package io.claviger.client.ldlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.protocol.ldlm.LockRequest;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.RenewRequest;
import io.claviger.protocol.ldlm.TryLockRequest;
import io.claviger.protocol.ldlm.UnlockRequest;
import io.claviger.protocol.ldlm.UnlockResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is sent, to the field, and what is made of the answer. */
class LdlmMessagesTest extends ScriptedFixture {
    private static LdlmOptions options(int wait, int lock, int size) {
        LdlmOptions options = LdlmOptions.DEFAULT;
        options = wait == 0 ? options : options.withWaitTimeout(Duration.ofSeconds(wait));
        options = lock == 0 ? options : options.withLockTimeout(Duration.ofSeconds(lock));
        return size == 0 ? options : options.withSize(size);
    }

    static Stream<Arguments> sets() {
        return Stream.of(
                        List.of(0, 0, 0),
                        List.of(30, 0, 0),
                        List.of(0, 40, 0),
                        List.of(30, 40, 0),
                        List.of(0, 0, 5),
                        List.of(0, 40, 5),
                        List.of(30, 40, 5))
                .flatMap(set ->
                        Stream.of(true, false).map(renew -> Arguments.of(set.get(0), set.get(1), set.get(2), renew)));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void lockSendsOnlyWhatIsSet(int wait, int lockTimeout, int size, boolean renew) throws Exception {
        LdlmClient own = client(LdlmClient.builder("localhost").autoRenewLocks(renew));
        LdlmLock lock = own.lock("x", options(wait, lockTimeout, size));
        LockRequest.Builder expected = LockRequest.newBuilder().setName("x");
        if (wait > 0) {
            expected.setWaitTimeoutSeconds(wait);
        }
        if (lockTimeout > 0) {
            expected.setLockTimeoutSeconds(lockTimeout);
        }
        if (size > 0) {
            expected.setSize(size);
        }
        assertThat(server.requests()).containsExactly(expected.build());
        assertThat(lock.isLocked()).isTrue();
        assertThat(lock.key()).isEqualTo("key-1");
        pass(lockTimeout / 2 + 1);
        assertThat(server.count("Renew")).isEqualTo(lockTimeout > 0 && renew ? 1 : 0);
        own.close();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void tryLockSendsOnlyWhatIsSet(int wait, int lockTimeout, int size, boolean renew) throws Exception {
        LdlmClient own = client(LdlmClient.builder("localhost").autoRefreshLocks(renew));
        own.tryLock("x", options(0, lockTimeout, size));
        TryLockRequest.Builder expected = TryLockRequest.newBuilder().setName("x");
        if (lockTimeout > 0) {
            expected.setLockTimeoutSeconds(lockTimeout);
        }
        if (size > 0) {
            expected.setSize(size);
        }
        assertThat(server.requests()).containsExactly(expected.build());
        pass(lockTimeout / 2 + 1);
        assertThat(server.count("Renew")).isEqualTo(lockTimeout > 0 && renew ? 1 : 0);
        own.close();
    }

    @Test
    void theClientsLockTimeoutIsSentUnlessTheCallSaysOtherwise() throws Exception {
        LdlmClient own = client(LdlmClient.builder("localhost").lockTimeout(THIRTY));
        own.lock("x");
        own.tryLock("x");
        own.lock("x", lockTimeout(60));
        own.lock("x", lockTimeout(0));
        assertThat(server.requests())
                .containsExactly(
                        LockRequest.newBuilder()
                                .setName("x")
                                .setLockTimeoutSeconds(30)
                                .build(),
                        TryLockRequest.newBuilder()
                                .setName("x")
                                .setLockTimeoutSeconds(30)
                                .build(),
                        LockRequest.newBuilder()
                                .setName("x")
                                .setLockTimeoutSeconds(60)
                                .build(),
                        LockRequest.newBuilder().setName("x").build());
        own.close();
    }

    @Test
    void aWaitOfZeroIsWithoutLimitAndNotSent() throws Exception {
        client.lock("x", LdlmOptions.DEFAULT.withWaitTimeout(Duration.ZERO));
        client.tryLock("x", LdlmOptions.DEFAULT.withWaitTimeout(Duration.ZERO));
        assertThat(server.requests())
                .containsExactly(
                        LockRequest.newBuilder().setName("x").build(),
                        TryLockRequest.newBuilder().setName("x").build());
    }

    @Test
    void aTryHasNoWaitTimeout() {
        assertThatThrownBy(() -> client.tryLock("x", LdlmOptions.DEFAULT.withWaitTimeout(THIRTY)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a try does not wait")
                .hasMessageContaining("lock() waits");
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void aWaitTimeoutGivesALockThatIsNotLocked() throws Exception {
        LockResponse timeout = ScriptedServer.refusal(3, "timeout waiting to acquire lock").toBuilder()
                .setKey("of nothing")
                .build();
        server.thenAnswer(timeout).thenAnswer(timeout);
        for (LdlmLock lock : List.of(
                client.lock("x", options(1, 0, 0)),
                client.lockAsync("x", options(1, 0, 0)).join())) {
            assertThat(lock.isLocked()).isFalse();
            assertThat(lock.key()).isEmpty();
            assertThat(lock.name()).isEqualTo("x");
            assertThat(lock.validity()).isZero();
            assertThat(lock.fencingToken()).isEmpty();
        }
    }

    @Test
    void aTryThatIsNotGrantedGivesALockThatIsNotLocked() throws Exception {
        server.thenAnswer(
                LockResponse.newBuilder().setName("x").setKey("of nothing").build());
        LdlmLock lock = client.tryLock("x");
        assertThat(lock.isLocked()).isFalse();
        assertThat(lock.key()).isEmpty();
        assertThat(lock).hasToString("LdlmLock['x', not locked]");
    }

    @Test
    void otherErrorsAreThrown() {
        server.thenAnswer(ScriptedServer.refusal(6, "lock size mismatch"))
                .thenAnswer(ScriptedServer.refusal(0, "lock name cannot be empty"))
                .thenAnswer(ScriptedServer.refusal(7, "lock size must be greater than 0"));
        assertThatThrownBy(() -> client.lock("x"))
                .isInstanceOf(LockSizeMismatchException.class)
                .hasMessage("lock size mismatch");
        assertThatThrownBy(() -> client.tryLock(""))
                .isExactlyInstanceOf(LdlmException.class)
                .hasMessage("lock name cannot be empty");
        assertThat(failure(client.lockAsync("x"))).isInstanceOf(InvalidLockSizeException.class);
    }

    @Test
    void unlockAndRenewSendNameAndKey() {
        client.unlock("x", "k");
        LdlmLock renewed = client.renew("x", "k", THIRTY);
        client.refreshLock("x", "k", Duration.ofSeconds(31));
        assertThat(server.requests())
                .containsExactly(
                        UnlockRequest.newBuilder().setName("x").setKey("k").build(),
                        RenewRequest.newBuilder()
                                .setName("x")
                                .setKey("k")
                                .setLockTimeoutSeconds(30)
                                .build(),
                        RenewRequest.newBuilder()
                                .setName("x")
                                .setKey("k")
                                .setLockTimeoutSeconds(31)
                                .build());
        assertThat(renewed.isLocked()).isTrue();
        assertThat(renewed.key()).isEqualTo("k");
    }

    @Test
    void anUnlockThatDoesNothingIsAnError() {
        server.thenAnswer(UnlockResponse.newBuilder().setName("x").build());
        assertThatThrownBy(() -> client.unlock("x", "k"))
                .isInstanceOfSatisfying(
                        LdlmException.class, failed -> assertThat(failed.code()).isZero())
                .hasMessageContaining("did not unlock 'x'");
    }

    @Test
    void theFencingTokenIsThere() throws Exception {
        server.thenAnswer(server.grant("x").toBuilder().setFencingToken(57).build());
        LdlmLock lock = client.lock("x");
        assertThat(lock.fencingToken()).hasValue(57);
        lock.unlock();
        assertThat(client.lock("x").fencingToken()).isEmpty();
    }

    @Test
    void halfACharacterIsNoName() {
        assertThatThrownBy(() -> client.lock("a\ud800"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("well-formed Unicode");
        assertThatThrownBy(() -> client.unlock("a\ud800", "k")).isInstanceOf(IllegalArgumentException.class);
        assertThat(server.calls()).isEmpty();
    }
}
