package io.claviger;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Several locks as one: all or none. The names are taken one by one in the order of their UTF-8 bytes, the same order for
 * everyone, so that two multi-locks never wait for each other in a circle; those already held are kept alive by their own
 * options meanwhile. The locks may belong to different clients.
 *
 * <p>Thread-safe. Example:
 *
 * <pre>{@code
 * MultiLock both = MultiLock.of(client.lock("from"), client.lock("to"));
 * try (MultiLease lease = both.acquire()) {
 *     transfer();
 * }
 * }</pre>
 */
public final class MultiLock {
    private static final Comparator<DistributedLock> BYTE_ORDER =
            Comparator.comparing(lock -> lock.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private final List<DistributedLock> locks;

    private MultiLock(List<DistributedLock> locks) {
        this.locks = locks;
    }

    /** Returns a lock of several; see {@link #of(Collection)}. */
    public static MultiLock of(DistributedLock... locks) {
        return of(List.of(locks));
    }

    /**
     * Returns a lock of several.
     *
     * @param locks at least one, each of another name
     * @throws IllegalArgumentException if there is none, or two have the same name
     */
    public static MultiLock of(Collection<? extends DistributedLock> locks) {
        List<DistributedLock> ordered = locks.stream()
                .sorted(BYTE_ORDER)
                .<DistributedLock>map(lock -> lock)
                .toList();
        if (ordered.isEmpty()) {
            throw new IllegalArgumentException("a multi-lock has at least one lock");
        }
        for (int i = 1; i < ordered.size(); i++) {
            if (ordered.get(i).name().equals(ordered.get(i - 1).name())) {
                throw new IllegalArgumentException("'" + ordered.get(i).name() + "' is named twice");
            }
        }
        return new MultiLock(ordered);
    }

    /** Returns the names in the order in which they are taken. */
    public List<String> names() {
        return locks.stream().map(DistributedLock::name).toList();
    }

    /**
     * Waits for all the locks.
     *
     * <p><b>Blocks</b> until all are held. <b>Cancelling.</b> An interrupt gives up and releases what is held.
     *
     * @throws InterruptedException if the thread is interrupted: nothing is held
     * @throws RejectedException if one of the locks can never be granted: nothing is held
     * @throws LeaseLostException if one of the leases was lost while waiting for another: nothing is held
     */
    public MultiLease acquire() throws InterruptedException {
        List<Lease> held = new ArrayList<>();
        try {
            for (DistributedLock lock : locks) {
                held.add(lock.acquire());
            }
            return complete(held);
        } catch (InterruptedException | RuntimeException failed) {
            MultiLease.closeAll(held);
            throw failed;
        }
    }

    /**
     * Waits for all the locks, but no longer than one limit for all together.
     *
     * @param wait the limit, not negative; zero asks each once
     * @return empty if the limit passed before all were held: nothing is held
     * @throws InterruptedException if the thread is interrupted: nothing is held
     * @throws RejectedException as {@link #acquire()}
     * @throws LeaseLostException as {@link #acquire()}
     */
    public Optional<MultiLease> acquire(Duration wait) throws InterruptedException {
        long start = System.nanoTime();
        List<Lease> held = new ArrayList<>();
        try {
            for (DistributedLock lock : locks) {
                Duration left = wait.minusNanos(System.nanoTime() - start);
                boolean first = held.isEmpty();
                Optional<Lease> lease = lock.acquire(first ? wait : left.isNegative() ? Duration.ZERO : left);
                if (lease.isEmpty()) {
                    MultiLease.closeAll(held);
                    return Optional.empty();
                }
                held.add(lease.get());
            }
            return Optional.of(complete(held));
        } catch (InterruptedException | RuntimeException failed) {
            MultiLease.closeAll(held);
            throw failed;
        }
    }

    /**
     * Waits for all the locks without blocking.
     *
     * <p><b>Cancelling</b> the future gives up and releases what is held. The future fails with what {@link #acquire()}
     * throws.
     */
    public CompletableFuture<MultiLease> acquireAsync() {
        MultiAcquisition acquisition = new MultiAcquisition(locks);
        acquisition.takeAll();
        return acquisition.result();
    }

    /** The leases as one, if none of them was lost on the way. */
    static MultiLease complete(List<Lease> held) {
        held.forEach(Lease::checkpoint);
        return new MultiLease(List.copyOf(held));
    }
}
