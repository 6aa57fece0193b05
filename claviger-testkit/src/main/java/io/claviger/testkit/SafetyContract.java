package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Capability;
import io.claviger.DistributedLock;
import io.claviger.DistributedReadWriteLock;
import io.claviger.DistributedSemaphore;
import io.claviger.FencingToken;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.RejectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who may hold what beside whom, and in which order grants are numbered: S1 to S3, S9 to S11. */
@SuppressWarnings("MemberName")
abstract class SafetyContract extends ContractFixture {
    private static final int RACES = 100;

    @Test
    final void S1_atMostCapacityPermitsAreHeld() {
        Lease held = take(a.lock(name()));
        assertTaken(b.lock(name()));
        assertTaken(a.lock(name()));
        held.close();
        assertFree(b.lock(name()));
    }

    @Test
    final void S1_semaphoreGrantsExactlyItsCapacity() {
        need(Capability.SEMAPHORES);
        Lease first = take(a.semaphore(name(), 3));
        take(b.semaphore(name(), 3));
        take(b.semaphore(name(), 3));
        assertTaken(c.semaphore(name(), 3));
        first.close();
        take(c.semaphore(name(), 3));
        assertTaken(a.semaphore(name(), 3));
    }

    @Test
    final void S1_weightedPermitsAreCounted() {
        need(Capability.SEMAPHORES);
        take(a.semaphore(name(), 5).permits(3));
        Lease two = take(b.semaphore(name(), 5).permits(2));
        assertTaken(c.semaphore(name(), 5));
        two.close();
        assertTaken(c.semaphore(name(), 5).permits(3));
        take(c.semaphore(name(), 5).permits(2));
    }

    @Test
    final void S1_concurrentHoldersNeverExceedTheCapacity() {
        need(Capability.PUSHED_GRANTS);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Future<Integer>> workers = new ArrayList<>();
        for (LockClient client : List.of(a, b, c)) {
            workers.add(new Blocking<>(() -> {
                        for (int i = 0; i < RACES; i++) {
                            try (Lease lease = client.lock(name()).acquire()) {
                                lease.checkpoint();
                                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                inside.decrementAndGet();
                            }
                        }
                        return RACES;
                    })
                    .result);
        }
        workers.forEach(worker -> assertThat(await(worker)).isEqualTo(RACES));
        assertThat(most).hasValue(1);
    }

    @Test
    final void S2_releaseIsSeenByWhoeverAsksNext() {
        for (LockClient client : List.of(a, b, c, a, c, b)) {
            // Not by take(), which settles: the return of the release is all that the next one may need.
            Optional<Lease> lease = client.lock(name()).tryAcquire();
            assertThat(lease).as("free when the release has returned").isPresent();
            lease.orElseThrow().release();
        }
    }

    @Test
    final void S3_tokenGrowsOverRelease() {
        FencingToken last = new FencingToken(1);
        for (LockClient client : List.of(a, b, b, c, a)) {
            Lease lease = take(client.lock(name()));
            assertThat(lease.token()).isGreaterThan(last);
            last = lease.token();
            lease.close();
        }
    }

    @Test
    final void S3_tokenGrowsAlongTheQueue() {
        Lease holder = take(a.lock(name()));
        FencingToken last = holder.token();
        for (LockClient client : List.of(b, c, a)) {
            CompletableFuture<Lease> next = queue(client.lock(name()));
            holder.close();
            holder = await(next);
            assertThat(holder.token()).isGreaterThan(last);
            last = holder.token();
        }
    }

    @Test
    final void S3_tokenGrowsOverTheEndOfAClient() {
        FencingToken first = take(a.lock(name())).token();
        a.close();
        LockClient later = client();
        assertThat(take(later.lock(name())).token()).isGreaterThan(first);
    }

    @Test
    final void S3_grantsSideBySideHaveTheirOwnTokens() {
        need(Capability.SEMAPHORES);
        FencingToken last = new FencingToken(1);
        for (LockClient client : List.of(a, b, c)) {
            FencingToken token = take(client.semaphore(name(), 3)).token();
            assertThat(token).isGreaterThan(last);
            last = token;
        }
    }

    @Test
    final void S9_cancelledWaiterIsNeverGranted() {
        Lease holder = take(a.lock(name()));
        CompletableFuture<Lease> ghost = queue(b.lock(name()));
        CompletableFuture<Lease> next = queue(c.lock(name()));
        assertThat(ghost.cancel(true)).isTrue();
        backend.settle();
        holder.close();
        await(next).close();
        assertThat(ghost).isCancelled();
        assertFree(a.lock(name()));
    }

    @Test
    final void S9_cancelledWaiterLeavesNothingBehind() {
        Lease holder = take(a.lock(name()));
        queue(b.lock(name())).cancel(true);
        backend.settle();
        holder.close();
        assertFree(c.lock(name()));
    }

    @Test
    final void S9_interruptedWaiterIsNeverGranted() {
        Lease holder = take(a.lock(name()));
        Blocking<Lease> ghost = blocked(() -> b.lock(name()).acquire());
        interrupt(ghost);
        assertThat(failure(ghost.result)).isInstanceOf(InterruptedException.class);
        backend.settle();
        holder.close();
        assertFree(c.lock(name()));
    }

    @Test
    final void S9_crossingGrantIsReleased() {
        need(Capability.PUSHED_GRANTS);
        for (int i = 0; i < RACES; i++) {
            Lease holder = take(a.lock(name()));
            CompletableFuture<Lease> crossing = b.lock(name()).acquireAsync();
            CyclicBarrier start = new CyclicBarrier(2);
            Future<Boolean> canceller = new Blocking<>(() -> {
                        start.await();
                        return crossing.cancel(true);
                    })
                    .result;
            call(() -> {
                start.await();
                holder.close();
                return true;
            });
            if (!await(canceller)) {
                await(crossing).close();
            }
            await(c.lock(name()).acquireAsync()).close();
        }
    }

    @Test
    final void S10_capacityMismatchIsRejected() {
        need(Capability.SEMAPHORES);
        Lease holder = take(a.semaphore(name(), 2));
        assertThatThrownBy(() -> b.semaphore(name(), 3).tryAcquire())
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("capacity");
        assertThat(failure(b.lock(name()).acquireAsync())).isInstanceOf(RejectedException.class);
        assertThatThrownBy(() -> call(() -> b.lock(name()).acquire())).hasCauseInstanceOf(RejectedException.class);
        assertThat(holder.isValid()).as("the holder is untouched").isTrue();
        take(b.semaphore(name(), 2));
        assertTaken(c.semaphore(name(), 2));
    }

    @Test
    final void S10_rejectedRequestLeavesNothingBehind() {
        need(Capability.SEMAPHORES);
        Lease holder = take(a.lock(name()));
        assertThat(failure(b.semaphore(name(), 2).acquireAsync())).isInstanceOf(RejectedException.class);
        holder.close();
        assertFree(c.lock(name()));
    }

    @Test
    final void S10_freeNameMayTakeAnotherCapacity() {
        need(Capability.SEMAPHORES);
        take(a.semaphore(name(), 2)).close();
        take(b.semaphore(name(), 7).permits(7)).close();
        assertFree(c.lock(name()));
    }

    @Test
    final void S10_permitsBeyondTheCapacityAreRefused() {
        need(Capability.SEMAPHORES);
        DistributedSemaphore semaphore = a.semaphore(name(), 2);
        for (int permits : new int[] {-1, 0, 3}) {
            assertThatThrownBy(() -> semaphore.permits(permits))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("2");
        }
        take(semaphore.permits(2));
    }

    @Test
    final void S11_writerExcludesEveryone() {
        need(Capability.READ_WRITE_LOCKS);
        Lease writer = take(a.readWriteLock(name()).writeLock());
        assertTaken(b.readWriteLock(name()).writeLock());
        assertTaken(b.readWriteLock(name()).readLock());
        assertTaken(a.readWriteLock(name()).readLock());
        writer.close();
        assertFree(b.readWriteLock(name()).readLock());
    }

    @Test
    final void S11_readersShareAndExcludeWriters() {
        need(Capability.READ_WRITE_LOCKS);
        Lease first = take(a.readWriteLock(name()).readLock());
        Lease second = take(b.readWriteLock(name()).readLock());
        DistributedLock write = c.readWriteLock(name()).writeLock();
        assertTaken(write);
        first.close();
        assertTaken(write);
        second.close();
        assertFree(write);
    }

    @Test
    final void S11_readersDoNotOvertakeAWaitingWriter() {
        need(Capability.READ_WRITE_LOCKS);
        need(Capability.FIFO_QUEUE);
        Lease reader = take(a.readWriteLock(name()).readLock());
        CompletableFuture<Lease> writer = queue(b.readWriteLock(name()).writeLock());
        assertTaken(c.readWriteLock(name()).readLock());
        CompletableFuture<Lease> late = queue(c.readWriteLock(name()).readLock());
        reader.close();
        Lease written = await(writer);
        assertWaiting(late);
        written.close();
        await(late).close();
    }

    @Test
    final void S11_writerThatGivesUpLetsReadersBehindItIn() {
        need(Capability.READ_WRITE_LOCKS);
        DistributedReadWriteLock lock = c.readWriteLock(name());
        Lease reader = take(a.readWriteLock(name()).readLock());
        CompletableFuture<Lease> writer = queue(b.readWriteLock(name()).writeLock());
        CompletableFuture<Lease> one = lock.readLock().acquireAsync();
        CompletableFuture<Lease> two = lock.readLock().acquireAsync();
        backend.settle();
        writer.cancel(true);
        assertThat(await(one).isValid()).isTrue();
        assertThat(await(two).isValid()).isTrue();
        assertThat(reader.isValid()).isTrue();
        assertTaken(lock.writeLock());
    }

    @Test
    final void S11_concurrentReadersAndWritersNeverMix() {
        need(Capability.READ_WRITE_LOCKS);
        need(Capability.PUSHED_GRANTS);
        AtomicInteger readers = new AtomicInteger();
        AtomicInteger writers = new AtomicInteger();
        AtomicInteger mixed = new AtomicInteger();
        List<Future<Integer>> workers = new ArrayList<>();
        for (LockClient client : List.of(a, b, c)) {
            DistributedReadWriteLock lock = client.readWriteLock(name());
            workers.add(new Blocking<>(repeated(() -> visit(lock.readLock(), readers, writers, mixed))).result);
            workers.add(new Blocking<>(repeated(() -> {
                        visit(lock.writeLock(), writers, readers, mixed);
                        return Optional.empty();
                    }))
                    .result);
        }
        workers.forEach(worker -> assertThat(await(worker)).isEqualTo(RACES));
        assertThat(mixed).hasValue(0);
    }

    private static Callable<Integer> repeated(Callable<?> call) {
        return () -> {
            int done = 0;
            while (done < RACES) {
                call.call();
                done++;
            }
            return done;
        };
    }

    private static boolean visit(DistributedLock lock, AtomicInteger own, AtomicInteger others, AtomicInteger mixed)
            throws InterruptedException {
        try (Lease lease = lock.acquire()) {
            own.incrementAndGet();
            if (others.get() != 0 || !lease.isValid()) {
                mixed.incrementAndGet();
            }
            own.decrementAndGet();
        }
        return true;
    }
}
