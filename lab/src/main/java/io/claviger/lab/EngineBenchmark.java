package io.claviger.lab;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.LockMachine;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.SessionKind;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many commands a second one core puts through the lock machine. Every operation that JMH counts is one command; the
 * commands themselves are made inside the measured time, as a front has to make them too.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Thread)
public class EngineBenchmark {
    /** What the load program calls a realistic number of names; a power of two, so that picking one costs nothing. */
    private static final int NAMES = 1 << 20;

    private static final int QUEUE = 10_000;
    private static final long SESSION = 1;
    private static final long LEASE_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** Machine time that passes per command: a server at a million commands a second. */
    private static final long STEP_NANOS = 1_000;

    private final Origin origin = Origin.unnumbered(SESSION);
    private final String[] names = new String[NAMES];
    private LockMachine machine = new LockMachine(0, 0);
    private long nowNanos;
    private long nextKey;
    private int nextName;
    private OwnerKey held = new OwnerKey(0, 0);
    private OwnerKey[] waiting = {};
    private int nextWaiter;

    /** Prepares one empty machine with one session and the names. */
    @Setup
    public void open() {
        machine = new LockMachine(0, System.nanoTime());
        for (int i = 0; i < NAMES; i++) {
            // A stride that is odd visits every name once before any twice, and not in the order of allocation.
            names[(int) (i * 0x9E3779B1L & NAMES - 1)] = "job-" + i;
        }
        apply(new Command.OpenSession(SESSION, SessionKind.CONNECTION, 0, newKey(), "bench"));
    }

    /** Takes and releases distinct names, without a lease. */
    @Benchmark
    @OperationsPerInvocation(2)
    public List<Event> cycleOfDistinctNames() {
        return cycle(0);
    }

    /** Takes and releases distinct names, with a lease. */
    @Benchmark
    @OperationsPerInvocation(2)
    public List<Event> cycleWithLease() {
        return cycle(LEASE_NANOS);
    }

    /** Takes distinct names with a lease, and lets the lease of an earlier one run out: a hundred thousand are held. */
    @Benchmark
    @OperationsPerInvocation(2)
    public List<Event> leasesThatRunOut() {
        apply(acquire(newKey(), nextName(), TimeUnit.MILLISECONDS.toNanos(100)));
        return machine.nextTickNanos() <= nowNanos ? apply(new Command.Tick()) : List.of();
    }

    /** Hands one contended name on along a queue of ten: each release grants, each acquire queues. */
    @Benchmark
    @OperationsPerInvocation(2)
    public List<Event> handOnContendedName(ShortQueue queue) {
        queue.fill(this);
        OwnerKey key = newKey();
        apply(acquire(key, "contended", 0));
        OwnerKey holder = queue.keys[queue.next];
        queue.keys[queue.next] = key;
        queue.next = (queue.next + 1) % queue.keys.length;
        return apply(new Command.Release(origin, holder));
    }

    /** Withdraws from anywhere in a queue of ten thousand, and queues anew. */
    @Benchmark
    @OperationsPerInvocation(2)
    public List<Event> withdrawInLongQueue() {
        if (waiting.length == 0) {
            waiting = queue("crowded", QUEUE);
        }
        // 7919 is prime, so the picks wander over the whole queue.
        nextWaiter = (nextWaiter + 7919) % QUEUE;
        apply(new Command.Withdraw(origin, waiting[nextWaiter]));
        OwnerKey key = newKey();
        waiting[nextWaiter] = key;
        return apply(acquire(key, "crowded", 0));
    }

    /** Renews one of ten thousand leases. */
    @Benchmark
    public List<Event> renew() {
        if (waiting.length == 0) {
            waiting = new OwnerKey[QUEUE];
            for (int i = 0; i < QUEUE; i++) {
                waiting[i] = newKey();
                apply(acquire(waiting[i], names[i], LEASE_NANOS));
            }
        }
        nextWaiter = (nextWaiter + 7919) % QUEUE;
        return apply(new Command.Renew(origin, waiting[nextWaiter], 0));
    }

    private List<Event> cycle(long leaseNanos) {
        OwnerKey key = newKey();
        apply(acquire(key, nextName(), leaseNanos));
        return apply(new Command.Release(origin, key));
    }

    /** Fills a queue behind a holder that never lets go. */
    private OwnerKey[] queue(String name, int length) {
        held = newKey();
        apply(acquire(held, name, 0));
        OwnerKey[] keys = new OwnerKey[length];
        for (int i = 0; i < length; i++) {
            keys[i] = newKey();
            apply(acquire(keys[i], name, 0));
        }
        return keys;
    }

    private Command.Acquire acquire(OwnerKey key, String name, long leaseNanos) {
        return new Command.Acquire(origin, name, key, 1, 1, leaseNanos, Command.Waiting.QUEUE);
    }

    private List<Event> apply(Command command) {
        nowNanos += STEP_NANOS;
        return machine.apply(machine.lastIndex() + 1, nowNanos, command);
    }

    private String nextName() {
        nextName = nextName + 1 & NAMES - 1;
        return names[nextName];
    }

    private OwnerKey newKey() {
        nextKey++;
        // Mixed, since real keys are random: runs of neighbours would flatter the hash tables.
        return new OwnerKey(nextKey * 0x9E3779B97F4A7C15L, nextKey);
    }

    /** One holder and nine waiters of one name, the holder at {@code next}. */
    @State(Scope.Thread)
    public static class ShortQueue {
        private OwnerKey[] keys = {};
        private int next;

        private void fill(EngineBenchmark benchmark) {
            if (keys.length > 0) {
                return;
            }
            keys = new OwnerKey[10];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = benchmark.newKey();
                benchmark.apply(benchmark.acquire(keys[i], "contended", 0));
            }
        }
    }
}
