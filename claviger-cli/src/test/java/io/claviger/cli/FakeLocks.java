package io.claviger.cli;

import io.claviger.Capability;
import io.claviger.FencingToken;
import io.claviger.Holder;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LossReason;
import io.claviger.local.SystemTime;
import io.claviger.spi.AcquireRequest;
import io.claviger.spi.LockBackend;
import io.claviger.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Locks that are granted at once, and whose validity and loss the test decides. */
final class FakeLocks implements LockBackend {
    private static final long FOR_EVER = Long.MAX_VALUE;

    final AtomicInteger renewals = new AtomicInteger();
    private final List<FakeLease> leases = new ArrayList<>();
    private final Optional<Duration> renewedTo;
    private boolean closed;

    /** Locks without an end. */
    FakeLocks() {
        this(Optional.empty());
    }

    /** @param validity what a grant has and a renewal restores */
    FakeLocks(Duration validity) {
        this(Optional.of(validity));
    }

    private FakeLocks(Optional<Duration> renewedTo) {
        this.renewedTo = renewedTo;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public Executor executor() {
        return Runnable::run;
    }

    @Override
    public synchronized CompletableFuture<Optional<Lease>> acquire(AcquireRequest request) {
        FakeLease lease = new FakeLease(request.name(), leases.size() + 1, renewedTo);
        leases.add(lease);
        return CompletableFuture.completedFuture(Optional.of(lease));
    }

    @Override
    public CompletableFuture<Lease> adopt(String text) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("adopt"));
    }

    @Override
    public TimeSource time() {
        return SystemTime.INSTANCE;
    }

    @Override
    public CompletableFuture<List<Holder>> holders(String name) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("holders"));
    }

    /** Ends all leases that there are. */
    synchronized void lose(LossReason reason) {
        leases.forEach(lease -> lease.lose(reason));
    }

    /** As {@link #lose}, but nobody is told. */
    synchronized void loseSilently(LossReason reason) {
        leases.forEach(lease -> lease.reason = reason);
    }

    /** From now on renewals fail. */
    synchronized void becomeUnreachable() {
        leases.forEach(lease -> lease.reachable = false);
    }

    synchronized boolean allReleased() {
        return closed && !leases.isEmpty() && leases.stream().allMatch(lease -> lease.closed);
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private final class FakeLease implements Lease {
        private final String name;
        private final long token;
        private final Optional<Duration> length;
        private volatile boolean reachable = true;
        private volatile boolean closed;
        private volatile long endNanos;
        private volatile @Nullable LossReason reason;
        private final List<Consumer<LossReason>> listeners = new ArrayList<>();

        FakeLease(String name, long token, Optional<Duration> length) {
            this.name = name;
            this.token = token;
            this.length = length;
            this.endNanos = length.map(l -> System.nanoTime() + l.toNanos()).orElse(0L);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public FencingToken token() {
            return new FencingToken(token);
        }

        @Override
        public String key() {
            return "key-of-" + name;
        }

        @Override
        public String handOff(Duration adoptable) {
            throw new UnsupportedOperationException("handOff");
        }

        @Override
        public CompletableFuture<String> handOffAsync(Duration adoptable) {
            throw new UnsupportedOperationException("handOffAsync");
        }

        @Override
        public synchronized Duration validity() {
            if (reason != null) {
                return Duration.ZERO;
            }
            return Duration.ofNanos(length.isEmpty() ? FOR_EVER : Math.max(0, endNanos - System.nanoTime()));
        }

        @Override
        public boolean isValid() {
            return !validity().isZero();
        }

        @Override
        public synchronized void checkpoint() {
            if (validity().isZero()) {
                throw new LeaseLostException(name, reason == null ? LossReason.EXPIRED : reason);
            }
        }

        @Override
        public synchronized void onLost(Consumer<LossReason> listener) {
            listeners.add(listener);
        }

        synchronized void lose(LossReason why) {
            reason = why;
            listeners.forEach(listener -> listener.accept(why));
        }

        @Override
        public void renew() {
            renewAsync().join();
        }

        @Override
        public CompletableFuture<Void> renewAsync() {
            renewals.incrementAndGet();
            if (reachable) {
                length.ifPresent(l -> endNanos = System.nanoTime() + l.toNanos());
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void release() {
            releaseAsync().join();
        }

        @Override
        public CompletableFuture<Void> releaseAsync() {
            try {
                checkpoint();
            } catch (LeaseLostException e) {
                return CompletableFuture.failedFuture(e);
            } finally {
                closed = true;
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
