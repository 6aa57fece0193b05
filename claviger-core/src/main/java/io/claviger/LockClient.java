package io.claviger;

import io.claviger.spi.LockBackend;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The door to the locks of one place. Its locks are released when it is closed.
 *
 * <p>Thread-safe; one client serves a whole process. Example:
 *
 * <pre>{@code
 * try (LockClient client = LockClient.connect("local:")) {
 *     Optional<Lease> lease = client.lock("nightly").tryAcquire();
 *     lease.ifPresent(held -> { try (held) { job.run(); } });
 * }
 * }</pre>
 */
public interface LockClient extends AutoCloseable {

    /**
     * Opens a client with default settings.
     *
     * <p>{@code local:} is one space of locks for all clients in this JVM; {@code local:NAME} is another, of that name.
     *
     * @param uri where the locks are
     * @throws IllegalArgumentException if no backend on the class path knows the scheme, or the rest is malformed
     */
    static LockClient connect(String uri) {
        return Backends.connect(uri);
    }

    /**
     * Returns a client over a backend that the caller has made, for backends that no URI describes and for tests.
     *
     * @param backend serves this client only; closing the client closes it
     */
    static LockClient over(LockBackend backend) {
        return new BackendClient(backend);
    }

    /** Returns a lock with one permit, held as long as this client lives. */
    default DistributedLock lock(String name) {
        return lock(name, LockOptions.DEFAULT);
    }

    /**
     * Returns a lock with one permit.
     *
     * @param name 1 to 65,536 characters of well-formed Unicode; some backends allow less
     * @throws IllegalArgumentException if the name is empty, too long or not well-formed
     */
    DistributedLock lock(String name, LockOptions options);

    /** Returns a semaphore whose permits are held as long as this client lives. */
    default DistributedSemaphore semaphore(String name, int capacity) {
        return semaphore(name, capacity, LockOptions.DEFAULT);
    }

    /**
     * Returns a semaphore.
     *
     * @param capacity how many permits the name has, at least 1
     * @throws IllegalArgumentException if the name or the capacity is not allowed
     * @throws UnsupportedOperationException if the backend lacks {@link Capability#SEMAPHORES}
     */
    DistributedSemaphore semaphore(String name, int capacity, LockOptions options);

    /** Returns a reader-writer lock that is held as long as this client lives. */
    default DistributedReadWriteLock readWriteLock(String name) {
        return readWriteLock(name, LockOptions.DEFAULT);
    }

    /**
     * Returns a reader-writer lock.
     *
     * @throws IllegalArgumentException if the name is not allowed
     * @throws UnsupportedOperationException if the backend lacks {@link Capability#READ_WRITE_LOCKS}
     */
    DistributedReadWriteLock readWriteLock(String name, LockOptions options);

    /**
     * Takes over a lease that another client, perhaps in another process, handed off.
     *
     * <p><b>Blocks</b> until the answer is there. <b>Effect.</b> The lease has a new key and a greater token. Only the first who
     * asks gets it.
     *
     * @param text what {@link Lease#handOff()} returned
     * @throws IllegalArgumentException if the text is not such a one, or was cut: not done
     * @throws RejectedException if somebody else adopted it, or its time has passed: not done
     * @throws UnsupportedOperationException if the backend lacks {@link Capability#HAND_OFF}
     */
    Lease adopt(String text);

    /** As {@link #adopt}, without blocking; the future fails with what {@code adopt} throws. */
    CompletableFuture<Lease> adoptAsync(String text);

    /**
     * Runs a task under a lock, in this thread.
     *
     * <p><b>Blocks</b> until the lock is granted and the task has ended. <b>Effect.</b> If the lock is lost, the thread is
     * interrupted before anyone else can be granted it, so that a task which heeds interrupts stops in time.
     *
     * @throws InterruptedException if the thread was interrupted while it waited: the task has not run
     * @throws LeaseLostException if the lock was lost while the task ran, and the task threw nothing of its own but the {@code
     *     InterruptedException} that came of it, which is then suppressed
     * @throws E what the task throws
     */
    default <E extends Exception> void runLocked(String name, LockedTask<E> task) throws InterruptedException, E {
        runLocked(lock(name), task);
    }

    /** As {@link #runLocked(String, LockedTask)}, with a lock that has options of its own. */
    default <E extends Exception> void runLocked(DistributedLock lock, LockedTask<E> task)
            throws InterruptedException, E {
        new LockedRun(lock.acquire()).run(task);
    }

    /**
     * Returns who holds a name now: its grants, the oldest first. Of more than 1,000, such as many readers have, it returns the
     * 1,000 oldest; fewer, if their labels and actors are so long that a server's answer would exceed 2 MiB.
     *
     * <p><b>Blocks</b> until the answer is there. <b>Order.</b> It sees everything that was confirmed before the call. When it
     * returns, others may hold the name already: to act on it is safe only with the token.
     *
     * @return empty if nobody holds it
     * @throws IllegalArgumentException if the name is empty, too long or not well-formed
     * @throws RejectedException if this client is closed
     * @throws UnavailableException if no server could be reached
     */
    List<Holder> holders(String name);

    /** As {@link #holders}, without blocking; the future fails with what {@code holders} throws. */
    CompletableFuture<List<Holder>> holdersAsync(String name);

    /**
     * Returns the key-value store beside the locks.
     *
     * @throws UnsupportedOperationException if the backend lacks {@link Capability#KEY_VALUE}
     */
    KeyValueStore keyValues();

    /** Returns what this client's backend can do. */
    Set<Capability> capabilities();

    /** Returns the backend of this client, for what is built upon clients, such as {@link LeaderElection}. */
    LockBackend backend();

    /** Releases everything that this client holds and gives up everything that it waits for. A second call does nothing. */
    @Override
    void close();
}
