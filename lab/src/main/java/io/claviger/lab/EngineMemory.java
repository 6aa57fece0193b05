package io.claviger.lab;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.LockMachine;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.SessionKind;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Measures what the lock machine keeps on the heap: the used heap after collection, with and without the locks. Names
 * and keys belong to the machine alone, as on a server that has decoded them from a request.
 */
public final class EngineMemory {
    private static final int MILLION = 1_000_000;
    private static final int QUEUES = 1_000;
    private static final long LEASE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final Origin ORIGIN = Origin.unnumbered(1);

    private final LockMachine machine = new LockMachine(0, System.nanoTime());

    private EngineMemory() {
        apply(new Command.OpenSession(1, SessionKind.CONNECTION, 0, key(-1), "memory"));
    }

    /** Runs all measurements and prints the table. */
    public static void main(String[] arguments) {
        System.out.printf("%-62s %10s %10s%n", "", "measured", "goal");
        perClaim("bytes per held lock, no lease (1 M held)", held(0), MILLION, 200);
        perClaim("bytes per held lock, lease 30 s (1 M held)", held(LEASE_NANOS), MILLION, 200);
        perClaim("bytes per waiter (1 M waiters of 1,000 names)", waiters(), MILLION, 150);
        perName("bytes left per idle name (10 M taken and released in turn)", inTurn(10 * MILLION), 10 * MILLION);
        perName("bytes left per idle name (2 M held at once, then released)", atOnce(2 * MILLION), 2 * MILLION);
    }

    private static long held(long leaseNanos) {
        EngineMemory memory = new EngineMemory();
        long before = usedHeap();
        for (int i = 0; i < MILLION; i++) {
            memory.take(i, "job-" + (MILLION + i), leaseNanos);
        }
        return memory.grownSince(before);
    }

    private static long waiters() {
        EngineMemory memory = new EngineMemory();
        for (int i = 0; i < QUEUES; i++) {
            memory.take(i, "job-" + (MILLION + i), 0);
        }
        long before = usedHeap();
        for (int i = 0; i < MILLION; i++) {
            memory.take(QUEUES + i, "job-" + (MILLION + i % QUEUES), 0);
        }
        return memory.grownSince(before);
    }

    private static long inTurn(int names) {
        EngineMemory memory = new EngineMemory();
        long before = usedHeap();
        for (int i = 0; i < names; i++) {
            memory.take(i, "job-" + i, LEASE_NANOS);
            memory.apply(new Command.Release(ORIGIN, key(i)));
        }
        return memory.grownSince(before);
    }

    private static long atOnce(int names) {
        EngineMemory memory = new EngineMemory();
        long before = usedHeap();
        for (int i = 0; i < names; i++) {
            memory.take(i, "job-" + i, LEASE_NANOS);
        }
        for (int i = 0; i < names; i++) {
            memory.apply(new Command.Release(ORIGIN, key(i)));
        }
        return memory.grownSince(before);
    }

    private void take(int number, String name, long leaseNanos) {
        apply(new Command.Acquire(ORIGIN, name, key(number), 1, 1, leaseNanos, Command.Waiting.QUEUE));
    }

    private void apply(Command command) {
        List<Event> events = machine.apply(machine.lastIndex() + 1, 0, command);
        if (events.get(0) instanceof Event.Rejected || events.get(0) instanceof Event.NotHeld) {
            throw new IllegalStateException(events.get(0) + " for " + command);
        }
    }

    /** The growth of the heap while the machine is certainly still reachable. */
    private long grownSince(long usedBefore) {
        long used = usedHeap();
        machine.checkInvariants();
        return used - usedBefore;
    }

    private static OwnerKey key(long number) {
        return new OwnerKey(number * 0x9E3779B97F4A7C15L, number);
    }

    /** Collects until a collection frees nothing worth mentioning, and returns what is left. */
    private static long usedHeap() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            System.gc();
            long now = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            if (used - now < 64 * 1024) {
                return now;
            }
            used = now;
        }
        return used;
    }

    private static void perClaim(String what, long bytes, int count, int goal) {
        System.out.printf(Locale.ROOT, "%-62s %10.1f %10s%n", what, (double) bytes / count, "<= " + goal);
    }

    private static void perName(String what, long bytes, int count) {
        String all = String.format(Locale.ROOT, "(%,d in all)", bytes);
        System.out.printf(Locale.ROOT, "%-62s %10.2f %10s %s%n", what, (double) bytes / count, "0", all);
    }
}
