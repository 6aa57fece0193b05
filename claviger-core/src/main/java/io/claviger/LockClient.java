package io.claviger;

import io.claviger.spi.LockBackend;
import java.util.Set;

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

    /** Returns what this client's backend can do. */
    Set<Capability> capabilities();

    /** Releases everything that this client holds and gives up everything that it waits for. A second call does nothing. */
    @Override
    void close();
}
