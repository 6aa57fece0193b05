package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.LockClient;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The words of lynk, and what its documents say of them. */
class LynkTest {
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final VirtualSpace space = new VirtualSpace(time -> new LynkLayout(time, false));
    private final Lynk.Session session = Lynk.over(space.open());
    private final Lynk.Session other = Lynk.over(space.open());

    @AfterEach
    void close() {
        session.close();
        other.close();
        space.close();
    }

    @Test
    void lockIsAcquiredRefreshedAndReleased() throws InterruptedException {
        Lynk.Lock lock = session.createLock("x");
        lock.acquire();
        lock.refresh();
        Lynk.Lock rival = other.createLock("x");
        assertThatThrownBy(() -> rival.acquire(LEASE, Duration.ZERO))
                .isInstanceOf(Lynk.LockNotGrantedException.class)
                .hasMessageContaining("'x'");
        lock.release();
        rival.acquire(LEASE, Duration.ZERO);
    }

    @Test
    void lockThatIsNotHeldIsNoSuchLock() throws InterruptedException {
        Lynk.Lock lock = session.createLock("x");
        assertThatThrownBy(lock::release).isInstanceOf(Lynk.NoSuchLockException.class);
        assertThatThrownBy(lock::refresh).isInstanceOf(Lynk.NoSuchLockException.class);
        assertThatThrownBy(lock::serialize).isInstanceOf(Lynk.NoSuchLockException.class);
        lock.acquire();
        lock.release();
        assertThatThrownBy(lock::release).isInstanceOf(Lynk.NoSuchLockException.class);
    }

    @Test
    void lockWithoutRefreshIsLostWhenItRunsOut() throws InterruptedException {
        Lynk.Lock lock = session.createLockWithoutRefresh("x");
        lock.acquire(LEASE, Duration.ZERO);
        space.advance(LEASE);
        assertThatThrownBy(lock::refresh).isInstanceOf(Lynk.LockLostException.class);
        assertThatThrownBy(lock::release).isInstanceOf(Lynk.LockLostException.class);
        Lynk.Lock kept = session.createLock("y");
        kept.acquire(LEASE, Duration.ZERO);
        space.advance(LEASE.multipliedBy(3));
        kept.release();
    }

    @Test
    void serializedLockGoesOverOnceAndIsRefreshedThere() throws InterruptedException {
        Lynk.Lock lock = session.createLock("x");
        lock.acquire();
        String text = lock.serialize();
        assertThat(text)
                .contains("\"__version\": \"Lock.1\"")
                .contains("VersionLeaseTechinque.1")
                .doesNotContain("claviger");
        assertThatThrownBy(lock::release).isInstanceOf(Lynk.NoSuchLockException.class);
        Lynk.Lock taken = other.deserializeLock(text);
        assertThatThrownBy(() -> session.deserializeLock(text))
                .isInstanceOf(Lynk.LockLostException.class)
                .isInstanceOf(Lynk.LockAlreadyInUseException.class);
        space.advance(Lynk.DEFAULT_LEASE.multipliedBy(3));
        taken.release();
    }

    @Test
    void receiverSaysWhetherALockIsRefreshed() throws InterruptedException {
        Lynk.Lock lock = session.createLockWithoutRefresh("x");
        lock.acquire(LEASE);
        Lynk.Lock kept = other.deserializeLock(lock.serialize());
        space.advance(Lynk.DEFAULT_LEASE.multipliedBy(3));
        kept.refresh();
        Lynk.Lock dropped = session.deserializeLockWithoutRefresh(kept.serialize());
        dropped.refresh();
        space.advance(Lynk.DEFAULT_LEASE);
        assertThatThrownBy(dropped::refresh).isInstanceOf(Lynk.LockLostException.class);
    }

    @Test
    void lockIsALeaseWhileItIsHeld() throws InterruptedException {
        Lynk.Lock lock = session.createLock("x");
        assertThatThrownBy(lock::lease).isInstanceOf(Lynk.NoSuchLockException.class);
        lock.acquire(LEASE);
        assertThat(lock.lease().isValid()).isTrue();
        lock.release();
        assertThatThrownBy(lock::lease).isInstanceOf(Lynk.NoSuchLockException.class);
    }

    @Test
    void textThatIsNoLockCannotBeDeserialized() {
        assertThatThrownBy(() -> session.deserializeLock("{}"))
                .isInstanceOf(Lynk.CannotDeserializeException.class)
                .hasMessageContaining("Lock.1");
    }

    @Test
    void lockOfATryWithResourcesIsReleasedAlsoAfterALoss() throws InterruptedException {
        try (Lynk.Lock lock = session.createLockWithoutRefresh("x")) {
            lock.acquire(LEASE, Duration.ZERO);
            space.advance(LEASE.multipliedBy(2));
        }
        try (Lynk.Lock lock = other.createLock("x")) {
            lock.acquire(LEASE, Duration.ZERO);
        }
        LockClient client = session.client();
        assertThat(client.lock("x").tryAcquire()).isPresent();
    }
}
