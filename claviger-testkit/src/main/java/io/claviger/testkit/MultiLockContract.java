package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Capability;
import io.claviger.DistributedLock;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import io.claviger.MultiLease;
import io.claviger.MultiLock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Several locks as one. */
abstract class MultiLockContract extends ApiContract {
    private static final int RACES = 50;

    private List<DistributedLock> locks(LockClient client, String... suffixes) {
        return List.of(suffixes).stream()
                .map(suffix -> client.lock(name(suffix)))
                .toList();
    }

    @Test
    final void multiLockTakesAllInByteOrderAndGivesAllBack() {
        // U+FF5E is less than U+10000 in UTF-8 bytes but greater in UTF-16 units.
        List<DistributedLock> some = locks(a, "\ud800\udc00", "b", "\uff5e", "a", "B");
        MultiLock multi = MultiLock.of(some);
        assertThat(multi.names())
                .containsExactly(name("B"), name("a"), name("b"), name("\uff5e"), name("\ud800\udc00"));
        MultiLease lease = call(multi::acquire);
        assertThat(lease.leases()).extracting(Lease::name).isEqualTo(multi.names());
        multi.names().forEach(each -> assertTaken(b.lock(each)));
        lease.close();
        lease.close();
        multi.names().forEach(each -> assertFree(b.lock(each)));
    }

    @Test
    final void multiLockRefusesNoneAndDuplicates() {
        assertThatThrownBy(() -> MultiLock.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one");
        assertThatThrownBy(() -> MultiLock.of(a.lock(name()), b.lock(name())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
    }

    @Test
    final void multiLockIsAllOrNothing() {
        take(b.lock(name("2")));
        MultiLock multi = MultiLock.of(locks(a, "1", "2", "3"));
        Optional<MultiLease> none = call(() -> multi.acquire(Duration.ZERO));
        assertThat(none).isEmpty();
        assertFree(b.lock(name("1")));
        assertFree(b.lock(name("3")));
    }

    @Test
    final void multiLockWaitsForWhatIsTaken() {
        Lease holder = take(b.lock(name("2")));
        MultiLock multi = MultiLock.of(locks(a, "1", "2", "3"));
        Blocking<MultiLease> blocking = blocked(multi::acquire);
        assertTaken(c.lock(name("1")));
        assertFree(c.lock(name("3")));
        holder.close();
        MultiLease lease = await(blocking.result);
        assertThat(lease.isValid()).isTrue();
        lease.checkpoint();
        lease.close();
        CompletableFuture<MultiLease> async = multi.acquireAsync();
        assertThat(await(async).leases()).hasSize(3);
    }

    @Test
    final void multiLockThatIsInterruptedHoldsNothing() {
        Lease holder = take(b.lock(name("2")));
        Blocking<MultiLease> waiting =
                blocked(() -> MultiLock.of(locks(a, "1", "2")).acquire());
        interrupt(waiting);
        assertThat(failure(waiting.result)).isInstanceOf(InterruptedException.class);
        holder.close();
        assertFree(c.lock(name("1")));
        assertFree(c.lock(name("2")));
    }

    @Test
    final void multiLockThatIsCancelledHoldsNothing() {
        Lease holder = take(b.lock(name("2")));
        CompletableFuture<MultiLease> waiting = MultiLock.of(locks(a, "1", "2")).acquireAsync();
        assertWaiting(waiting);
        waiting.cancel(true);
        backend.settle();
        holder.close();
        assertFree(c.lock(name("1")));
        assertFree(c.lock(name("2")));
    }

    @Test
    final void multiLockThatIsRejectedHoldsNothing() {
        need(Capability.SEMAPHORES);
        take(b.semaphore(name("2"), 2));
        MultiLock multi = MultiLock.of(locks(a, "1", "2"));
        assertThat(failure(multi.acquireAsync())).hasMessageContaining("capacity");
        assertThatThrownBy(() -> call(multi::acquire)).hasMessageContaining("capacity");
        assertFree(c.lock(name("1")));
    }

    @Test
    final void multiLockHasOneLimitForAll() {
        List<Duration> limits = new CopyOnWriteArrayList<>();
        List<DistributedLock> slow = locks(a, "1", "2", "3").stream()
                .map(lock -> slowed(lock, limits))
                .toList();
        Optional<MultiLease> lease = call(() -> MultiLock.of(slow).acquire(lease()));
        assertThat(lease).isPresent();
        lease.orElseThrow().close();
        assertThat(limits).hasSize(3);
        assertThat(limits.get(0)).isEqualTo(lease());
        assertThat(limits.get(1)).isLessThanOrEqualTo(limits.get(0).minusMillis(1));
        assertThat(limits.get(2)).isLessThanOrEqualTo(limits.get(1).minusMillis(1));
    }

    /** A lock that notes the limits it is given and takes a millisecond more for each. */
    private static DistributedLock slowed(DistributedLock lock, List<Duration> limits) {
        return (DistributedLock) Proxy.newProxyInstance(
                DistributedLock.class.getClassLoader(),
                new Class<?>[] {DistributedLock.class},
                (self, method, args) -> {
                    if (method.getName().equals("acquire") && args != null) {
                        limits.add((Duration) args[0]);
                        long start = System.nanoTime();
                        while (System.nanoTime() - start < 1_000_000) {
                            Thread.onSpinWait();
                        }
                    }
                    try {
                        return method.invoke(lock, args);
                    } catch (InvocationTargetException failed) {
                        throw Objects.requireNonNull(failed.getCause());
                    }
                });
    }

    @Test
    final void multiLockIsValidAsLongAsItsShortestLease() {
        LockOptions twice = LockOptions.manualLease(lease().multipliedBy(2));
        MultiLock multi = MultiLock.of(a.lock(name("1"), twice), a.lock(name("2"), manual()), a.lock(name("3")));
        MultiLease lease = call(multi::acquire);
        assertThat(lease.validity()).isPositive().isLessThanOrEqualTo(lease());
        pass(50);
        assertThat(lease.validity()).isPositive().isLessThanOrEqualTo(lease().dividedBy(2));
        pass(70);
        assertThat(lease.isValid()).isFalse();
        assertThat(lease.validity()).isZero();
        assertThatThrownBy(lease::checkpoint).isInstanceOf(LeaseLostException.class);
        lease.close();
        assertFree(b.lock(name("1")));
    }

    @Test
    final void multiLockKeepsWhatItHoldsWhileItWaits() {
        Lease holder = take(b.lock(name("2")));
        MultiLock multi = MultiLock.of(a.lock(name("1"), LockOptions.lease(lease())), a.lock(name("2")));
        CompletableFuture<MultiLease> waiting = multi.acquireAsync();
        for (int i = 0; i < 10; i++) {
            pass(25);
            assertTaken(c.lock(name("1")));
        }
        holder.close();
        await(waiting).checkpoint();
    }

    @Test
    final void multiLockThatLosesOneWhileItWaitsHoldsNothing() {
        Lease holder = take(b.lock(name("2")));
        MultiLock multi = MultiLock.of(a.lock(name("1"), manual()), a.lock(name("2")));
        CompletableFuture<MultiLease> waiting = multi.acquireAsync();
        assertWaiting(waiting);
        pass(120);
        holder.close();
        passUntilDone(waiting);
        assertThat(failure(waiting)).isInstanceOf(LeaseLostException.class);
        backend.settle();
        assertFree(c.lock(name("2")));
    }

    @Test
    final void multiLockTellsTheFirstLossOnce() {
        List<LossReason> told = new CopyOnWriteArrayList<>();
        MultiLease lease = call(() -> MultiLock.of(locks(a, "1", "2", "3")).acquire());
        lease.onLost(told::add);
        a.close();
        eventually("the loss is told", () -> !told.isEmpty());
        backend.settle();
        assertThat(told).containsExactly(LossReason.CLIENT_CLOSED);
    }

    @Test
    final void multiLocksInOppositeOrderNeverWaitForEachOther() {
        need(Capability.PUSHED_GRANTS);
        List<Future<Integer>> workers = new ArrayList<>();
        for (MultiLock multi : List.of(MultiLock.of(locks(a, "1", "2", "3")), MultiLock.of(locks(b, "3", "2", "1")))) {
            workers.add(new Blocking<>(() -> {
                        int done = 0;
                        while (done < RACES) {
                            multi.acquire().close();
                            done++;
                        }
                        return done;
                    })
                    .result);
        }
        workers.forEach(worker -> assertThat(await(worker)).isEqualTo(RACES));
    }
}
