package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Capability;
import io.claviger.DistributedLock;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.opentest4j.TestAbortedException;

/** The backend, three clients and the small words in which the contract is written. */
abstract class ContractFixture {
    private static final int POLLS = 200;
    private static final long POLL_NANOS = 50_000;

    private final List<LockClient> clients = new ArrayList<>();
    private String run = "";

    ContractBackend backend;
    LockClient a;
    LockClient b;
    LockClient c;

    /** Makes an empty space of locks. */
    protected abstract ContractBackend openBackend();

    @BeforeEach
    final void open() {
        // Anew for each test, also where one object runs them all: records are not gone with their clients, as locks
        // are.
        run = UUID.randomUUID().toString();
        backend = openBackend();
        a = client();
        b = client();
        c = client();
    }

    @AfterEach
    final void close() {
        clients.forEach(LockClient::close);
        backend.close();
    }

    final LockClient client() {
        LockClient client = backend.open();
        clients.add(client);
        return client;
    }

    /** A name that no other test uses, for backends that outlive a test. */
    final String name(String suffix) {
        return "contract/" + run + "/" + suffix;
    }

    final String name() {
        return name("lock");
    }

    final void need(Capability capability) {
        if (!backend.capabilities().contains(capability)) {
            throw new TestAbortedException("skipped: this backend has no " + capability);
        }
    }

    /** A lease that nobody renews by himself. */
    final LockOptions manual() {
        return LockOptions.manualLease(backend.lease());
    }

    final Duration lease() {
        return backend.lease();
    }

    /** Lets a part of the length of a lease pass. */
    final void pass(int percent) {
        backend.settle();
        backend.advance(lease().multipliedBy(percent).dividedBy(100));
        backend.settle();
    }

    /** Takes what must be free as soon as all that was caused so far has arrived. */
    final Lease take(DistributedLock lock) {
        backend.settle();
        Optional<Lease> lease = lock.tryAcquire();
        assertThat(lease).as("'%s' is free", lock.name()).isPresent();
        return lease.orElseThrow();
    }

    final void assertFree(DistributedLock lock) {
        take(lock).close();
    }

    final void assertTaken(DistributedLock lock) {
        backend.settle();
        Optional<Lease> lease = lock.tryAcquire();
        lease.ifPresent(Lease::close);
        assertThat(lease).as("'%s' is taken", lock.name()).isEmpty();
    }

    /** Begins to wait for what must be taken, and returns when the request stands in the queue. */
    final CompletableFuture<Lease> queue(DistributedLock lock) {
        CompletableFuture<Lease> waiting = lock.acquireAsync();
        backend.settle();
        assertThat(waiting)
                .as("'%s' is taken, so the request waits", lock.name())
                .isNotDone();
        return waiting;
    }

    final void assertWaiting(Future<?> future) {
        backend.settle();
        assertThat(future.isDone()).as("still waiting").isFalse();
    }

    /** Returns what must come about without time passing, or with a little where grants are not pushed. */
    final <T> T await(Future<T> future) {
        passUntilDone(future);
        try {
            return future.get(backend.patience().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException tooLate) {
            throw new AssertionError("nothing came within " + backend.patience(), tooLate);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        } catch (ExecutionException failed) {
            throw new AssertionError("failed instead of an answer: " + failed.getCause(), failed.getCause());
        }
    }

    /** Where grants are not pushed, what comes about takes a little time. */
    final void passUntilDone(Future<?> future) {
        for (int i = 0; i < POLLS && !backend.capabilities().contains(Capability.PUSHED_GRANTS); i++) {
            if (future instanceof BlockingTask<?> task) {
                // Time must not pass because a thread has not come to run yet.
                eventually("the call returns or waits", () -> task.isDone() || task.isWaiting());
            }
            if (future.isDone() || !passes(5)) {
                return;
            }
        }
    }

    /** Returns whether time can be let pass; if not, it passes by itself. */
    private boolean passes(int percent) {
        try {
            pass(percent);
            return true;
        } catch (TestAbortedException realTime) {
            return false;
        }
    }

    /** Returns with what a future fails. */
    final Throwable failure(Future<?> future) {
        try {
            Object value = future.get(backend.patience().toNanos(), TimeUnit.NANOSECONDS);
            throw new AssertionError("succeeded instead of failing: " + value);
        } catch (ExecutionException failed) {
            return Objects.requireNonNull(failed.getCause());
        } catch (InterruptedException | TimeoutException none) {
            throw new AssertionError("neither a value nor a failure", none);
        }
    }

    /** Waits for what comes a moment later on another thread. */
    final void eventually(String what, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + backend.patience().toNanos();
        try {
            while (!condition.call()) {
                assertThat(System.nanoTime() - deadline).as(what).isNegative();
                LockSupport.parkNanos(POLL_NANOS);
            }
        } catch (Exception failed) {
            throw new AssertionError(what, failed);
        }
    }

    /** What the thread of a blocking call does. */
    private static final class BlockingTask<T> extends FutureTask<T> {
        private volatile @Nullable Thread runner;

        BlockingTask(Callable<T> call) {
            super(call);
        }

        @Override
        public void run() {
            runner = Thread.currentThread();
            super.run();
        }

        boolean isWaiting() {
            Thread thread = runner;
            Thread.State state = thread == null ? Thread.State.NEW : thread.getState();
            return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
        }
    }

    /** A call that may block, on a thread of its own. */
    static final class Blocking<T> {
        final FutureTask<T> result;
        final Thread thread;
        private final BlockingTask<T> task;

        Blocking(Callable<T> call) {
            task = new BlockingTask<>(call);
            result = task;
            thread = new Thread(result, "contract-caller");
            thread.setDaemon(true);
            thread.start();
        }

        boolean isWaiting() {
            return task.isWaiting();
        }
    }

    /**
     * Interrupts a call that heeds it, and returns when it has noticed: where time is turned by hand, it would otherwise be
     * for the scheduler to say whether the interrupt or the limit of waiting comes first.
     */
    final void interrupt(Blocking<?> call) {
        call.thread.interrupt();
        eventually("the interrupt is noticed", () -> !call.thread.isAlive() || !call.thread.isInterrupted());
    }

    /** Starts a call that must come to wait, and returns when it does. */
    final <T> Blocking<T> blocked(Callable<T> call) {
        Blocking<T> blocking = new Blocking<>(call);
        eventually("the call waits", blocking::isWaiting);
        assertWaiting(blocking.result);
        return blocking;
    }

    /** The result of a call that may block. */
    final <T> T call(Callable<T> call) {
        return await(new Blocking<>(call).result);
    }
}
