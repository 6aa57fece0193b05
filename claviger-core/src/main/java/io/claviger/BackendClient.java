package io.claviger;

import io.claviger.engine.Limits;
import io.claviger.spi.Callbacks;
import io.claviger.spi.LockBackend;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** A client of any backend. */
final class BackendClient implements LockClient {
    private final LockBackend backend;

    BackendClient(LockBackend backend) {
        this.backend = backend;
    }

    @Override
    public DistributedLock lock(String name, LockOptions options) {
        return new BackendLock(backend, checked(name), 1, 1, options);
    }

    @Override
    public DistributedSemaphore semaphore(String name, int capacity, LockOptions options) {
        require(Capability.SEMAPHORES);
        if (capacity < 1) {
            throw new IllegalArgumentException("a capacity is at least 1, but this is " + capacity);
        }
        return new BackendLock(backend, checked(name), 1, capacity, options);
    }

    @Override
    public DistributedReadWriteLock readWriteLock(String name, LockOptions options) {
        require(Capability.READ_WRITE_LOCKS);
        int all = Limits.READ_WRITE_CAPACITY;
        DistributedLock read = new BackendLock(backend, checked(name), 1, all, options);
        DistributedLock write = new BackendLock(backend, name, all, all, options);
        return new ReadWrite(name, read, write);
    }

    @Override
    public Lease adopt(String text) {
        return BackendLock.join(backend.adopt(text));
    }

    @Override
    public CompletableFuture<Lease> adoptAsync(String text) {
        return BackendLock.onExecutor(backend.executor(), backend.adopt(text));
    }

    @Override
    public Set<Capability> capabilities() {
        return backend.capabilities();
    }

    @Override
    public List<Holder> holders(String name) {
        return BackendLock.join(backend.holders(checked(name)));
    }

    @Override
    public CompletableFuture<List<Holder>> holdersAsync(String name) {
        return onExecutor(backend.executor(), backend.holders(checked(name)));
    }

    /** Gives an outcome to a future of the user's, whose dependent stages may block: they run on the executor. */
    static <T> CompletableFuture<T> onExecutor(Executor executor, CompletableFuture<T> source) {
        CompletableFuture<T> told = new CompletableFuture<>();
        source.whenComplete((value, failure) -> Callbacks.run(executor, () -> {
            if (failure != null) {
                told.completeExceptionally(unwrapped(failure));
            } else {
                told.complete(value);
            }
        }));
        return told;
    }

    /** What depends on a failed future fails with a wrapper around the failure. */
    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @Override
    public KeyValueStore keyValues() {
        require(Capability.KEY_VALUE);
        return new BackendKeyValues(backend.keyValues(), backend.executor());
    }

    @Override
    public LockBackend backend() {
        return backend;
    }

    @Override
    public void close() {
        backend.close();
    }

    private record ReadWrite(String name, DistributedLock readLock, DistributedLock writeLock)
            implements DistributedReadWriteLock {}

    private void require(Capability capability) {
        if (!backend.capabilities().contains(capability)) {
            throw new UnsupportedOperationException(backend.lacks(capability));
        }
    }

    static String checked(String name) {
        if (name.isEmpty() || !Limits.isWellFormed(name, Limits.MAX_NAME_LENGTH)) {
            throw new IllegalArgumentException("a name has 1 to " + Limits.MAX_NAME_LENGTH
                    + " characters of well-formed Unicode, but this one has " + name.length());
        }
        return name;
    }
}
