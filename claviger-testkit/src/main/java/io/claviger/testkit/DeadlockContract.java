package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Capability;
import io.claviger.DeadlockException;
import io.claviger.DeadlockException.Wait;
import io.claviger.DistributedLock;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Actors that come to wait for each other. */
abstract class DeadlockContract extends HandOffContract {

    @Test
    final void actorThatWouldWaitForEverIsToldTheCycle() {
        need(Capability.DEADLOCK_DETECTION);
        Lease first = take(lock(a, "1", "A"));
        Lease second = take(lock(b, "2", "B"));
        CompletableFuture<Lease> waiting = queue(lock(a, "2", "A"));
        Throwable refused = failure(lock(b, "1", "B").acquireAsync());
        assertThat(refused)
                .isInstanceOf(DeadlockException.class)
                .hasMessageContaining("'B' waits for '" + name("1") + "', 'A' waits for '" + name("2") + "'");
        assertThat(((DeadlockException) refused).cycle())
                .containsExactly(new Wait("B", name("1")), new Wait("A", name("2")));
        assertWaiting(waiting);
        first.checkpoint();
        second.release();
        await(waiting).release();
        first.release();
        assertFree(c.lock(name("1")));
    }

    @Test
    final void blockingAndLimitedCallsAreToldToo() {
        need(Capability.DEADLOCK_DETECTION);
        Lease held = take(lock(a, "1", "A"));
        assertThatThrownBy(() -> lock(b, "1", "A").acquire()).isInstanceOf(DeadlockException.class);
        assertThatThrownBy(() -> lock(b, "1", "A").acquire(lease())).isInstanceOf(DeadlockException.class);
        assertTaken(lock(b, "1", "A"));
        held.release();
        assertFree(lock(b, "1", "A"));
    }

    @Test
    final void circleOfThreeIsNamedInItsOrder() {
        need(Capability.DEADLOCK_DETECTION);
        take(lock(a, "1", "A"));
        take(lock(b, "2", "B"));
        take(lock(c, "3", "C"));
        CompletableFuture<Lease> waitOfA = queue(lock(a, "2", "A"));
        CompletableFuture<Lease> waitOfB = queue(lock(b, "3", "B"));
        Throwable refused = failure(lock(c, "1", "C").acquireAsync());
        assertThat(((DeadlockException) refused).cycle())
                .containsExactly(new Wait("C", name("1")), new Wait("A", name("2")), new Wait("B", name("3")));
        assertWaiting(waitOfA);
        assertWaiting(waitOfB);
    }

    @Test
    final void actorThatGivesUpBreaksTheCircle() {
        need(Capability.DEADLOCK_DETECTION);
        Lease first = take(lock(a, "1", "A"));
        take(lock(b, "2", "B"));
        CompletableFuture<Lease> given = queue(lock(a, "2", "A"));
        given.cancel(false);
        backend.settle();
        CompletableFuture<Lease> waiting = queue(lock(b, "1", "B"));
        first.release();
        await(waiting).release();
    }

    @Test
    final void requestsWithoutActorsNeverFail() {
        need(Capability.DEADLOCK_DETECTION);
        Lease first = take(a.lock(name("1")));
        Lease second = take(lock(b, "2", "B"));
        CompletableFuture<Lease> waitOfA = queue(a.lock(name("2")));
        CompletableFuture<Lease> waitOfB = queue(lock(b, "1", "B"));
        assertWaiting(waitOfA);
        first.release();
        await(waitOfB).release();
        second.release();
        await(waitOfA).release();
    }

    @Test
    final void permitsThatSomebodyElseCanReleaseAreWorthWaitingFor() {
        need(Capability.DEADLOCK_DETECTION);
        need(Capability.SEMAPHORES);
        take(a.semaphore(name(), 2, actor("A")));
        Lease outside = take(c.semaphore(name(), 2, actor("C")));
        take(lock(b, "2", "B"));
        CompletableFuture<Lease> waitOfA = queue(lock(a, "2", "A"));
        CompletableFuture<Lease> waitOfB = queue(b.semaphore(name(), 2, actor("B")));
        outside.release();
        await(waitOfB).release();
        assertWaiting(waitOfA);
    }

    private DistributedLock lock(LockClient client, String suffix, String actor) {
        return client.lock(name(suffix), actor(actor));
    }

    private static LockOptions actor(String name) {
        return LockOptions.DEFAULT.withActor(name);
    }
}
