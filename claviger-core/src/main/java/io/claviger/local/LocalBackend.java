package io.claviger.local;

import io.claviger.Capability;
import io.claviger.ClavigerException;
import io.claviger.FencingToken;
import io.claviger.Holder;
import io.claviger.Lease;
import io.claviger.LossReason;
import io.claviger.RejectedException;
import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.Limits;
import io.claviger.engine.LockView.ClaimView;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.SessionKind;
import io.claviger.spi.AcquireRequest;
import io.claviger.spi.HandOffText;
import io.claviger.spi.KeyValueBackend;
import io.claviger.spi.LockBackend;
import io.claviger.spi.TimeSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** One client of a {@link LocalSpace}: a session, its requests under way and its leases. */
public final class LocalBackend implements LockBackend {
    private static final AtomicLong SESSIONS = new AtomicLong();

    private final LocalSpace space;
    private final Executor executor;
    private final Runnable onClose;
    private final Origin origin = Origin.unnumbered(SESSIONS.incrementAndGet());
    private final Map<OwnerKey, LocalLease> leases = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final LocalKeyValues keyValues;

    /**
     * Opens a session in a space.
     *
     * @param executor runs users' listeners and dependent stages
     * @param onClose called once, when this client has been closed
     */
    public LocalBackend(LocalSpace space, Executor executor, Runnable onClose) {
        this.space = space;
        this.executor = executor;
        this.onClose = onClose;
        this.keyValues = new LocalKeyValues(this, space);
        space.host(origin.session(), this::observe);
        Event.Reply opened = space.submit(new Command.OpenSession(
                origin.session(), SessionKind.CONNECTION, 0, newKey(), "local client " + origin.session()));
        if (!(opened instanceof Event.SessionOpened)) {
            space.leave(origin.session());
            throw new IllegalStateException("no session could be opened: " + opened);
        }
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public Executor executor() {
        return executor;
    }

    @Override
    public CompletableFuture<Optional<Lease>> acquire(AcquireRequest request) {
        LocalLease lease = new LocalLease(this, newKey(), request);
        // Known before it is asked for: another thread may deliver the grant before the answer is back here.
        leases.put(lease.ownerKey(), lease);
        if (closed.get()) {
            lease.clientClosed();
        } else {
            lease.ask();
        }
        return lease.outcome();
    }

    @Override
    public CompletableFuture<Lease> adopt(String text) {
        HandOffText handOff = HandOffText.decode(text);
        // Permits and capacity are what the grant has, and only the machine knows them.
        LocalLease lease = new LocalLease(
                this, newKey(), new AcquireRequest(handOff.name(), 1, 1, handOff.options(), Optional.empty()));
        leases.put(lease.ownerKey(), lease);
        if (closed.get()) {
            lease.clientClosed();
        } else {
            lease.adopt(handOff.ticket());
        }
        return lease.outcome().thenApply(Optional::orElseThrow);
    }

    @Override
    public CompletableFuture<List<Holder>> holders(String name) {
        return completed(() -> {
            requireOpen();
            return space.holders(name, Limits.MAX_HOLDERS_TOLD).stream()
                    .map(LocalBackend::holder)
                    .toList();
        });
    }

    @Override
    public KeyValueBackend keyValues() {
        return keyValues;
    }

    /** @throws RejectedException if this client is closed */
    void requireOpen() {
        if (closed.get()) {
            throw new RejectedException("the client is closed");
        }
    }

    private static Holder holder(ClaimView grant) {
        Optional<String> actor = Optional.of(grant.actor()).filter(told -> !told.isEmpty());
        return new Holder(new FencingToken(grant.token()), grant.permits(), actor, grant.label());
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        // Told first: the end of the session grants to others, and none of these may be valid beside them (S7).
        List.copyOf(leases.values()).forEach(LocalLease::clientClosed);
        space.submit(new Command.EndSession(origin));
        space.leave(origin.session());
        onClose.run();
    }

    @Override
    public TimeSource time() {
        return space.time();
    }

    Origin origin() {
        return origin;
    }

    Event.Reply submit(Command command) {
        return space.submit(command);
    }

    void forget(LocalLease lease) {
        leases.remove(lease.ownerKey());
    }

    /** What an action did, as a future: in one process nothing is ever awaited. */
    static <T> CompletableFuture<T> completed(Supplier<T> action) {
        try {
            return CompletableFuture.completedFuture(action.get());
        } catch (ClavigerException | IllegalStateException failed) {
            return CompletableFuture.failedFuture(failed);
        }
    }

    private void observe(Event.Notice notice, long appliedNanos) {
        if (notice instanceof Event.Granted granted) {
            LocalLease lease = leases.get(granted.key());
            if (lease != null) {
                lease.granted(granted, appliedNanos);
            }
        } else if (notice instanceof Event.Lost lost) {
            LocalLease lease = leases.get(lost.key());
            if (lease != null) {
                lease.lose(reason(lost));
            }
        }
    }

    private static LossReason reason(Event.Lost lost) {
        return switch (lost.reason()) {
            case EXPIRED -> LossReason.EXPIRED;
            case REVOKED -> LossReason.REVOKED;
            case RELEASED -> LossReason.RELEASED;
        };
    }

    static OwnerKey newKey() {
        return OwnerKey.of(UUID.randomUUID());
    }
}
