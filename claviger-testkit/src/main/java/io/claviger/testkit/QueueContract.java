package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Capability;
import io.claviger.Lease;
import io.claviger.LockClient;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who is next, and when waiting ends: L1, L2, L4, L5. */
@SuppressWarnings("MemberName")
abstract class QueueContract extends LeaseContract {

    @Test
    final void L1_releaseGrantsTheNextWaiter() {
        Lease holder = take(a.lock(name()));
        CompletableFuture<Lease> waiting = queue(b.lock(name()));
        holder.release();
        assertThat(await(waiting).isValid()).isTrue();
        assertTaken(c.lock(name()));
    }

    @Test
    final void L1_releaseLetsInAllThatFit() {
        need(Capability.SEMAPHORES);
        Lease all = take(a.semaphore(name(), 3).permits(3));
        List<CompletableFuture<Lease>> waiting = new ArrayList<>();
        for (LockClient client : List.of(b, c, b)) {
            waiting.add(queue(client.semaphore(name(), 3)));
        }
        all.close();
        waiting.forEach(this::await);
        assertTaken(a.semaphore(name(), 3));
    }

    @Test
    final void L1_waiterThatGivesUpMakesWayForThoseBehindIt() {
        need(Capability.SEMAPHORES);
        take(a.semaphore(name(), 2));
        CompletableFuture<Lease> big = queue(b.semaphore(name(), 2).permits(2));
        CompletableFuture<Lease> small = c.semaphore(name(), 2).acquireAsync();
        backend.settle();
        big.cancel(true);
        await(small).close();
    }

    @Test
    final void L1_endOfAWaitingClientMakesWayForThoseBehindIt() {
        need(Capability.SEMAPHORES);
        take(a.semaphore(name(), 2));
        queue(b.semaphore(name(), 2).permits(2));
        CompletableFuture<Lease> small = c.semaphore(name(), 2).acquireAsync();
        backend.settle();
        b.close();
        await(small).close();
    }

    @Test
    final void L2_waitersAreServedInOrder() {
        need(Capability.FIFO_QUEUE);
        Lease holder = take(a.lock(name()));
        List<CompletableFuture<Lease>> waiting = new ArrayList<>();
        for (LockClient client : List.of(b, c, a, c, b)) {
            waiting.add(queue(client.lock(name())));
        }
        for (int i = 0; i < waiting.size(); i++) {
            holder.close();
            holder = await(waiting.get(i));
            backend.settle();
            assertThat(waiting.stream().filter(Future::isDone)).hasSize(i + 1);
        }
    }

    @Test
    final void L2_tryDoesNotOvertakeWaiters() {
        need(Capability.FIFO_QUEUE);
        need(Capability.SEMAPHORES);
        Lease one = take(a.semaphore(name(), 2));
        CompletableFuture<Lease> both = queue(b.semaphore(name(), 2).permits(2));
        assertTaken(c.semaphore(name(), 2));
        one.close();
        await(both).close();
        assertFree(c.semaphore(name(), 2));
    }

    @Test
    final void L2_smallRequestsDoNotStarveABigOne() {
        need(Capability.FIFO_QUEUE);
        need(Capability.SEMAPHORES);
        Lease one = take(a.semaphore(name(), 3));
        CompletableFuture<Lease> big = queue(b.semaphore(name(), 3).permits(3));
        CompletableFuture<Lease> small = queue(c.semaphore(name(), 3));
        one.close();
        Lease all = await(big);
        assertWaiting(small);
        all.close();
        await(small).close();
    }

    @Test
    final void L2_namesDoNotWaitForEachOther() {
        take(a.lock(name("one")));
        queue(b.lock(name("one")));
        assertFree(b.lock(name("two")));
    }

    @Test
    final void L4_oneReleaseGrantsOneWaiter() {
        Lease holder = take(a.lock(name()));
        List<CompletableFuture<Lease>> waiting = new ArrayList<>();
        for (LockClient client : List.of(b, c, b)) {
            waiting.add(queue(client.lock(name())));
        }
        holder.close();
        await(CompletableFuture.anyOf(waiting.toArray(CompletableFuture<?>[]::new)));
        backend.settle();
        assertThat(waiting.stream().filter(Future::isDone)).hasSize(1);
    }

    @Test
    final void L5_waitLimitReturnsOnTimeAndLeavesNothing() {
        Lease holder = take(a.lock(name()));
        CompletableFuture<Optional<Lease>> limited = b.lock(name()).acquireAsync(lease());
        pass(80);
        assertWaiting(limited);
        pass(40);
        assertThat(await(limited)).isEmpty();
        holder.close();
        assertFree(c.lock(name()));
    }

    @Test
    final void L5_waiterPastItsLimitMakesWayForThoseBehindIt() {
        need(Capability.READ_WRITE_LOCKS);
        take(a.readWriteLock(name()).readLock());
        CompletableFuture<Optional<Lease>> writer =
                b.readWriteLock(name()).writeLock().acquireAsync(lease());
        backend.settle();
        CompletableFuture<Lease> reader = c.readWriteLock(name()).readLock().acquireAsync();
        pass(120);
        assertThat(await(writer)).isEmpty();
        assertThat(await(reader).isValid()).isTrue();
    }

    @Test
    final void L5_grantBeforeTheLimitIsKept() {
        Lease holder = take(a.lock(name()));
        CompletableFuture<Optional<Lease>> limited = b.lock(name()).acquireAsync(lease());
        pass(50);
        holder.close();
        Optional<Lease> lease = await(limited);
        assertThat(lease).isPresent();
        pass(100);
        lease.orElseThrow().checkpoint();
        assertTaken(c.lock(name()));
    }

    @Test
    final void L5_blockingWaitReturnsAtItsLimit() {
        take(a.lock(name()));
        Blocking<Optional<Lease>> limited = blocked(() -> b.lock(name()).acquire(lease()));
        pass(120);
        assertThat(await(limited.result)).isEmpty();
    }

    @Test
    final void L5_limitOfZeroAsksOnce() {
        Lease holder = take(a.lock(name()));
        assertThat(await(b.lock(name()).acquireAsync(Duration.ZERO))).isEmpty();
        Optional<Lease> none = call(() -> b.lock(name()).acquire(Duration.ZERO));
        assertThat(none).isEmpty();
        holder.close();
        assertFree(c.lock(name()));
    }

    @Test
    final void L5_limitMayBeLongerThanAnyClockCounts() {
        Lease holder = take(a.lock(name()));
        CompletableFuture<Optional<Lease>> patient = b.lock(name()).acquireAsync(ChronoUnit.FOREVER.getDuration());
        assertWaiting(patient);
        holder.close();
        assertThat(await(patient)).isPresent();
        assertTaken(c.lock(name()));
    }
}
