package io.claviger;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Several leases that are held and given back together. Thread-safe. */
public final class MultiLease implements AutoCloseable {
    private final List<Lease> leases;

    MultiLease(List<Lease> leases) {
        this.leases = leases;
    }

    /** Returns the leases in the order in which they were taken; each has its own name and token. */
    public List<Lease> leases() {
        return leases;
    }

    /** Returns how long all of them are still valid: the shortest {@link Lease#validity()}. */
    public Duration validity() {
        return leases.stream()
                .map(Lease::validity)
                .min(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** Whether all of them are valid. */
    public boolean isValid() {
        return leases.stream().allMatch(Lease::isValid);
    }

    /**
     * Returns only if it is still safe to act.
     *
     * @throws LeaseLostException if one of the leases was lost
     * @throws IllegalStateException if they were released
     */
    public void checkpoint() {
        leases.forEach(Lease::checkpoint);
    }

    /** Has the listener told, once, if any of the leases is lost, with the reason of the first. */
    public void onLost(Consumer<LossReason> listener) {
        AtomicBoolean told = new AtomicBoolean();
        leases.forEach(lease -> lease.onLost(reason -> {
            if (told.compareAndSet(false, true)) {
                listener.accept(reason);
            }
        }));
    }

    /** Gives all of them back, the last taken first. Never throws for a lost lease, and does nothing the second time. */
    @Override
    public void close() {
        closeAll(leases);
    }

    /** One that cannot be closed does not keep the others from being closed; what it threw is thrown at the end. */
    static void closeAll(List<Lease> leases) {
        RuntimeException failure = null;
        for (int i = leases.size() - 1; i >= 0; i--) {
            try {
                leases.get(i).close();
            } catch (RuntimeException failed) {
                if (failure == null) {
                    failure = failed;
                } else {
                    failure.addSuppressed(failed);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
