package io.claviger;

import io.claviger.spi.AcquireRequest;
import io.claviger.spi.Callbacks;
import io.claviger.spi.LockBackend;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;

/** A number of permits of a name, in any backend. */
final class BackendLock implements DistributedSemaphore {
    /** Longer limits are as good as this one, and it fits nanoseconds. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(36_500);

    private final LockBackend backend;
    private final String name;
    private final int permits;
    private final int capacity;
    private final LockOptions options;

    BackendLock(LockBackend backend, String name, int permits, int capacity, LockOptions options) {
        this.backend = backend;
        this.name = name;
        this.permits = permits;
        this.capacity = capacity;
        this.options = options;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public DistributedLock permits(int wanted) {
        if (wanted < 1 || wanted > capacity) {
            throw new IllegalArgumentException(
                    "'" + name + "' has " + capacity + " permits, so " + wanted + " cannot be taken");
        }
        return new BackendLock(backend, name, wanted, capacity, options);
    }

    @Override
    public Lease acquire() throws InterruptedException {
        return await(request(Optional.empty())).orElseThrow(BackendLock::emptyWithoutLimit);
    }

    @Override
    public Optional<Lease> acquire(Duration wait) throws InterruptedException {
        return await(request(Optional.of(checked(wait))));
    }

    @Override
    public Optional<Lease> tryAcquire() {
        // A try is answered without waiting for others, so it is seen through although the thread be interrupted.
        return join(request(Optional.of(Duration.ZERO)));
    }

    @Override
    public CompletableFuture<Lease> acquireAsync() {
        return handedOver(request(Optional.empty()), lease -> lease.orElseThrow(BackendLock::emptyWithoutLimit));
    }

    @Override
    public CompletableFuture<Optional<Lease>> acquireAsync(Duration wait) {
        return handedOver(request(Optional.of(checked(wait))), Function.identity());
    }

    @Override
    public CompletableFuture<Optional<Lease>> tryAcquireAsync() {
        return acquireAsync(Duration.ZERO);
    }

    @Override
    public Lock asJavaLock() {
        return new JavaLockView(this);
    }

    private CompletableFuture<Optional<Lease>> request(Optional<Duration> wait) {
        return backend.acquire(new AcquireRequest(name, permits, capacity, options, wait));
    }

    /** Gives the outcome to a future of the user's, whose dependent stages may block: they run on the executor. */
    private <T> CompletableFuture<T> handedOver(
            CompletableFuture<Optional<Lease>> source, Function<Optional<Lease>, T> view) {
        CompletableFuture<T> target = new CompletableFuture<>();
        source.whenComplete((lease, failure) -> Callbacks.run(backend.executor(), () -> {
            if (failure != null) {
                target.completeExceptionally(failure);
            } else if (!target.complete(view.apply(lease))) {
                // Cancelled while the grant was on its way here (S9).
                lease.ifPresent(Lease::close);
            }
        }));
        target.whenComplete((value, failure) -> {
            // Cancelled, timed out, or completed by the user: whichever it is, nobody waits any more.
            if (failure != null && !source.cancel(true)) {
                // A grant that was on its way here goes back now, not when the executor comes to it (S9).
                source.thenAccept(lease -> lease.ifPresent(Lease::close));
            }
        });
        return target;
    }

    private static Optional<Lease> await(CompletableFuture<Optional<Lease>> asked) throws InterruptedException {
        try {
            return asked.get();
        } catch (InterruptedException interrupted) {
            if (!asked.cancel(true)) {
                asked.thenAccept(lease -> lease.ifPresent(Lease::close));
            }
            throw interrupted;
        } catch (ExecutionException failed) {
            throw unwrapped(failed);
        }
    }

    /** Gives an adopted lease to a future of the user's; one that nobody wants any more is released. */
    static CompletableFuture<Lease> onExecutor(Executor executor, CompletableFuture<Lease> source) {
        CompletableFuture<Lease> target = new CompletableFuture<>();
        source.whenComplete((lease, failure) -> Callbacks.run(executor, () -> {
            if (failure != null) {
                target.completeExceptionally(failure);
            } else if (!target.complete(lease)) {
                lease.close();
            }
        }));
        return target;
    }

    /** Waits for an outcome through interrupts, and throws what it failed with. */
    static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException failed) {
            throw unwrapped(failed);
        }
    }

    private static RuntimeException unwrapped(Exception failed) {
        Throwable cause = failed.getCause();
        return cause instanceof ClavigerException known ? known : new CompletionException(cause);
    }

    private static Duration checked(Duration wait) {
        if (wait.isNegative()) {
            throw new IllegalArgumentException("a limit of waiting is not negative, but this is " + wait);
        }
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }

    private static IllegalStateException emptyWithoutLimit() {
        return new IllegalStateException("the backend gave up waiting although there is no limit");
    }
}
