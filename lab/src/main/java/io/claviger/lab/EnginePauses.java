package io.claviger.lab;

import io.claviger.engine.Command;
import io.claviger.engine.LockMachine;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.SessionKind;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Looks for single commands that take long, since a server answers nobody while one runs: acquires that make a table
 * grow, and the end of a session that holds a million locks.
 */
public final class EnginePauses {
    private static final int LOCKS = 1_000_000;
    private static final int ROUNDS = 3;
    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LEASE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final Origin ORIGIN = Origin.unnumbered(1);

    private final LockMachine machine = new LockMachine(0, System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(1);

    private EnginePauses() {}

    /** Prints every command of 20 ms or more, and the end of the session, for a few rounds. */
    public static void main(String[] arguments) {
        for (int round = 1; round <= ROUNDS; round++) {
            System.out.println("round " + round);
            new EnginePauses().run();
        }
    }

    private void run() {
        apply(new Command.OpenSession(1, SessionKind.CONNECTION, 0, key(), "pauses"));
        for (int i = 0; i < LOCKS; i++) {
            long nanos = apply(
                    new Command.Acquire(ORIGIN, "job-" + (LOCKS + i), key(), 1, 1, LEASE_NANOS, Command.Waiting.NEVER));
            if (nanos >= LONG_NANOS) {
                print("acquire number " + (i + 1), nanos);
            }
        }
        print("end of a session with " + machine.claimCount() + " locks", apply(new Command.EndSession(ORIGIN)));
    }

    private long apply(Command command) {
        long started = System.nanoTime();
        machine.apply(machine.lastIndex() + 1, 0, command);
        return System.nanoTime() - started;
    }

    private OwnerKey key() {
        return new OwnerKey(random.nextLong(), random.nextLong());
    }

    private static void print(String what, long nanos) {
        System.out.printf(Locale.ROOT, "  %-45s %6.0f ms%n", what, nanos / 1e6);
    }
}
