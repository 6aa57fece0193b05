package io.claviger;

import io.claviger.spi.Callbacks;
import io.claviger.spi.LockBackend;
import io.claviger.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A listener that is told who leads, until this is closed; see {@link LeaderElection#observe}. Thread-safe.
 *
 * <p>It goes round in a circle: ask, tell what is new, wait. Each step begins when the one before has ended, so there are never
 * two questions, nor two calls of the listener, at once, and nothing piles up behind a listener that is slow.
 */
public final class LeaderObservation implements AutoCloseable {
    private final LockBackend backend;
    private final String name;
    private final long everyNanos;
    private final Function<List<Holder>, Optional<Leader>> view;
    private final Consumer<Optional<Leader>> listener;

    /** Whether anything was told yet, and what last. Each step sees what the one before wrote, since both pass the monitor. */
    private boolean began;

    private Optional<Leader> told = Optional.empty();

    /** All below are guarded by this. */
    private boolean closed;

    private TimeSource.@Nullable Timer timer;

    private LeaderObservation(
            LockBackend backend,
            String name,
            Duration every,
            Function<List<Holder>, Optional<Leader>> view,
            Consumer<Optional<Leader>> listener) {
        this.backend = backend;
        this.name = name;
        this.everyNanos = every.toNanos();
        this.view = view;
        this.listener = listener;
    }

    static LeaderObservation begin(
            LockBackend backend,
            String name,
            Duration every,
            Function<List<Holder>, Optional<Leader>> view,
            Consumer<Optional<Leader>> listener) {
        LeaderObservation observation = new LeaderObservation(backend, name, every, view, listener);
        observation.ask();
        return observation;
    }

    /** Ends it: no leader that is found after this call is told. A call of the listener under way is not waited for. */
    @Override
    public synchronized void close() {
        closed = true;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void ask() {
        if (isClosed()) {
            return;
        }
        CompletableFuture<List<Holder>> asked;
        try {
            asked = backend.holders(name);
        } catch (RuntimeException failed) {
            asked = CompletableFuture.failedFuture(failed);
        }
        asked.whenComplete((holders, failure) -> {
            if (failure == null) {
                found(view.apply(holders));
            } else if (isForGood(failure)) {
                close();
            } else {
                waitForNext();
            }
        });
    }

    private void found(Optional<Leader> leader) {
        if (began && leader.equals(told)) {
            waitForNext();
            return;
        }
        began = true;
        told = leader;
        Callbacks.run(backend.executor(), () -> {
            try {
                if (!isClosed()) {
                    listener.accept(leader);
                }
            } finally {
                waitForNext();
            }
        });
    }

    private synchronized void waitForNext() {
        if (!closed) {
            timer = backend.time().schedule(this::ask, everyNanos);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Whether every later question would be refused too: the client is closed, or not let in. */
    private static boolean isForGood(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RejectedException;
    }
}
