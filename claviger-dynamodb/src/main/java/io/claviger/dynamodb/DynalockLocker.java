package io.claviger.dynamodb;

import io.claviger.DistributedLock;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockOptions;
import io.claviger.UnavailableException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * A lock of {@link Dynalock#newLock}: dynalock's {@code Locker}, with its options. Thread-safe; held by at most one caller at a time, and good
 * for any number of times, also after a loss. Example:
 *
 * <pre>{@code
 * DynalockLocker lock = store.newLock("orchestra/w1", DynalockLocker.lockWithTTL(Duration.ofSeconds(30)));
 * CompletableFuture<Void> lost = lock.lock();
 * job.runUntil(lost);
 * lock.unlock();
 * }</pre>
 *
 * <p>What is otherwise than there: a release is noticed within a fraction of a second; renewing goes on after failures while time is left, and
 * after whatever ended the waiting; what {@code lock} returns completes in time also for a lock that is not renewed.
 */
public final class DynalockLocker {
    /** For how long a lock is held without being renewed, unless told otherwise: 20 s. */
    public static final Duration DEFAULT_LOCK_TTL = DynamoConfig.DEFAULT_LEASE;

    private static final long CALL_NANOS = 4_000_000_000L;

    private final DynamoBackend backend;
    private final Dynalock store;
    private final String key;
    private final Locking how;

    /** Both are guarded by this. */
    private Optional<Lease> held = Optional.empty();

    private CompletableFuture<Void> over = new CompletableFuture<>();

    DynalockLocker(DynamoBackend backend, Dynalock store, String key, LockOption... options) {
        this.backend = backend;
        this.store = store;
        this.key = key;
        this.how = new Locking();
        for (LockOption option : options) {
            option.effect.accept(how);
        }
    }

    // ------------------------------------------------------------------------------------------ options

    /** How something is locked. */
    public static final class LockOption {
        private final Consumer<Locking> effect;

        private LockOption(Consumer<Locking> effect) {
            this.effect = effect;
        }
    }

    /** What the options of a lock come to. */
    private static final class Locking {
        private Duration ttl = DEFAULT_LOCK_TTL;
        private Optional<String> payload = Optional.empty();
        private Optional<CompletionStage<?>> stopRenewing = Optional.empty();
        private boolean renews = true;
        private boolean polls = true;
    }

    /** Gives the record of the lock bytes while it is held, by one write more. */
    public static LockOption lockWithBytes(byte[] value) {
        String payload = Base64.getEncoder().encodeToString(value);
        return new LockOption(locking -> locking.payload = Optional.of(payload));
    }

    /** Sets for how long a lock is held without being renewed; zero = {@link #DEFAULT_LOCK_TTL}. */
    public static LockOption lockWithTTL(Duration ttl) {
        return new LockOption(locking -> locking.ttl = ttl.isZero() ? DEFAULT_LOCK_TTL : ttl);
    }

    /** Despite its name: renewing ends when this completes, however it does. */
    public static LockOption lockWithRenewLock(CompletionStage<?> stop) {
        return new LockOption(locking -> locking.stopRenewing = Optional.of(stop));
    }

    /** Lets the lock run out unless it is unlocked before. */
    public static LockOption lockWithNoRenew() {
        return new LockOption(locking -> locking.renews = false);
    }

    /** Asks once, instead of waiting. */
    public static LockOption lockWithNoTryPolling() {
        return new LockOption(locking -> locking.polls = false);
    }

    // ------------------------------------------------------------------------------------------ locking

    /**
     * Waits for the lock.
     *
     * <p><b>Blocks</b> until it is granted; with {@link #lockWithNoTryPolling} for one answer.
     *
     * @return completes when the lock is lost or unlocked
     * @throws LockAcquireFailedException if it is held by another, and this does not wait
     * @throws IllegalStateException if this object holds it
     * @throws InterruptedException if the thread is interrupted: nothing is held
     */
    public CompletableFuture<Void> lock() throws InterruptedException {
        return lock(new CompletableFuture<>());
    }

    /**
     * As {@link #lock()}, until {@code stop} completes, which ends the waiting and nothing else.
     *
     * @throws LockAcquireCancelledException if it was not granted before: nothing is held
     */
    public CompletableFuture<Void> lock(CompletionStage<?> stop) throws InterruptedException {
        requireFree();
        DistributedLock lock = store.client().lock(key, options());
        if (!how.polls) {
            return hold(now(lock));
        }
        CompletableFuture<Lease> asked = lock.acquireAsync();
        stop.whenComplete((ended, failure) -> asked.cancel(false));
        return hold(await(asked).orElseThrow(() -> new LockAcquireCancelledException(key)));
    }

    /**
     * As {@link #lock()}, for so long at most: dynalock's {@code LockWithContext} with a deadline, which here ends the waiting only.
     *
     * @param limit zero asks once
     * @throws LockAcquireCancelledException if it was not granted before: nothing is held
     */
    public CompletableFuture<Void> lock(Duration limit) throws InterruptedException {
        requireFree();
        DistributedLock lock = store.client().lock(key, options());
        Optional<Lease> lease = how.polls ? lock.acquire(limit) : Optional.of(now(lock));
        return hold(lease.orElseThrow(() -> new LockAcquireCancelledException(key)));
    }

    private LockOptions options() {
        return how.renews ? LockOptions.lease(how.ttl) : LockOptions.manualLease(how.ttl);
    }

    private Lease now(DistributedLock lock) {
        return lock.tryAcquire().orElseThrow(() -> new LockAcquireFailedException(key));
    }

    private static Optional<Lease> await(CompletableFuture<Lease> asked) throws InterruptedException {
        try {
            return Optional.of(asked.get());
        } catch (CancellationException stopped) {
            return Optional.empty();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            if (!asked.cancel(false)) {
                // Granted in the same moment: nobody would ever give it back.
                asked.thenAccept(Lease::close);
            }
            throw interrupted;
        }
    }

    private synchronized void requireFree() {
        if (held.filter(Lease::isValid).isPresent()) {
            throw new IllegalStateException("'" + key + "' is held by this object already");
        }
    }

    private CompletableFuture<Void> hold(Lease lease) {
        how.payload.ifPresent(payload -> describe(lease, payload));
        CompletableFuture<Void> ended = new CompletableFuture<>();
        lease.onLost(reason -> ended.complete(null));
        how.stopRenewing.ifPresent(stop -> stop.whenComplete((any, failure) -> ((DynamoLease) lease).stopRenewing()));
        synchronized (this) {
            held = Optional.of(lease);
            over = ended;
        }
        return ended.copy();
    }

    /** It changes no version, so it is no write that anybody's lock could fail by. */
    private void describe(Lease lease, String payload) {
        Write write = Write.update(
                key, List.of(Change.set(DynalockRecord.PAYLOAD, payload)), DynalockLayout.isHeld(lease.key()));
        Outcome outcome =
                backend.records().orElseThrow().write(write, CALL_NANOS).join();
        if (!(outcome instanceof Outcome.Done)) {
            lease.close();
            throw new UnavailableException("'" + key + "' was given back: its value could not be written");
        }
    }

    /**
     * Returns the lease by which the lock is held, for what dynalock has no words for: its token, how long it is safe to act, and writes
     * that are done only while it is held ({@link io.claviger.KeyValueStore#ifHolding}).
     *
     * @throws IllegalStateException if this object does not hold it
     */
    public synchronized Lease lease() {
        return held.orElseThrow(() -> new IllegalStateException("'" + key + "' is not held by this object"));
    }

    /**
     * Gives the lock back.
     *
     * @throws Dynalock.KeyNotFoundException if it was lost, or is not held by this object
     */
    public void unlock() {
        Lease lease;
        CompletableFuture<Void> ended;
        synchronized (this) {
            lease = held.orElseThrow(() -> new Dynalock.KeyNotFoundException(key));
            ended = over;
            held = Optional.empty();
        }
        try {
            lease.release();
        } catch (LeaseLostException lost) {
            throw new Dynalock.KeyNotFoundException(key);
        } finally {
            ended.complete(null);
        }
    }

    /** {@code ErrLockAcquireCancelled}. */
    public static final class LockAcquireCancelledException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LockAcquireCancelledException(String key) {
            super("lock acquire was cancelled: '" + key + "'");
        }
    }

    /** {@code ErrLockAcquireFailed}. */
    public static final class LockAcquireFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LockAcquireFailedException(String key) {
            super("failed to acquire lock: '" + key + "'");
        }
    }
}
