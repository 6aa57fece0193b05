package io.claviger.dynamodb;

import io.claviger.Capability;
import io.claviger.ClavigerException;
import io.claviger.FencingToken;
import io.claviger.Holder;
import io.claviger.Lease;
import io.claviger.LockOptions;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.engine.Limits;
import io.claviger.spi.AcquireRequest;
import io.claviger.spi.KeyValueBackend;
import io.claviger.spi.LockBackend;
import io.claviger.spi.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The locks of one table, for one client. What it wants and holds of each name is in a {@link LockQueue}; all of these live on the
 * client's {@link Loop}.
 */
final class DynamoBackend implements LockBackend {
    /** How long one call may take at most, repetitions included. */
    private static final long LONGEST_CALL_NANOS = 4_000_000_000L;

    /** In this part of a lease a call has been answered, or is given up. */
    private static final long CALL_PART = 3;

    /** How long a release, a hand-off or an adoption goes on trying. */
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    /** How long a closing client waits until what it held is free. */
    private static final long CLOSE_NANOS = 5_000_000_000L;

    /** Of so many names that nobody wants any more is remembered what their items were like. */
    private static final int MAX_IDLE = 10_000;

    /** After so long a holder has surely drawn its number. */
    private static final long LOOK_AGAIN_NANOS = 50_000_000;

    /** The characters of a version that make up a slot: random ones. */
    private static final int SLOT_FROM = 24;

    private final DynamoSettings settings;
    private final Table table;
    private final Layout layout;
    private final TimeSource time;
    private final Loop loop;
    private final Chance chance;
    private final Optional<RecordTable> records;
    private final Optional<KeyValueBackend> keyValues;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Gate gate;
    private final Set<DynamoLease> leases = ConcurrentHashMap.newKeySet();

    /** Both are used on the loop only. */
    private final Map<String, LockQueue> queues = new HashMap<>();

    private final Map<String, LockQueue> idle = new LinkedHashMap<>();

    DynamoBackend(DynamoSettings settings, Table table, Layout layout, TimeSource time, Loop loop, Chance chance) {
        this(settings, table, Optional.empty(), layout, time, loop, chance);
    }

    /** Makes one that has records as well, if its layout has. */
    DynamoBackend(
            DynamoSettings settings,
            Table table,
            Optional<RecordTable> records,
            Layout layout,
            TimeSource time,
            Loop loop,
            Chance chance) {
        this.records = records;
        this.keyValues = records.map(known -> (KeyValueBackend) new DynamoKeyValues(this, known));
        this.settings = settings;
        this.table = table;
        this.layout = layout;
        this.time = time;
        this.loop = loop;
        this.chance = chance;
        this.gate = new Gate(loop);
    }

    @Override
    public Set<Capability> capabilities() {
        return layout.capabilities();
    }

    @Override
    public Executor executor() {
        return settings.executor();
    }

    @Override
    public TimeSource time() {
        return time;
    }

    @Override
    public KeyValueBackend keyValues() {
        return keyValues.orElseThrow(() -> new UnsupportedOperationException(lacks(Capability.KEY_VALUE)));
    }

    @Override
    public String lacks(Capability capability) {
        String here = "the layout of this table has no ";
        return switch (capability) {
            case SEMAPHORES -> here + "semaphores; the layout native has them";
            case READ_WRITE_LOCKS -> here + "reader-writer locks; the layout native has them";
            case KEY_VALUE -> here + "records; the layout dynalock has them";
            default -> "a table of DynamoDB's has no " + capability;
        };
    }

    Optional<RecordTable> records() {
        return records;
    }

    boolean isClosed() {
        return closed.get();
    }

    // ------------------------------------------------------------------------------------------ what users ask for

    @Override
    public CompletableFuture<Optional<Lease>> acquire(AcquireRequest asked) {
        Optional<String> wrong = wrongName(asked.name());
        if (wrong.isPresent()) {
            return CompletableFuture.failedFuture(new RejectedException(wrong.get()));
        }
        asked.options().lease().ifPresent(DynamoConfig::checkLease);
        DynamoRequest request = new DynamoRequest(asked, leaseNanos(asked.options()));
        request.outcome().whenComplete((lease, failure) -> {
            if (request.outcome().isCancelled()) {
                onLoop(() -> queue(asked.name()).withdraw(request));
            }
        });
        onLoop(() -> {
            if (closed.get()) {
                request.fail(new RejectedException("the client is closed"));
            } else {
                queue(asked.name()).ask(request);
            }
        });
        return request.outcome();
    }

    @Override
    public CompletableFuture<Lease> adopt(String text) {
        Layout.HandOff handOff = layout.handOff(text);
        CompletableFuture<Lease> outcome = new CompletableFuture<>();
        onLoop(() -> {
            if (closed.get()) {
                outcome.completeExceptionally(new RejectedException("the client is closed"));
                return;
            }
            Adoption adoption = new Adoption(this, queue(handOff.name()), handOff);
            adoption.outcome().whenComplete((lease, failure) -> {
                if (failure != null) {
                    outcome.completeExceptionally(failure);
                } else if (!outcome.complete(lease)) {
                    lease.close();
                }
            });
            adoption.begin();
        });
        return outcome;
    }

    @Override
    public CompletableFuture<List<Holder>> holders(String name) {
        CompletableFuture<List<Holder>> told = new CompletableFuture<>();
        Optional<String> wrong = wrongName(name);
        if (closed.get() || wrong.isPresent()) {
            told.completeExceptionally(new RejectedException(wrong.orElse("the client is closed")));
            return told;
        }
        onLoop(() -> look(name, told, true));
        return told;
    }

    private void look(String name, CompletableFuture<List<Holder>> told, boolean first) {
        readItem(name, name, told, found -> {
            View view = layout.view(found);
            Optional<String> tokens = layout.tokenItem(name);
            if (view.grants().isEmpty() || tokens.isEmpty()) {
                told.complete(holders(view, 1));
                return;
            }
            readItem(tokens.get(), name, told, item -> {
                String drawer =
                        item.map(known -> known.text(NativeLayout.HOST, "")).orElse("");
                String holder = found.orElseThrow().text(NativeLayout.HOST, "");
                if (first && !drawer.equals(holder)) {
                    // Who holds it is perhaps just drawing its number.
                    onLoopAfter(() -> look(name, told, false), LOOK_AGAIN_NANOS);
                } else {
                    told.complete(holders(
                            view,
                            item.map(known -> known.whole(NativeLayout.TOKEN, 0))
                                    .filter(NativeLayout::isToken)
                                    .orElse(1L)));
                }
            });
        });
    }

    private void readItem(
            String key, String name, CompletableFuture<List<Holder>> told, Consumer<Optional<Item>> then) {
        read(key, callNanos(settings.leaseNanos()), outcome -> {
            if (outcome instanceof Outcome.Done done) {
                then.accept(done.item());
            } else if (outcome instanceof Outcome.Failed failed) {
                told.completeExceptionally(inVain("looked at", name, failed));
            }
        });
    }

    private static ClavigerException inVain(String what, String name, Outcome.Failed failed) {
        String message = "'" + name + "' could not be " + what + ": " + failed.message();
        return failed.kind() == Outcome.Kind.HOPELESS
                ? new RejectedException(message)
                : new UnavailableException(message);
    }

    private static List<Holder> holders(View view, long newestToken) {
        return view.grants().stream()
                .sorted(Comparator.comparingLong(Grant::token))
                .limit(Limits.MAX_HOLDERS_TOLD)
                .map(grant -> new Holder(
                        new FencingToken(grant.token() == 0 ? newestToken : grant.token()),
                        grant.permits(),
                        Optional.of(grant.actor()).filter(actor -> !actor.isEmpty()),
                        grant.label()))
                .toList();
    }

    /** Says what is wrong with a name that no item can have, or none of this layout. */
    private Optional<String> wrongName(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > layout.maxNameBytes()) {
            return Optional.of("a name has at most " + layout.maxNameBytes()
                    + " bytes in a DynamoDB table, but this one has " + bytes);
        }
        if (name.startsWith(Layout.RESERVED)) {
            return Optional.of("names that begin with '" + Layout.RESERVED + "' are kept for tokens, so '" + name
                    + "' cannot be locked; choose another name");
        }
        return Optional.empty();
    }

    // ------------------------------------------------------------------------------------------ the end

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        // Told first: what goes back may be granted to others, and none of these may be valid beside them (S7).
        List.copyOf(leases).forEach(DynamoLease::clientClosed);
        CompletableFuture<?> returned = new CompletableFuture<>();
        onLoop(() -> giveAllBack(returned));
        if (loop.isCurrent()) {
            returned.whenComplete((all, failure) -> table.close());
            return;
        }
        try {
            returned.get(CLOSE_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException unconfirmed) {
            // What is still held ends by itself then.
            returned.cancel(false);
        }
        table.close();
    }

    private void giveAllBack(CompletableFuture<?> returned) {
        List<LockQueue> all = List.copyOf(queues.values());
        all.forEach(queue -> queue.failAll(new RejectedException("the client was closed")));
        CompletableFuture<?>[] ends = leases.stream()
                .map(lease -> lease.giveBack(Math.max(0, lease.leftNanos())).done)
                .toArray(CompletableFuture<?>[]::new);
        List<CompletableFuture<?>> quiet =
                all.stream().<CompletableFuture<?>>map(LockQueue::quiet).toList();
        CompletableFuture.allOf(ends)
                .thenCombine(CompletableFuture.allOf(quiet.toArray(CompletableFuture<?>[]::new)), (a, b) -> null)
                .whenComplete((ended, never) -> returned.complete(null));
    }

    // ------------------------------------------------------------------------------------------ what queues and leases
    // use

    DynamoSettings settings() {
        return settings;
    }

    Layout layout() {
        return layout;
    }

    Chance chance() {
        return chance;
    }

    Gate gate() {
        return gate;
    }

    boolean isOnLoop() {
        return loop.isCurrent();
    }

    void onLoop(Runnable task) {
        loop.execute(task);
    }

    TimeSource.Timer onLoopAfter(Runnable task, long delayNanos) {
        return time.schedule(() -> loop.execute(task), delayNanos);
    }

    /** The answer arrives on the loop. */
    void write(Write write, long timeoutNanos, Consumer<Outcome> then) {
        table.write(write, timeoutNanos).thenAccept(outcome -> onLoop(() -> then.accept(outcome)));
    }

    /** The answer arrives on the loop. */
    void read(String key, long timeoutNanos, Consumer<Outcome> then) {
        table.read(key, timeoutNanos).thenAccept(outcome -> onLoop(() -> then.accept(outcome)));
    }

    /** The answer arrives on any thread. */
    CompletableFuture<Outcome> read(String key, long timeoutNanos) {
        return table.read(key, timeoutNanos);
    }

    void remember(DynamoLease lease) {
        leases.add(lease);
        if (closed.get()) {
            // Whoever closed the client may have looked before this could be found.
            lease.clientClosed();
            lease.giveBack(Math.max(0, lease.leftNanos()));
        }
    }

    void forget(DynamoLease lease) {
        leases.remove(lease);
    }

    /** A queue has nothing to do; what it has seen may be forgotten. */
    void idle(LockQueue queue) {
        if (!queue.isIdle() || !queues.remove(queue.name(), queue)) {
            return;
        }
        idle.put(queue.name(), queue);
        if (idle.size() > MAX_IDLE) {
            idle.remove(idle.keySet().iterator().next());
        }
    }

    private LockQueue queue(String name) {
        LockQueue known = idle.remove(name);
        return queues.computeIfAbsent(name, unknown -> known == null ? new LockQueue(this, name) : known);
    }

    /** Makes a claim under a new version, in a new slot if the name has many. */
    Claim claim(DynamoRequest request) {
        String version = chance.version();
        AcquireRequest asked = request.asked;
        return new Claim(
                asked.name(),
                request.isForAll() ? "" : version.substring(SLOT_FROM),
                version,
                asked.permits(),
                asked.capacity(),
                request.leaseNanos,
                settings.label(),
                asked.options().actor().orElse(""));
    }

    long leaseNanos(LockOptions options) {
        return options.lease().map(Duration::toNanos).orElse(settings.leaseNanos());
    }

    long callNanos(long leaseNanos) {
        return Math.min(leaseNanos / CALL_PART, LONGEST_CALL_NANOS);
    }

    long patienceNanos(long leaseNanos) {
        return Math.min(leaseNanos, PATIENCE_NANOS);
    }
}
