package io.claviger.dynamodb;

import io.claviger.Lease;
import io.claviger.LockOptions;
import io.claviger.spi.AcquireRequest;
import io.claviger.spi.TimeSource;
import io.claviger.testkit.HistoryChecker;
import io.claviger.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Clients that are slow, stand still or die, between them and a table a rough network, and the judge of what they see. */
final class SimulatedWorld {
    static final Duration LEASE = Duration.ofSeconds(2);
    private static final int CLIENTS = 3;
    private static final double SKEW = 0.004;

    /** Less than the time after which a table forgets what was released; in reality that is 30 days. */
    private static final long WALL_SKEW_MILLIS = 2_000;

    final VirtualTime time = new VirtualTime();
    final MemoryItems items;
    private final HistoryChecker history = new HistoryChecker();
    private final List<Held> held = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final Function<TimeSource, Layout> layout;
    private final List<Name> names;
    final List<Client> clients = new ArrayList<>();
    private final List<RoughTable> tables = new ArrayList<>();
    private int opened;
    int grants;

    /** A name and how many permits it has. */
    record Name(String text, int capacity) {}

    /** What somebody was granted and has not released. */
    private static final class Held {
        final Client client;
        final Name name;
        final int permits;
        final Lease lease;
        boolean told;
        boolean over;

        Held(Client client, Name name, int permits, Lease lease) {
            this.client = client;
            this.name = name;
            this.permits = permits;
            this.lease = lease;
            lease.onLost(reason -> told = true);
        }
    }

    /** A process. */
    final class Client {
        final DirectLoop loop = new DirectLoop();
        final RoughTable table = new RoughTable(items, time);
        final DynamoBackend backend;
        final List<CompletableFuture<Optional<Lease>>> waiting = new ArrayList<>();
        boolean dead;

        Client(long salt) {
            int number = opened++;
            tables.add(table);
            SkewedTime clock = new SkewedTime(
                    new ProcessTime(time, loop),
                    1 + SKEW * (number % 3 - 1),
                    number * 1_000_000_007L,
                    WALL_SKEW_MILLIS * (number % 3 - 1));
            DynamoSettings settings = new DynamoSettings("client-" + number, LEASE.toNanos(), 5, Runnable::run);
            backend = new DynamoBackend(
                    settings, table, layout.apply(clock), clock, loop, new SeededChance(salt + number));
        }
    }

    /** The timers of a process that may stand still. */
    private record ProcessTime(TimeSource real, DirectLoop loop) implements TimeSource {
        @Override
        public long nanoTime() {
            return real.nanoTime();
        }

        @Override
        public long wallMillis() {
            return real.wallMillis();
        }

        @Override
        public Timer schedule(Runnable task, long delayNanos) {
            return real.schedule(() -> loop.ring(task), delayNanos);
        }
    }

    SimulatedWorld(Function<TimeSource, Layout> layout, List<Name> names, long salt) {
        time.suspend(Duration.ofDays(20_454));
        this.layout = layout;
        this.items =
                layout.apply(time) instanceof DynalockLayout ? new MemoryItems(DynalockRecord.ID) : new MemoryItems();
        this.names = names;
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Client(salt));
        }
    }

    /** Tells how often what has happened to requests. */
    void tellAccidents(BiConsumer<RoughTable.Fate, Integer> told) {
        tables.forEach(table -> table.happened.forEach(told));
    }

    Name name(int number) {
        return names.get(number % names.size());
    }

    // ------------------------------------------------------------------------------------------ what clients do

    void ask(Client client, Name name, int permits, Duration limit, LockOptions options) {
        long asked = time.nanoTime();
        Optional<Duration> wait = limit.isNegative() ? Optional.empty() : Optional.of(limit);
        AcquireRequest request = new AcquireRequest(name.text(), permits, name.capacity(), options, wait);
        CompletableFuture<Optional<Lease>> outcome = client.backend.acquire(request);
        client.waiting.add(outcome);
        outcome.thenAccept(lease -> lease.ifPresent(granted -> granted(client, name, permits, granted, asked)));
    }

    private void granted(Client client, Name name, int permits, Lease lease, long asked) {
        grants++;
        long now = time.nanoTime();
        for (Held other : held) {
            boolean runs = !other.client.loop.isFrozen() && !other.client.dead;
            if (other.name.equals(name) && name.capacity() == 1 && !other.over && runs && !other.told) {
                violations.add("S7: " + name + " granted before its holder was told of the loss");
            }
        }
        held.add(new Held(client, name, permits, lease));
        history.add(new HistoryChecker.Grant(
                name.text(), permits, name.capacity(), lease.token().value(), asked, now, now, now));
        check();
    }

    void cancel(Client client) {
        client.waiting.stream()
                .filter(outcome -> !outcome.isDone())
                .findFirst()
                .ifPresent(outcome -> outcome.cancel(true));
    }

    void release(Client client) {
        first(client).ifPresent(mine -> {
            mine.over = true;
            mine.lease.releaseAsync();
        });
    }

    void renew(Client client) {
        first(client).ifPresent(mine -> mine.lease.renewAsync());
    }

    /** Hands the eldest lease of a client to another, as soon as it can. */
    void handOver(Client from, Client to) {
        first(from).ifPresent(mine -> {
            mine.over = true;
            mine.lease.handOffAsync(LEASE).thenAccept(text -> {
                long asked = time.nanoTime();
                to.backend.adopt(text).thenAccept(lease -> granted(to, mine.name, mine.permits, lease, asked));
            });
        });
    }

    private Optional<Held> first(Client client) {
        return held.stream().filter(mine -> mine.client == client && !mine.over).findFirst();
    }

    void freeze(Client client, boolean freeze) {
        if (!client.dead) {
            client.loop.freeze(freeze);
        }
    }

    /** Kills a process; what it has sent still arrives. Another one begins in its place. */
    void crash(int number, long salt) {
        Client client = clients.get(number);
        client.loop.freeze(true);
        client.dead = true;
        clients.set(number, new Client(salt));
    }

    void pass(Duration by) {
        time.advance(by);
        check();
    }

    // ------------------------------------------------------------------------------------------ the judge

    /** At no time may more permits be in valid hands than there are. */
    private void check() {
        for (Name name : names) {
            long valid = held.stream()
                    .filter(mine -> mine.name.equals(name) && mine.lease.isValid())
                    .mapToLong(mine -> mine.permits)
                    .sum();
            if (valid > name.capacity()) {
                violations.add("S1: " + valid + " permits of " + name + " are held");
            }
        }
        held.removeIf(mine -> mine.over || (mine.told && !mine.lease.isValid()));
    }

    private void releaseAll() {
        held.forEach(mine -> {
            if (!mine.client.dead) {
                mine.over = true;
                mine.lease.releaseAsync();
            }
        });
    }

    /** Everything becomes quiet; then every name must be free for somebody new, and nothing was wrong. */
    void judge() {
        clients.forEach(client -> {
            freeze(client, false);
            client.table.rough(0, 1);
            client.waiting.forEach(outcome -> outcome.cancel(true));
        });
        releaseAll();
        // What was handed over at the end is adopted meanwhile.
        pass(Duration.ofSeconds(5));
        releaseAll();
        // Late writes arrive, and what nobody owns is seen to be so.
        pass(Duration.ofSeconds(15));
        Client fresh = new Client(99);
        List<CompletableFuture<Optional<Lease>>> last = new ArrayList<>();
        for (Name name : names) {
            ask(fresh, name, name.capacity(), Duration.ofSeconds(10), LockOptions.DEFAULT);
            last.add(fresh.waiting.get(fresh.waiting.size() - 1));
        }
        pass(LEASE.multipliedBy(2));
        for (int i = 0; i < names.size(); i++) {
            if (!last.get(i).isDone() || last.get(i).join().isEmpty()) {
                violations.add("L3: " + names.get(i) + " is never free again: "
                        + items.peek(names.get(i).text()));
            }
        }
        // On the loop, where a close waits for nothing.
        fresh.loop.execute(fresh.backend::close);
        clients.forEach(client -> client.loop.execute(client.backend::close));
        pass(LEASE);
        violations.addAll(items.violations());
        violations.addAll(history.violations());
        List<Client> all = new ArrayList<>(clients);
        all.add(fresh);
        all.forEach(client -> client.loop.check());
        if (!violations.isEmpty()) {
            throw new AssertionError(String.join("\n", violations));
        }
    }
}
