package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.engine.Bytes;
import io.claviger.engine.Command;
import io.claviger.engine.Command.Acquire;
import io.claviger.engine.Command.Renewing;
import io.claviger.engine.Command.Urgency;
import io.claviger.engine.Command.Waiting;
import io.claviger.engine.CommandCodec;
import io.claviger.engine.Event;
import io.claviger.engine.Guard;
import io.claviger.engine.LockMachine;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.RecordView;
import io.claviger.engine.SessionKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Holds the lock machine against {@link NaiveMachine}, with thousands of random sequences of commands. */
class MachineModelTest {
    private static final long START = 1_000;
    private static final long SECOND = 1_000_000_000L;
    private static final int SESSIONS = 3;
    private static final int SNAPSHOT_EVERY = 7;
    private static int deadlocks;

    private static final Gen<String> NAMES = Gen.of("a", "b", "c");
    private static final Gen<OwnerKey> KEYS = Gen.longs(1, 6).map(low -> new OwnerKey(7, low));
    private static final Gen<OwnerKey> TICKETS = Gen.oneOf(
            Gen.longs(1, 2).map(low -> new OwnerKey(8, low)), Gen.longs(1, 2).map(low -> new OwnerKey(8, low)), KEYS);
    private static final Gen<Renewing> RENEWINGS = Gen.of(Renewing.BY_SESSION, Renewing.BY_SESSION, Renewing.BY_KEY);
    private static final Gen<String> ACTORS = Gen.of("", "", "A", "B");
    private static final Gen<Long> LEASES = Gen.of(0L, 0L, SECOND / 2, SECOND, 3 * SECOND, -1L);

    /** A command, and how much later than the one before it comes; less than 0 = a leader whose clock is behind. */
    private record Step(long laterNanos, Command command) {
        @Override
        public String toString() {
            // Keys hide themselves, and here they are what one looks for.
            return "+" + laterNanos + " ns: " + command
                    + keyOf(command).map(key -> " key " + key.low()).orElse("");
        }

        private static Optional<OwnerKey> keyOf(Command command) {
            if (command instanceof Acquire acquire) {
                return Optional.of(acquire.key());
            } else if (command instanceof Command.Withdraw withdraw) {
                return Optional.of(withdraw.key());
            } else if (command instanceof Command.Release release) {
                return Optional.of(release.key());
            } else if (command instanceof Command.Renew renew) {
                return Optional.of(renew.key());
            }
            if (command instanceof Command.HandOff handOff) {
                return Optional.of(handOff.key());
            } else if (command instanceof Command.Adopt adopt) {
                return Optional.of(adopt.key());
            }
            return command instanceof Command.Revoke revoke ? revoke.key() : Optional.empty();
        }
    }

    @Test
    void machineDoesWhatTheModelDoes() {
        Property.of(MachineModelTest.class, MachineModelTest::sequence).check(5_000, MachineModelTest::runBoth);
    }

    /** S8, S9: one session whose commands come again and in any order, so that windows and marks of withdrawals matter. */
    @Test
    void machineRemembersWhatTheModelRemembers() {
        Property.of(MachineModelTest.class, MachineModelTest::storm).check(5_000, MachineModelTest::runBoth);
    }

    /** Few names and many actors, so that they often come to wait for each other. */
    @Test
    void machineSeesTheDeadlocksThatTheModelSees() {
        deadlocks = 0;
        Property.of(MachineModelTest.class, MachineModelTest::tangle).check(5_000, MachineModelTest::runBoth);
        if (System.getProperty(Property.SEED) == null) {
            System.out.println("MachineModelTest: deadlocks seen: " + deadlocks);
            assertThat(deadlocks).isGreaterThan(5_000);
        }
    }

    /** Few keys, versions that are often right, guards that are often held. */
    @Test
    void machineStoresWhatTheModelStores() {
        Property.of(MachineModelTest.class, MachineModelTest::storing).check(5_000, MachineModelTest::runBoth);
    }

    private static void runBoth(List<Step> sequence) {
        LockMachine machine = new LockMachine(START, 1);
        NaiveMachine model = new NaiveMachine(START);
        long now = 0;
        int count = 0;
        for (Step step : sequence) {
            now += step.laterNanos();
            Command command = CommandCodec.decode(CommandCodec.encode(step.command()));
            assertThat(command).isEqualTo(step.command());
            long token = machine.lastToken();
            List<Event> events = machine.apply(machine.lastIndex() + 1, now, command);
            assertThat(withoutCycle(events)).isEqualTo(model.apply(now, command));
            if (model.deadlock != null) {
                assertThat(model.deadlock.isCycle(((Event.Deadlock) events.get(0)).cycle()))
                        .as("is a cycle: %s", events.get(0))
                        .isTrue();
                deadlocks++;
            }
            machine.checkInvariants();
            assertThat(records(machine)).isEqualTo(model.records().sorted(machine.nowNanos()));
            assertThat(machine.lastToken()).isGreaterThanOrEqualTo(token);
            if (++count % SNAPSHOT_EVERY == 0) {
                machine = restored(machine, count);
            }
        }
    }

    /** The records, read in pages of two. */
    private static List<RecordView> records(LockMachine machine) {
        List<RecordView> all = new ArrayList<>();
        List<RecordView> page = machine.records("", "", 2, Long.MAX_VALUE);
        while (!page.isEmpty()) {
            for (RecordView record : page) {
                assertThat(machine.record(record.key())).hasValue(record);
            }
            all.addAll(page);
            page = machine.records("", page.get(page.size() - 1).key(), 2, Long.MAX_VALUE);
        }
        return all;
    }

    /** There may be several cycles, and which one is named is the machine's choice: that is looked at apart. */
    private static List<Event> withoutCycle(List<Event> events) {
        return events.get(0) instanceof Event.Deadlock deadlock
                ? List.of(new Event.Deadlock(deadlock.session(), deadlock.key(), List.of()))
                : events;
    }

    /** The machine goes on from its snapshot, under another hash seed, as if nothing had happened. */
    private static LockMachine restored(LockMachine machine, long hashSeed) {
        byte[] snapshot = machine.snapshot();
        LockMachine again = LockMachine.restore(snapshot, hashSeed);
        assertThat(again.snapshot()).isEqualTo(snapshot);
        assertThat(again.lastIndex()).isEqualTo(machine.lastIndex());
        assertThat(again.lastToken()).isEqualTo(machine.lastToken());
        assertThat(again.claimCount()).isEqualTo(machine.claimCount());
        return again;
    }

    private static List<Step> sequence(RandomGenerator random) {
        List<Step> steps = new ArrayList<>();
        for (long session = 1; session <= SESSIONS; session++) {
            steps.add(new Step(0, opening(session).next(random)));
        }
        long[] sequences = new long[SESSIONS + 2];
        int length = Gen.ints(5, 60).next(random);
        for (int i = 0; i < length; i++) {
            steps.add(new Step(later(random), command(random, sequences)));
        }
        disturb(steps, random);
        return steps;
    }

    private static List<Step> storm(RandomGenerator random) {
        List<Step> steps = new ArrayList<>(List.of(new Step(0, opening(1).next(random))));
        int length = Gen.ints(5, 25).next(random);
        for (int i = 0; i < length; i++) {
            long sequence = Gen.longs(1, 5 + i / 2).next(random);
            Origin origin = new Origin(
                    1, 1, sequence, Math.max(0, sequence - Gen.ints(1, 6).next(random)));
            OwnerKey key = new OwnerKey(7, Gen.ints(1, 3).next(random));
            Command acquire = new Acquire(origin, "a", key, 1, 1, 0, Waiting.QUEUE);
            Command withdraw = new Command.Withdraw(origin, key);
            Command release = new Command.Release(origin, key);
            steps.add(new Step(
                    0, Gen.of(acquire, acquire, withdraw, withdraw, release).next(random)));
        }
        return steps;
    }

    /** What a network does: it repeats what was sent and changes the order. */
    private static void disturb(List<Step> steps, RandomGenerator random) {
        for (int i = SESSIONS; i < steps.size() - 1; i++) {
            if (random.nextInt(8) == 0) {
                Step repeated = steps.get(random.nextInt(SESSIONS, i + 1));
                steps.add(i + 1, new Step(later(random), repeated.command()));
            } else if (random.nextInt(8) == 0) {
                Collections.swap(steps, i, i + 1);
            }
        }
    }

    private static long later(RandomGenerator random) {
        return Gen.of(0L, 0L, 0L, 1L, SECOND / 4, SECOND / 2, SECOND, -SECOND / 2)
                .next(random);
    }

    private static Command command(RandomGenerator random, long[] sequences) {
        int kind = random.nextInt(24);
        if (kind < 2) {
            return new Command.Tick();
        } else if (kind == 2) {
            return revoke(random);
        } else if (kind == 3) {
            return session(random, sequences);
        }
        Origin origin = origin(random, sequences);
        OwnerKey key = KEYS.next(random);
        if (kind < 12) {
            return acquire(random, origin, key);
        } else if (kind < 15) {
            return new Command.Release(origin, key);
        } else if (kind < 17) {
            return new Command.Withdraw(origin, key);
        } else if (kind < 20) {
            return new Command.Renew(origin, key, LEASES.next(random));
        } else if (kind < 22) {
            return new Command.HandOff(origin, key, TICKETS.next(random), LEASES.next(random));
        }
        return new Command.Adopt(
                origin, TICKETS.next(random), key, LEASES.next(random), RENEWINGS.next(random), ACTORS.next(random));
    }

    private static List<Step> tangle(RandomGenerator random) {
        List<Step> steps = new ArrayList<>();
        for (long session = 1; session <= SESSIONS; session++) {
            steps.add(new Step(0, opening(session).next(random)));
        }
        int length = Gen.ints(8, 40).next(random);
        for (int i = 1; i <= length; i++) {
            Origin origin = Origin.unnumbered(Gen.ints(1, SESSIONS).next(random));
            OwnerKey own = new OwnerKey(7, i);
            OwnerKey some = new OwnerKey(7, Gen.ints(1, i).next(random));
            Command command =
                    random.nextInt(4) > 0 ? tangling(random, origin, own) : untangling(random, origin, some, own);
            steps.add(new Step(random.nextInt(8) == 0 ? SECOND / 4 : 0, command));
        }
        return steps;
    }

    private static Command tangling(RandomGenerator random, Origin origin, OwnerKey key) {
        String name = Gen.of("a", "b", "c", "d").next(random);
        int capacity = name.equals("c") ? 3 : name.equals("d") ? Integer.MAX_VALUE : 1;
        int permits = Gen.of(1, 1, Math.min(2, capacity), capacity).next(random);
        String actor = Gen.of("", "A", "B", "C", "D", "E", "F").next(random);
        long lease = Gen.of(0L, 0L, 0L, 2 * SECOND).next(random);
        return new Acquire(origin, name, key, permits, capacity, lease, Waiting.QUEUE, RENEWINGS.next(random), actor);
    }

    private static Command untangling(RandomGenerator random, Origin origin, OwnerKey some, OwnerKey own) {
        OwnerKey ticket = TICKETS.next(random);
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> new Command.Release(origin, some);
            case 3 -> new Command.Withdraw(origin, some);
            case 4 -> new Command.HandOff(origin, some, ticket, SECOND);
            case 5 -> new Command.Adopt(origin, ticket, own, 0, Renewing.BY_SESSION, ACTORS.next(random));
            case 6 -> new Command.Revoke("a", Optional.empty(), Urgency.WHEN_SAFE);
            default -> new Command.Tick();
        };
    }

    private static List<Step> storing(RandomGenerator random) {
        List<Step> steps = new ArrayList<>();
        for (long session = 1; session <= SESSIONS; session++) {
            steps.add(new Step(0, opening(session).next(random)));
        }
        long[] sequences = new long[SESSIONS + 2];
        int length = Gen.ints(8, 40).next(random);
        for (int i = 0; i < length; i++) {
            Command command = random.nextInt(3) == 0 ? command(random, sequences) : write(random, sequences);
            steps.add(new Step(later(random), command));
        }
        disturb(steps, random);
        return steps;
    }

    private static Command write(RandomGenerator random, long[] sequences) {
        String key = Gen.of("", "k", "k", "k2", "l").next(random);
        // Versions are indices, and those begin above the start.
        long version = random.nextInt(3) == 0 ? START + Gen.ints(1, 40).next(random) : 0;
        long expected = random.nextInt(3) == 0 ? version : Command.ANY_VERSION;
        Optional<Guard> guard = random.nextInt(3) == 0
                ? Optional.of(
                        new Guard(NAMES.next(random), START + Gen.ints(1, 6).next(random)))
                : Optional.empty();
        Origin origin = origin(random, sequences);
        if (random.nextInt(4) == 0) {
            return new Command.DeleteRecord(origin, key, expected, guard);
        }
        Bytes value = Bytes.copyOf(new byte[] {(byte) random.nextInt(3)});
        return new Command.PutRecord(origin, key, value, LEASES.next(random), expected, guard);
    }

    private static Command session(RandomGenerator random, long[] sequences) {
        long id = Gen.longs(0, SESSIONS + 1).next(random);
        return switch (random.nextInt(4)) {
            case 0 -> opening(id).next(random);
            case 1 ->
                new Command.AttachSession(
                        id,
                        new OwnerKey(id, random.nextInt(4) == 0 ? 1 : 0),
                        Gen.ints(0, 3).next(random));
            case 2 -> new Command.RenewSession(origin(random, sequences));
            default -> new Command.EndSession(origin(random, sequences));
        };
    }

    private static Gen<Command> opening(long session) {
        OwnerKey secret = new OwnerKey(session, 0);
        Gen<Command> connection =
                Gen.of(new Command.OpenSession(session, SessionKind.CONNECTION, 0, secret, "connection " + session));
        Gen<Command> timed = Gen.of(2 * SECOND, 5 * SECOND, 5 * SECOND, SECOND - 1)
                .map(ttl -> new Command.OpenSession(session, SessionKind.TIMED, ttl, secret, "timed"));
        return Gen.oneOf(connection, timed);
    }

    private static Command acquire(RandomGenerator random, Origin origin, OwnerKey key) {
        String name = NAMES.next(random);
        // Mostly the capacity that everyone uses for the name, so that claims meet instead of being refused.
        int usual = name.equals("a") ? 1 : name.equals("b") ? 3 : Integer.MAX_VALUE;
        int capacity = random.nextInt(12) == 0 ? Gen.ints(0, 4).next(random) : usual;
        int permits = random.nextInt(3) == 0
                ? capacity
                : Gen.ints(capacity < 3 ? 1 : 0, 2).next(random);
        Waiting waiting = Gen.of(Waiting.QUEUE, Waiting.QUEUE, Waiting.NEVER).next(random);
        return new Acquire(
                origin,
                name,
                key,
                permits,
                capacity,
                LEASES.next(random),
                waiting,
                RENEWINGS.next(random),
                ACTORS.next(random));
    }

    private static Command revoke(RandomGenerator random) {
        Optional<OwnerKey> key = random.nextBoolean() ? Optional.empty() : Optional.of(KEYS.next(random));
        return new Command.Revoke(
                NAMES.next(random), key, Gen.of(Urgency.values()).next(random));
    }

    /** The next number of a session; now and then none, a far one, an old attachment, or a session that is not there. */
    private static Origin origin(RandomGenerator random, long[] sequences) {
        int session =
                random.nextInt(15) == 0 ? SESSIONS + 1 : Gen.ints(1, SESSIONS).next(random);
        int attachment = random.nextInt(10) == 0 ? 2 : 1;
        if (random.nextInt(4) == 0) {
            return new Origin(session, attachment, 0, 0);
        }
        if (random.nextInt(60) == 0) {
            return new Origin(session, attachment, -sequences[session] - 1, 0);
        }
        long sequence = ++sequences[session] + (random.nextInt(40) == 0 ? 16_384 : 0);
        // Mostly what a client can have acknowledged; now and then more than it has sent.
        long behind = Gen.ints(random.nextInt(20) == 0 ? -3 : 1, 8).next(random);
        return new Origin(session, attachment, sequence, Math.max(0, sequence - behind));
    }
}
