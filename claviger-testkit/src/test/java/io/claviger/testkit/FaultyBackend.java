package io.claviger.testkit;

import io.claviger.Capability;
import io.claviger.Holder;
import io.claviger.Lease;
import io.claviger.LossReason;
import io.claviger.RejectedException;
import io.claviger.spi.AcquireRequest;
import io.claviger.spi.KeyValueBackend;
import io.claviger.spi.LockBackend;
import io.claviger.spi.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** One client of a {@link FaultySpace}. */
final class FaultyBackend implements LockBackend {
    private final FaultySpace space;
    private final Executor executor;
    private final List<FaultyLease> leases = new ArrayList<>();
    private boolean closed;

    FaultyBackend(FaultySpace space, Executor executor) {
        this.space = space;
        this.executor = executor;
    }

    @Override
    public Set<Capability> capabilities() {
        return space.capabilities();
    }

    @Override
    public Executor executor() {
        return executor;
    }

    @Override
    public CompletableFuture<Optional<Lease>> acquire(AcquireRequest request) {
        FaultyLease lease = new FaultyLease(space, request);
        space.change(() -> {
            if (closed) {
                lease.refuse("the client is closed");
            } else {
                leases.add(lease);
                space.ask(lease);
                lease.startLimit();
            }
        });
        return lease.outcome;
    }

    @Override
    public CompletableFuture<Lease> adopt(String text) {
        throw new UnsupportedOperationException("this backend has no " + Capability.HAND_OFF);
    }

    @Override
    public TimeSource time() {
        return space.time;
    }

    @Override
    public CompletableFuture<List<Holder>> holders(String name) {
        return closed
                ? CompletableFuture.failedFuture(new RejectedException("the client is closed"))
                : CompletableFuture.completedFuture(space.holders(name));
    }

    @Override
    public KeyValueBackend keyValues() {
        return new FaultyKeyValues(space, () -> closed);
    }

    @Override
    public void close() {
        space.change(() -> {
            if (closed) {
                return;
            }
            closed = true;
            if (space.has(Defect.CLOSE_GRANTS_FIRST)) {
                leases.forEach(FaultyLease::endSilently);
                space.tellLater(() -> leases.forEach(lease -> lease.lost(LossReason.CLIENT_CLOSED)));
                return;
            }
            leases.forEach(lease -> lease.refuse("the client was closed"));
            leases.forEach(lease -> lease.lost(LossReason.CLIENT_CLOSED));
            if (!space.has(Defect.CLOSE_KEEPS)) {
                leases.forEach(FaultyLease::endSilently);
            }
        });
    }
}
