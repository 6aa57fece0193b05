package io.claviger;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;

/**
 * A name of which a fixed number of permits can be taken: one by default, so that one holder excludes all others.
 *
 * <p>Thread-safe; it holds nothing itself, so it may be kept or made anew for each use. It is not reentrant: a holder
 * that acquires again waits for itself.
 *
 * <p>The methods with a limit answer an empty {@link Optional} when the limit has passed; then nothing is left behind
 * (SPEC L5, S9).
 */
public interface DistributedLock {

    /** Returns the name. */
    String name();

    /**
     * Waits for the permits.
     *
     * <p><b>Blocks</b> until granted. <b>Order.</b> First come, first served, where the backend has
     * {@link Capability#FIFO_QUEUE}. <b>Cancelling.</b> An interrupt gives up waiting; a grant that crosses it is
     * released.
     *
     * @throws InterruptedException if the thread is interrupted: nothing is held
     * @throws RejectedException if the request can never be granted, for example since the name is in use with another
     *     capacity: not done
     */
    Lease acquire() throws InterruptedException;

    /**
     * Waits for the permits, but no longer than a limit.
     *
     * <p><b>Blocks</b> until granted or until the limit has passed. Zero asks once.
     *
     * @param wait the limit, not negative
     * @throws InterruptedException if the thread is interrupted: nothing is held
     * @throws RejectedException as {@link #acquire()}
     */
    Optional<Lease> acquire(Duration wait) throws InterruptedException;

    /**
     * Asks once, without waiting in the queue. Fails if anyone waits, even if permits are free.
     *
     * @throws RejectedException as {@link #acquire()}
     */
    Optional<Lease> tryAcquire();

    /**
     * Waits for the permits without blocking.
     *
     * <p><b>Cancelling</b> the future gives up waiting; a grant that crosses it is released. The future fails with what
     * {@link #acquire()} throws. Dependent stages run on the client's executor.
     */
    CompletableFuture<Lease> acquireAsync();

    /** As {@link #acquire(Duration)}, without blocking; cancelling as {@link #acquireAsync()}. */
    CompletableFuture<Optional<Lease>> acquireAsync(Duration wait);

    /** As {@link #tryAcquire()}, without blocking. */
    CompletableFuture<Optional<Lease>> tryAcquireAsync();

    /**
     * Returns a view as {@link Lock}. Each {@code lock()} takes a lease and each {@code unlock()} releases one: the newest that
     * its thread took, or if there is none, the newest of all, so any thread may unlock. It is not reentrant and has no
     * conditions. An {@code unlock()} of a lease that was lost throws {@link LeaseLostException}.
     */
    Lock asJavaLock();
}
