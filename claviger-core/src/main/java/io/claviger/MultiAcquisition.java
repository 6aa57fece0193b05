package io.claviger;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One asynchronous walk over the locks of a multi-lock: each step begins when the one before it is held. */
final class MultiAcquisition {
    private final List<DistributedLock> locks;
    private final CompletableFuture<MultiLease> result = new CompletableFuture<>();

    /** Guarded by this, like {@code waiting}. */
    private final List<Lease> held = new ArrayList<>();

    private @Nullable CompletableFuture<Lease> waiting;

    MultiAcquisition(List<DistributedLock> locks) {
        this.locks = locks;
        result.whenComplete((lease, failure) -> {
            if (failure != null) {
                giveUp();
            }
        });
    }

    CompletableFuture<MultiLease> result() {
        return result;
    }

    /** A loop, not a recursion: locks that are granted at once must not pile up on the stack. */
    void takeAll() {
        while (true) {
            CompletableFuture<Lease> next;
            try {
                next = locks.get(heldCount()).acquireAsync();
            } catch (RuntimeException refused) {
                result.completeExceptionally(refused);
                return;
            }
            synchronized (this) {
                waiting = next;
            }
            if (result.isDone()) {
                giveUp();
            }
            if (!next.isDone()) {
                next.whenComplete((lease, failure) -> {
                    if (arrived(lease, failure)) {
                        takeAll();
                    }
                });
                return;
            }
            if (!next.handle(this::arrived).join()) {
                return;
            }
        }
    }

    /** Returns whether there is another lock to take. */
    private boolean arrived(@Nullable Lease lease, @Nullable Throwable failure) {
        if (lease == null) {
            result.completeExceptionally(cause(failure));
            return false;
        }
        synchronized (this) {
            held.add(lease);
        }
        if (result.isDone()) {
            giveUp();
            return false;
        }
        if (heldCount() == locks.size()) {
            finish();
            return false;
        }
        return true;
    }

    private synchronized int heldCount() {
        return held.size();
    }

    private void finish() {
        try {
            if (!result.complete(MultiLock.complete(held))) {
                giveUp();
            }
        } catch (LeaseLostException lost) {
            result.completeExceptionally(lost);
        }
    }

    /** Withdraws the request under way and releases what is held. Harmless if repeated. */
    private void giveUp() {
        CompletableFuture<Lease> pending;
        List<Lease> leases;
        synchronized (this) {
            pending = waiting;
            leases = List.copyOf(held);
        }
        if (pending != null) {
            pending.cancel(true);
        }
        MultiLease.closeAll(leases);
    }

    private static Throwable cause(@Nullable Throwable failure) {
        Throwable known = failure instanceof CompletionException ? failure.getCause() : failure;
        return known == null ? new IllegalStateException("neither a lease nor a failure") : known;
    }
}
