package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Capability;
import io.claviger.DistributedLock;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

/** What the Java API promises beside the numbered rules. */
abstract class ApiContract extends QueueContract {
    private static final int RACES = 200;

    @Test
    final void everyWayToAskGrantsAFreeLock() {
        List<LeaseSource> ways = List.of(
                DistributedLock::acquire,
                lock -> lock.acquire(lease()).orElseThrow(),
                lock -> lock.tryAcquire().orElseThrow(),
                lock -> await(lock.acquireAsync()),
                lock -> await(lock.acquireAsync(lease())).orElseThrow(),
                lock -> await(lock.tryAcquireAsync()).orElseThrow());
        for (LeaseSource way : ways) {
            Lease lease = call(() -> way.from(a.lock(name())));
            assertThat(lease.name()).isEqualTo(name());
            assertThat(lease.isValid()).isTrue();
            assertTaken(b.lock(name()));
            lease.release();
            assertThat(lease.isValid()).isFalse();
        }
    }

    private interface LeaseSource {
        Lease from(DistributedLock lock) throws InterruptedException;
    }

    @Test
    final void blockingAcquireReturnsWithTheGrant() {
        Lease holder = take(a.lock(name()));
        Blocking<Lease> waiting = blocked(() -> b.lock(name()).acquire());
        holder.close();
        assertThat(await(waiting.result).isValid()).isTrue();
    }

    @Test
    final void lockIsNotReentrant() {
        take(a.lock(name()));
        assertTaken(a.lock(name()));
    }

    @Test
    final void lockHoldsNothingItself() {
        DistributedLock lock = a.lock(name());
        assertThat(lock.name()).isEqualTo(name());
        take(lock).close();
        take(lock).close();
        assertFree(b.lock(name()));
    }

    @Test
    final void namesAreComparedExactly() {
        List<String> names = List.of(name("n"), name("N"), name("n "), name("n/"), name("n\u0000"), name("ключ 🔑"));
        names.forEach(each -> take(a.lock(each)));
        names.forEach(each -> assertTaken(b.lock(each)));
    }

    @Test
    final void invalidNamesAreRefusedWithWhatIsRight() {
        for (String invalid : List.of("", "n".repeat(65_537), "half \ud83d", "\udd11 half")) {
            assertThatThrownBy(() -> a.lock(invalid))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1 to ")
                    .hasMessageContaining("well-formed");
        }
    }

    @Test
    final void invalidCapacitiesAreRefusedWithWhatIsRight() {
        need(Capability.SEMAPHORES);
        for (int invalid : new int[] {0, -1, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> a.semaphore(name(), invalid))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at least 1");
        }
        assertThat(a.semaphore(name(), 7).capacity()).isEqualTo(7);
    }

    @Test
    final void invalidLimitsAndLeasesAreRefusedWithWhatIsRight() {
        Duration negative = Duration.ofNanos(-1);
        assertThatThrownBy(() -> a.lock(name()).acquire(negative))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not negative");
        assertThatThrownBy(() -> a.lock(name()).acquireAsync(negative)).isInstanceOf(IllegalArgumentException.class);
        for (Duration invalid : List.of(Duration.ZERO, negative, LockOptions.MAX_LEASE.plusNanos(1))) {
            assertThatThrownBy(() -> LockOptions.lease(invalid))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(LockOptions.MIN_LEASE.toString());
        }
        assertFree(b.lock(name()));
    }

    @Test
    final void closingTwiceIsHarmless() {
        Lease lease = take(a.lock(name()));
        lease.close();
        lease.close();
        a.close();
        a.close();
        assertFree(b.lock(name()));
    }

    @Test
    final void closingOneClientLeavesTheOthersAlone() {
        Lease lease = take(b.lock(name()));
        a.close();
        lease.checkpoint();
        assertTaken(c.lock(name()));
        lease.release();
        assertFree(c.lock(name()));
    }

    @Test
    final void releasingFromTwoThreadsIsHarmless() {
        for (int i = 0; i < RACES; i++) {
            Lease lease = take(a.lock(name()));
            CyclicBarrier start = new CyclicBarrier(2);
            List<Blocking<Boolean>> releases = new ArrayList<>();
            for (int thread = 0; thread < 2; thread++) {
                releases.add(new Blocking<>(() -> {
                    start.await();
                    lease.release();
                    return true;
                }));
            }
            releases.forEach(release -> assertThat(await(release.result)).isTrue());
        }
    }

    @Test
    final void releaseAfterLossThrows() {
        Lease lost = take(a.lock(name(), manual()));
        pass(120);
        assertThatThrownBy(lost::release)
                .isInstanceOfSatisfying(
                        LeaseLostException.class, e -> assertThat(e.reason()).isEqualTo(LossReason.EXPIRED));
        assertThat(failure(lost.releaseAsync())).isInstanceOf(LeaseLostException.class);
        assertThatCode(lost::close).doesNotThrowAnyException();
    }

    @Test
    final void asyncReleaseFreesTheLock() {
        Lease lease = take(a.lock(name()));
        await(lease.releaseAsync());
        assertFree(b.lock(name()));
    }

    @Test
    final void renewWithoutLeaseOnlyChecks() {
        Lease lease = take(a.lock(name()));
        lease.renew();
        await(lease.renewAsync());
        assertThat(lease.validity()).isPositive();
        assertTaken(b.lock(name()));
    }

    @Test
    final void releasedLeaseIsOver() {
        Lease lease = take(a.lock(name()));
        lease.close();
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.validity()).isZero();
        assertThatThrownBy(lease::checkpoint).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(lease::renew).isInstanceOf(IllegalStateException.class);
        assertThat(failure(lease.renewAsync())).isInstanceOf(IllegalStateException.class);
        assertThat(lease.name()).isEqualTo(name());
        assertThat(lease.token().value()).isPositive();
    }

    @Test
    final void checkpointPassesWhileItIsSafe() {
        Lease lease = take(a.lock(name(), manual()));
        lease.checkpoint();
        pass(50);
        lease.checkpoint();
        pass(70);
        assertThatThrownBy(lease::checkpoint)
                .isInstanceOfSatisfying(
                        LeaseLostException.class, e -> assertThat(e.reason()).isEqualTo(LossReason.EXPIRED));
    }

    @Test
    final void onLostIsToldOnceAlsoAfterTheFact() {
        List<LossReason> early = new CopyOnWriteArrayList<>();
        List<LossReason> late = new CopyOnWriteArrayList<>();
        Lease lease = take(a.lock(name()));
        lease.onLost(early::add);
        a.close();
        lease.onLost(late::add);
        lease.close();
        backend.settle();
        eventually("both are told", () -> early.size() + late.size() == 2);
        assertThat(early).containsExactly(LossReason.CLIENT_CLOSED);
        assertThat(late).containsExactly(LossReason.CLIENT_CLOSED);
    }

    @Test
    final void onLostIsNotToldOfARelease() {
        List<LossReason> told = new CopyOnWriteArrayList<>();
        Lease lease = take(a.lock(name()));
        lease.onLost(told::add);
        lease.release();
        a.close();
        backend.settle();
        assertThat(told).isEmpty();
    }

    @Test
    final void anyThreadMayUseALease() {
        Lease lease = call(() -> a.lock(name(), manual()).acquire());
        call(() -> {
            lease.checkpoint();
            lease.renew();
            return true;
        });
        lease.release();
        assertFree(b.lock(name()));
    }

    @Test
    final void cancelAfterTheGrantChangesNothing() {
        CompletableFuture<Lease> granted = a.lock(name()).acquireAsync();
        Lease lease = await(granted);
        assertThat(granted.cancel(true)).isFalse();
        lease.checkpoint();
        assertTaken(b.lock(name()));
    }

    @Test
    final void interruptWithdrawsALimitedWait() {
        Lease holder = take(a.lock(name()));
        Blocking<Optional<Lease>> waiting = blocked(() -> b.lock(name()).acquire(lease()));
        interrupt(waiting);
        assertThat(failure(waiting.result)).isInstanceOf(InterruptedException.class);
        holder.close();
        assertFree(c.lock(name()));
    }

    @Test
    final void missingCapabilitiesAreRefused() {
        assertThat(a.capabilities()).isEqualTo(backend.capabilities());
        if (!a.capabilities().contains(Capability.SEMAPHORES)) {
            assertThatThrownBy(() -> a.semaphore(name(), 2)).isInstanceOf(UnsupportedOperationException.class);
        }
        if (!a.capabilities().contains(Capability.READ_WRITE_LOCKS)) {
            assertThatThrownBy(() -> a.readWriteLock(name())).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    final void javaLockLocksAndUnlocks() throws InterruptedException {
        Lock lock = a.lock(name()).asJavaLock();
        call(() -> {
            lock.lock();
            return true;
        });
        assertTaken(b.lock(name()));
        lock.unlock();
        assertThat(lock.tryLock()).isTrue();
        assertThat(lock.tryLock()).isFalse();
        lock.unlock();
        assertThat(lock.tryLock(0, TimeUnit.SECONDS)).isTrue();
        lock.unlock();
        assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
        assertThatThrownBy(lock::newCondition).isInstanceOf(UnsupportedOperationException.class);
        assertFree(b.lock(name()));
    }

    @Test
    final void javaLockWaitsThroughInterruptsUnlessToldOtherwise() {
        Lease holder = take(a.lock(name()));
        Lock lock = b.lock(name()).asJavaLock();
        Blocking<Boolean> stubborn = blocked(() -> {
            lock.lock();
            return Thread.interrupted();
        });
        stubborn.thread.interrupt();
        assertWaiting(stubborn.result);
        Blocking<Boolean> obedient = blocked(() -> {
            lock.lockInterruptibly();
            return true;
        });
        interrupt(obedient);
        assertThat(failure(obedient.result)).isInstanceOf(InterruptedException.class);
        holder.close();
        assertThat(await(stubborn.result)).as("the interrupt is kept").isTrue();
        lock.unlock();
        assertFree(c.lock(name()));
    }

    @Test
    final void javaLockRefusesAnInterruptedThread() {
        Lock lock = a.lock(name()).asJavaLock();
        Blocking<Boolean> interrupted = new Blocking<>(() -> {
            Thread.currentThread().interrupt();
            lock.lockInterruptibly();
            return true;
        });
        assertThat(failure(interrupted.result)).isInstanceOf(InterruptedException.class);
        assertFree(b.lock(name()));
    }

    @Test
    final void clientsOpenedLaterSeeWhatIsHeld() {
        take(a.lock(name()));
        LockClient later = client();
        assertTaken(later.lock(name()));
    }
}
