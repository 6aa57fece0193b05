package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import io.claviger.local.LocalBackend;
import io.claviger.local.LocalSpace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tasks under a lock: when their thread is interrupted, and when it is left alone. */
@SuppressWarnings("MemberName")
class RunLockedTest {
    private static final String NAME = "a";

    private final LocalContract locks = new LocalContract();
    private final LockClient client = locks.open();
    private final LockClient other = locks.open();

    /** Callbacks that have not run yet, for a client whose callbacks come late. */
    private final Queue<Runnable> late = new ArrayDeque<>();

    @AfterEach
    void nobodyIsLeftInterrupted() {
        assertThat(Thread.interrupted()).isFalse();
        locks.space.checkInvariants();
    }

    @Test
    void aTaskRunsUnderItsLockAndFreesItAfterwards() throws Exception {
        AtomicBoolean ran = new AtomicBoolean();
        client.runLocked(NAME, lease -> {
            assertThat(other.lock(NAME).tryAcquire()).isEmpty();
            assertThat(lease.isValid()).isTrue();
            ran.set(true);
        });
        assertThat(ran).isTrue();
        assertFree();
    }

    @Test
    void aTaskFailsWithItsOwnExceptionAndFreesItsLock() {
        assertThatThrownBy(() -> client.runLocked(NAME, lease -> {
                    throw new IOException("disk full");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("disk full")
                .hasNoSuppressedExceptions();
        assertFree();
    }

    @Test
    void S7_aLossInterruptsTheTask_andIsToldAfterIt() {
        assertThatThrownBy(() -> client.runLocked(NAME, lease -> {
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    locks.revoke(NAME);
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    assertThat(other.lock(NAME).tryAcquire()).isEmpty();
                }))
                .isInstanceOfSatisfying(
                        LeaseLostException.class,
                        lost -> assertThat(lost.reason()).isEqualTo(LossReason.REVOKED));
        // The end of the task confirms the revocation.
        assertFree();
    }

    @Test
    void S7_theTaskIsInterruptedBeforeAnyoneElseIsGrantedTheLock() {
        Duration lease = Duration.ofSeconds(10);
        assertThatThrownBy(() -> client.runLocked(client.lock(NAME, LockOptions.manualLease(lease)), held -> {
                    locks.advance(lease.minusMillis(1));
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    assertThat(other.lock(NAME).tryAcquire()).isEmpty();
                }))
                .isInstanceOf(LeaseLostException.class);
    }

    @Test
    void theOwnExceptionOfATaskWinsOverTheLoss() {
        assertThatThrownBy(() -> client.runLocked(NAME, lease -> {
                    locks.revoke(NAME);
                    throw new IOException("stopped half-way");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("stopped half-way");
        assertFree();
    }

    @Test
    void anInterruptByTheLossThatTheTaskLetPassIsToldAsTheLoss() {
        assertThatThrownBy(() -> client.runLocked(NAME, lease -> {
                    locks.revoke(NAME);
                    Thread.sleep(60_000);
                }))
                .isInstanceOfSatisfying(LeaseLostException.class, lost -> {
                    assertThat(lost.reason()).isEqualTo(LossReason.REVOKED);
                    assertThat(lost.getSuppressed()).hasOnlyElementsOfType(InterruptedException.class);
                });
        assertFree();
    }

    @Test
    void aLossThatIsToldAfterTheTaskHitsNobody() throws Exception {
        lateClient().runLocked(NAME, Lease::release);
        late.forEach(Runnable::run);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThatThrownBy(() -> lateClient().runLocked(NAME, lease -> locks.revoke(NAME)))
                .isInstanceOf(LeaseLostException.class);
        assertThat(late).isNotEmpty();
        late.forEach(Runnable::run);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void aTaskMayReleaseItsLockItself() throws Exception {
        client.runLocked(NAME, lease -> {
            lease.release();
            assertFree();
        });
        assertFree();
    }

    @Test
    void aTaskMayHandItsLockOff() throws Exception {
        String[] text = {""};
        client.runLocked(NAME, lease -> text[0] = lease.handOff());
        assertThat(other.lock(NAME).tryAcquire()).isEmpty();
        other.adopt(text[0]).release();
        assertFree();
    }

    @Test
    void anInterruptByOthersIsLeftAlone() throws Exception {
        client.runLocked(NAME, lease -> Thread.currentThread().interrupt());
        assertThat(Thread.interrupted()).isTrue();
        assertFree();
    }

    @Test
    void whoeverIsInterruptedBeforehandDoesNotRunTheTask() {
        AtomicBoolean ran = new AtomicBoolean();
        Lease held = other.lock(NAME).tryAcquire().orElseThrow();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> client.runLocked(NAME, lease -> ran.set(true)))
                .isInstanceOf(InterruptedException.class);
        assertThat(ran).isFalse();
        held.release();
        assertFree();
    }

    private LockClient lateClient() {
        LocalSpace space = locks.space;
        return LockClient.over(new LocalBackend(space, late::add, () -> {}));
    }

    private void assertFree() {
        other.lock(NAME).tryAcquire().orElseThrow().release();
        assertThat(locks.space).isNotNull();
    }
}
