package io.claviger.client;

import io.claviger.Capability;
import io.claviger.ClavigerException;
import io.claviger.Holder;
import io.claviger.Lease;
import io.claviger.LossReason;
import io.claviger.client.Ask.Cause;
import io.claviger.engine.OwnerKey;
import io.claviger.local.SystemTime;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.End;
import io.claviger.protocol.v1.Event;
import io.claviger.spi.AcquireRequest;
import io.claviger.spi.HandOffText;
import io.claviger.spi.KeyValueBackend;
import io.claviger.spi.LockBackend;
import io.claviger.spi.TimeSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A client of a server: one session, its requests under way and its leases. */
final class RemoteBackend implements LockBackend, SessionOwner {
    /** How long {@link #close()} waits for the server to confirm. What it does not confirm ends with the session's time. */
    private static final long CLOSE_NANOS = 2_000_000_000L;

    private final RemoteConfig config;
    private final TimeSource time;
    private final Connector connector;
    private final ClientSession session;
    private final RemoteKeyValues keyValues;
    private final Map<OwnerKey, KeyHolder> leases = new ConcurrentHashMap<>();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    RemoteBackend(RemoteConfig config, TimeSource time, Connector connector) {
        this.config = config;
        this.time = time;
        this.connector = connector;
        this.session = new ClientSession(config, time, connector, this);
        this.keyValues = new RemoteKeyValues(session);
    }

    /** Opens a client, as {@link RemoteConfig#connect} says. */
    static RemoteBackend connect(RemoteConfig config) {
        RemoteBackend backend = new RemoteBackend(config, SystemTime.INSTANCE, new GrpcConnector(config));
        try {
            backend.open().join();
            return backend;
        } catch (CompletionException failed) {
            backend.close();
            if (failed.getCause() instanceof ClavigerException known) {
                throw known;
            }
            throw failed;
        }
    }

    /** Opens the session. */
    CompletableFuture<Void> open() {
        return session.reconnection().open();
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public Executor executor() {
        return config.executor();
    }

    @Override
    public CompletableFuture<Optional<Lease>> acquire(AcquireRequest request) {
        RemoteRequest asked = new RemoteRequest(this, requests.incrementAndGet(), request);
        asked.ask();
        return asked.outcome();
    }

    @Override
    public CompletableFuture<Lease> adopt(String text) {
        HandOffText handOff = HandOffText.decode(text);
        // Permits and capacity are what the grant has, and only the server knows them.
        RemoteRequest asked = new RemoteRequest(
                this,
                requests.incrementAndGet(),
                new AcquireRequest(handOff.name(), 1, 1, handOff.options(), Optional.empty()));
        asked.adopt(handOff.ticket());
        return asked.outcome().thenApply(Optional::orElseThrow);
    }

    @Override
    public CompletableFuture<List<Holder>> holders(String name) {
        return Sight.holders(session, name);
    }

    @Override
    public KeyValueBackend keyValues() {
        return keyValues;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        // Told first: the end of the session grants to others, and none of these may be valid beside them (S7).
        byAge().forEach(KeyHolder::clientClosed);
        CompletableFuture<Void> ended = new CompletableFuture<>();
        if (session.isReady()) {
            session.submit(Command.newBuilder().setEnd(End.getDefaultInstance()), new Farewell(ended));
            awaitQuietly(ended);
        }
        session.end(Cause.CLOSED, "the client is closed");
        connector.close();
    }

    private void awaitQuietly(CompletableFuture<Void> ended) {
        if (connector.isOnLoop()) {
            return;
        }
        try {
            ended.get(CLOSE_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException unconfirmed) {
            // The session ends by itself then.
            return;
        }
    }

    private record Farewell(CompletableFuture<Void> ended) implements Ask.Answer {
        @Override
        public void answered(Event event, Moment sent) {
            ended.complete(null);
        }

        @Override
        public void failed(Ask.Failure failure) {
            ended.complete(null);
        }
    }

    // ------------------------------------------------------------------------------------------ what leases use

    ClientSession session() {
        return session;
    }

    @Override
    public TimeSource time() {
        return time;
    }

    RemoteConfig config() {
        return config;
    }

    boolean isOnLoop() {
        return connector.isOnLoop();
    }

    boolean isClosed() {
        return closed.get();
    }

    void onLoop(Runnable task) {
        connector.execute(task);
    }

    void remember(OwnerKey key, KeyHolder lease) {
        leases.put(key, lease);
    }

    void forget(OwnerKey key) {
        leases.remove(key);
    }

    /** Returns how many requests and leases have not ended. */
    int known() {
        return leases.size();
    }

    // ------------------------------------------------------------------------------------------ what the session tells

    @Override
    public List<OwnerKey> held() {
        List<OwnerKey> held = new ArrayList<>();
        leases.forEach((key, lease) -> {
            if (lease.isHeld()) {
                held.add(key);
            }
        });
        return held;
    }

    @Override
    public void attached() {
        byAge().forEach(KeyHolder::askIfQueued);
    }

    @Override
    public void granted(OwnerKey key, long token, @Nullable Moment sent) {
        KeyHolder lease = leases.get(key);
        if (lease != null) {
            lease.granted(token, sent);
        } else {
            // It crossed the end of the request, and nobody would ever give it back.
            session.giveBack(key);
        }
    }

    @Override
    public void lost(OwnerKey key, LossReason reason) {
        KeyHolder lease = leases.get(key);
        if (lease != null) {
            lease.lose(reason);
        }
    }

    @Override
    public void sessionOver(LossReason reason) {
        byAge().forEach(lease -> lease.sessionOver(reason));
    }

    @Override
    public void unreachable(Ask.Failure failure) {
        byAge().forEach(lease -> lease.unreachable(failure));
    }

    private List<KeyHolder> byAge() {
        List<KeyHolder> all = new ArrayList<>(leases.values());
        all.sort(Comparator.comparingLong(KeyHolder::number));
        return all;
    }
}
