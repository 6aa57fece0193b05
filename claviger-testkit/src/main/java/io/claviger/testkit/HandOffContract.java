package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Capability;
import io.claviger.DistributedReadWriteLock;
import io.claviger.DistributedSemaphore;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import io.claviger.RejectedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Leases that go from one client to another as text. */
@SuppressWarnings("MemberName")
abstract class HandOffContract extends MultiLockContract {

    @Test
    final void S3_adoptedLeaseHasAGreaterToken() {
        need(Capability.HAND_OFF);
        Lease given = take(a.lock(name()));
        Lease adopted = b.adopt(given.handOff());
        assertThat(adopted.token()).isGreaterThan(given.token());
        assertThat(adopted.name()).isEqualTo(name());
        assertThat(adopted.key()).isNotEqualTo(given.key());
        assertThat(adopted.isValid()).isTrue();
        adopted.checkpoint();
        adopted.release();
        assertThat(take(c.lock(name())).token()).isGreaterThan(adopted.token());
    }

    @Test
    final void S1_nobodyGetsInBetweenHandOffAndAdoption() {
        need(Capability.HAND_OFF);
        Lease given = take(a.lock(name()));
        CompletableFuture<Lease> waiting = queue(c.lock(name()));
        String text = given.handOff();
        assertWaiting(waiting);
        assertTaken(b.lock(name()));
        Lease adopted = b.adopt(text);
        assertWaiting(waiting);
        adopted.release();
        await(waiting).release();
    }

    @Test
    final void S4_handleThatWasHandedOffHoldsNothing() {
        need(Capability.HAND_OFF);
        Lease given = take(a.lock(name()));
        List<LossReason> losses = new CopyOnWriteArrayList<>();
        given.onLost(losses::add);
        Lease adopted = b.adopt(given.handOff());
        given.close();
        given.release();
        assertThat(given.isValid()).isFalse();
        assertThat(given.validity()).isZero();
        assertThatThrownBy(given::checkpoint).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(given::renew).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(given::handOff).isInstanceOf(IllegalStateException.class);
        assertTaken(c.lock(name()));
        assertThat(adopted.isValid()).isTrue();
        assertThat(losses).isEmpty();
    }

    @Test
    final void S4_textIsGoodForOneAdoption() {
        need(Capability.HAND_OFF);
        String text = take(a.lock(name())).handOff();
        Lease adopted = b.adopt(text);
        assertThatThrownBy(() -> c.adopt(text))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining(name())
                .hasMessageContaining("cannot be adopted");
        assertThat(failure(b.adoptAsync(text))).isInstanceOf(RejectedException.class);
        assertThat(adopted.isValid()).isTrue();
        adopted.close();
        assertFree(c.lock(name()));
        assertThat(failure(c.adoptAsync(text))).isInstanceOf(RejectedException.class);
    }

    @Test
    final void S5_leaseOutlivesTheClientThatHandedItOff() {
        need(Capability.HAND_OFF);
        String text = take(a.lock(name())).handOff();
        a.close();
        assertTaken(c.lock(name()));
        await(b.adoptAsync(text)).checkpoint();
        b.close();
        assertFree(c.lock(name()));
    }

    @Test
    final void S5_closedClientAdoptsNothing() {
        need(Capability.HAND_OFF);
        String text = take(a.lock(name())).handOff();
        b.close();
        assertThatThrownBy(() -> b.adopt(text)).isInstanceOf(RejectedException.class);
        c.adopt(text).release();
    }

    @Test
    final void L3_leaseThatNobodyAdoptsExpires() {
        need(Capability.HAND_OFF);
        String text = take(a.lock(name())).handOff(lease());
        CompletableFuture<Lease> waiting = queue(c.lock(name()));
        pass(80);
        assertWaiting(waiting);
        pass(40);
        await(waiting);
        assertThatThrownBy(() -> b.adopt(text)).isInstanceOf(RejectedException.class);
    }

    @Test
    final void S7_parkedLeaseThatIsRevokedIsFreeAtOnce() {
        need(Capability.HAND_OFF);
        String text = take(a.lock(name())).handOff();
        backend.revoke(name());
        assertFree(c.lock(name()));
        assertThatThrownBy(() -> b.adopt(text)).isInstanceOf(RejectedException.class);
    }

    @Test
    final void S6_adoptedLeaseIsRenewedAsItWas() {
        need(Capability.HAND_OFF);
        Lease automatic = b.adopt(
                take(a.lock(name("automatic"), LockOptions.lease(lease()))).handOff());
        Lease manual = b.adopt(take(a.lock(name("manual"), manual())).handOff());
        assertThat(manual.validity()).isPositive().isLessThanOrEqualTo(lease());
        for (int i = 0; i < 6; i++) {
            pass(25);
        }
        assertTaken(c.lock(name("automatic")));
        assertThat(automatic.isValid()).isTrue();
        assertFree(c.lock(name("manual")));
        assertThat(manual.isValid()).isFalse();
    }

    @Test
    final void adoptedLeaseCanBeHandedOffAgain() {
        need(Capability.HAND_OFF);
        Lease first = take(a.lock(name()));
        Lease second = b.adopt(first.handOff());
        Lease third = await(c.adoptAsync(await(second.handOffAsync(Duration.ofSeconds(30)))));
        assertThat(third.token()).isGreaterThan(second.token());
        assertTaken(a.lock(name()));
        third.release();
        assertFree(a.lock(name()));
    }

    @Test
    final void lostOrReleasedLeaseIsNotHandedOff() {
        need(Capability.HAND_OFF);
        Lease released = take(a.lock(name("released")));
        released.release();
        assertThatThrownBy(released::handOff).isInstanceOf(IllegalStateException.class);
        Lease expired = take(a.lock(name("expired"), manual()));
        pass(120);
        assertThatThrownBy(expired::handOff).isInstanceOf(LeaseLostException.class);
        assertThat(failure(expired.handOffAsync(lease()))).isInstanceOf(LeaseLostException.class);
        assertFree(b.lock(name("expired")));
    }

    @Test
    final void handOffForTooShortATimeIsRefusedAndChangesNothing() {
        need(Capability.HAND_OFF);
        Lease lease = take(a.lock(name()));
        assertThatThrownBy(() -> lease.handOff(Duration.ofMillis(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(".*\\b(PT0\\.001S|1 ms)\\b.*");
        lease.checkpoint();
        lease.release();
    }

    @Test
    final void textThatIsNoneIsNamed() {
        need(Capability.HAND_OFF);
        String text = take(a.lock(name())).handOff();
        String changed = text.substring(0, text.length() / 2) + "#" + text.substring(text.length() / 2 + 1);
        String cut = text.substring(0, text.length() - 3);
        for (String bad : List.of("", " ", "hello", changed, cut, cut + cut, text + text)) {
            assertThatThrownBy(() -> b.adopt(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("handed-off lease");
        }
        b.adopt(text).release();
    }

    @Test
    final void permitsOfASemaphoreGoOverTogether() {
        need(Capability.HAND_OFF);
        need(Capability.SEMAPHORES);
        DistributedSemaphore semaphore = c.semaphore(name(), 3);
        Lease adopted = b.adopt(take(a.semaphore(name(), 3).permits(2)).handOff());
        assertTaken(semaphore.permits(2));
        assertFree(semaphore.permits(1));
        adopted.release();
        assertFree(semaphore.permits(3));
    }

    @Test
    final void S11_readersAndWritersAreHandedOff() {
        need(Capability.HAND_OFF);
        need(Capability.READ_WRITE_LOCKS);
        DistributedReadWriteLock lock = c.readWriteLock(name());
        Lease reader = b.adopt(take(a.readWriteLock(name()).readLock()).handOff());
        assertFree(lock.readLock());
        assertTaken(lock.writeLock());
        reader.release();
        Lease writer = b.adopt(take(a.readWriteLock(name()).writeLock()).handOff());
        assertTaken(lock.readLock());
        writer.release();
        assertFree(lock.writeLock());
    }
}
