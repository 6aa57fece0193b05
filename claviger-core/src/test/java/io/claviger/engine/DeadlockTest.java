package io.claviger.engine;

import static io.claviger.engine.Bench.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.engine.Command.Acquire;
import io.claviger.engine.Command.Renewing;
import io.claviger.engine.Command.Urgency;
import io.claviger.engine.Command.Waiting;
import io.claviger.engine.Event.Deadlock;
import io.claviger.engine.Event.Granted;
import io.claviger.engine.Event.Queued;
import io.claviger.engine.Event.Reply;
import io.claviger.engine.Event.Wait;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Actors that wait for each other. All of them are of session 1, unless a test is about sessions. */
class DeadlockTest {
    private static final String NOBODY = "";
    private static final int ALL = Limits.READ_WRITE_CAPACITY;

    private final Bench bench = new Bench();
    private long keys = 100;

    @BeforeEach
    void openSessions() {
        bench.connect(1);
        bench.connect(2);
    }

    @Test
    void theSecondOfTwoActorsIsRefused() {
        assertGranted(mutex("A", "x"));
        assertGranted(mutex("B", "y"));
        assertQueued(mutex("A", "y"));
        int before = bench.machine().claimCount();
        long key = keys;
        assertThat(mutex("B", "x")).isEqualTo(new Deadlock(1, key(key), waits("B", "x", "A", "y")));
        assertThat(bench.notices()).isEmpty();
        assertThat(bench.machine().claimCount()).isEqualTo(before);
        assertThat(bench.machine().waiterCount()).isEqualTo(1);
        assertThat(bench.machine().isHeld(1, key(key - 2))).isTrue();
        assertThat(bench.machine().lock("x", 9).orElseThrow().waiters()).isEmpty();
    }

    @Test
    void whatTheRefusedActorHoldsStaysUntilItReleases() {
        mutex("A", "x");
        long held = keys;
        mutex("B", "y");
        long waiting = keys;
        mutex("A", "y");
        assertDeadlock(mutex("B", "x"));
        bench.release(1, held);
        assertThat(bench.grantedKeys()).containsExactly(key(waiting));
        assertQueued(mutex("B", "x"));
    }

    @Test
    void aCircleOfThreeIsNamedInItsOrder() {
        mutex("A", "x");
        mutex("B", "y");
        mutex("C", "z");
        assertQueued(mutex("A", "y"));
        assertQueued(mutex("B", "z"));
        assertThat(cycle(mutex("C", "x"))).isEqualTo(waits("C", "x", "A", "y", "B", "z"));
    }

    @Test
    void anActorThatWaitsForItselfIsRefused() {
        mutex("A", "x");
        assertThat(cycle(mutex("A", "x"))).isEqualTo(waits("A", "x"));
        assertGranted(read("A", "rw"));
        assertThat(cycle(write("A", "rw"))).isEqualTo(waits("A", "rw"));
    }

    @Test
    void aTryFailsAsEver() {
        mutex("A", "x");
        assertThat(bench.apply(
                        new Acquire(Origin.unnumbered(1), "x", key(5), 1, 1, 0, Waiting.NEVER, Renewing.BY_KEY, "A")))
                .isEqualTo(new Event.NotGranted(1, key(5), "x"));
    }

    @Test
    void permitsFromOutsideTheCircleAreAWayOut() {
        assertGranted(ask("A", "s", 1, 2));
        assertGranted(ask("C", "s", 1, 2));
        mutex("B", "y");
        assertQueued(mutex("A", "y"));
        long waiting = keys;
        assertQueued(ask("B", "s", 1, 2));
        bench.withdraw(1, waiting);
        assertThat(cycle(ask("B", "s", 2, 2))).isEqualTo(waits("B", "s", "A", "y"));
    }

    @Test
    void allPermitsInTheCircleAreNoWayOut() {
        assertGranted(ask("A", "s", 1, 2));
        assertGranted(ask("C", "s", 1, 2));
        mutex("B", "y");
        assertQueued(mutex("A", "y"));
        assertQueued(mutex("C", "y"));
        assertThat(cycle(ask("B", "s", 1, 2))).isEqualTo(waits("B", "s", "A", "y"));
    }

    @Test
    void S11_readersAndWritersDeadlockToo() {
        assertGranted(read("A", "rw"));
        assertGranted(read("C", "rw"));
        assertGranted(write("B", "other"));
        assertQueued(read("A", "other"));
        assertThat(cycle(write("B", "rw"))).isEqualTo(waits("B", "rw", "A", "other"));
    }

    @Test
    void aWaiterMayBeStuckBehindAnOlderOneOnly() {
        read("A", "rw");
        mutex("C", "z");
        mutex("B", "w");
        assertQueued(write("B", "rw"));
        // There is room for C, but B came first, and B waits for A.
        assertQueued(read("C", "rw"));
        assertThat(cycle(mutex("A", "z"))).isEqualTo(waits("A", "z", "C", "rw"));
        assertThat(cycle(mutex("A", "w"))).isEqualTo(waits("A", "w", "B", "rw"));
    }

    @Test
    void aWaiterWithoutAnActorBlocksThoseBehindIt_andIsNeverRefused() {
        read("A", "rw");
        mutex("C", "z");
        assertQueued(write(NOBODY, "rw"));
        assertQueued(read("C", "rw"));
        assertThat(cycle(mutex("A", "z"))).isEqualTo(waits("A", "z", "C", "rw"));
        assertQueued(mutex(NOBODY, "z"));
    }

    @Test
    void requestsWithoutAnActorNeverFail() {
        mutex(NOBODY, "x");
        mutex(NOBODY, "y");
        assertQueued(mutex(NOBODY, "x"));
        assertQueued(mutex(NOBODY, "y"));
        mutex("A", "z");
        assertQueued(mutex("A", "x"));
        assertQueued(mutex(NOBODY, "z"));
    }

    @Test
    void aHolderWithoutAnActorCountsAsFree() {
        mutex(NOBODY, "x");
        mutex("B", "y");
        assertQueued(mutex(NOBODY, "y"));
        assertQueued(mutex("B", "x"));
        mutex("A", "z");
        assertQueued(mutex("A", "y"));
        assertQueued(mutex("B", "x"));
    }

    @Test
    void anActorIsStuckOnlyIfAllItsWaitsAre() {
        mutex("A", "x");
        mutex("B", "y");
        mutex(NOBODY, "free");
        assertQueued(mutex("A", "free"));
        long other = keys;
        assertQueued(mutex("A", "y"));
        assertQueued(mutex("B", "x"));
        // Now both waits of A are stuck, and so is whoever waits for either.
        bench.withdraw(1, other - 1);
        mutex("C", "z");
        assertThat(cycle(mutex("C", "x"))).isEqualTo(waits("A", "y", "B", "x"));
    }

    @Test
    void actorsAreTheSameOverSessions() {
        mutex("A", "x");
        bench.apply(asked(2, "B", "y", 1, 1));
        bench.apply(asked(2, "A", "y", 1, 1));
        assertDeadlock(bench.apply(asked(2, "B", "x", 1, 1)));
        assertDeadlock(mutex("B", "x"));
    }

    @Test
    void S9_whoGivesUpLetsTheOthersGoOn() {
        mutex("A", "x");
        mutex("B", "y");
        long waiting = keys;
        assertQueued(mutex("A", "y"));
        assertDeadlock(mutex("B", "x"));
        bench.withdraw(1, waiting);
        assertQueued(mutex("B", "x"));
    }

    @Test
    void S5_theEndOfASessionEndsItsPartOfTheCircle() {
        mutex("A", "x");
        mutex("B", "y");
        bench.apply(asked(2, "A", "y", 1, 1));
        bench.end(2);
        assertQueued(mutex("B", "x"));
    }

    @Test
    void aRevokedHolderWhoseTimeRunsOutIsAWayOut() {
        assertGranted(bench.apply(new Acquire(
                Origin.unnumbered(1),
                "x",
                key(1),
                1,
                1,
                Duration.ofSeconds(10).toNanos(),
                Waiting.QUEUE,
                Renewing.BY_SESSION,
                "A")));
        mutex("B", "y");
        assertQueued(mutex("A", "y"));
        bench.revoke("x", Urgency.WHEN_SAFE);
        long waiting = keys;
        assertQueued(mutex("B", "x"));
        bench.advance(Duration.ofSeconds(10));
        bench.tick();
        assertThat(bench.grantedKeys()).containsExactly(key(waiting));
    }

    @Test
    void aRevokedHolderThatOnlyItselfEndsIsNone() {
        mutex("A", "x");
        mutex("B", "y");
        assertQueued(mutex("A", "y"));
        bench.revoke("x", Urgency.WHEN_SAFE);
        assertDeadlock(mutex("B", "x"));
    }

    @Test
    void whatIsHandedOffIsNobodysUntilItIsAdopted() {
        long given = keys;
        mutex("A", "x");
        mutex("B", "y");
        assertQueued(mutex("A", "y"));
        bench.apply(new Command.HandOff(Origin.unnumbered(1), key(given), key(9), 1_000));
        long waiting = keys;
        assertQueued(mutex("B", "x"));
        bench.withdraw(1, waiting);
        bench.apply(new Command.Adopt(Origin.unnumbered(2), key(9), key(8), 0, Renewing.BY_SESSION, "A"));
        assertDeadlock(mutex("B", "x"));
    }

    @Test
    void S8_aRepeatedRequestIsRefusedAgain_alsoWhenItCouldWaitNow() {
        mutex("A", "x");
        long held = keys;
        mutex("B", "y");
        mutex("A", "y");
        Command numbered =
                new Acquire(new Origin(1, 1, 1, 0), "x", key(7), 1, 1, 0, Waiting.QUEUE, Renewing.BY_SESSION, "B");
        Reply refused = bench.apply(numbered);
        assertThat(refused).isInstanceOf(Deadlock.class);
        bench.restart();
        bench.release(1, held);
        assertThat(bench.apply(numbered)).isEqualTo(refused);
    }

    @Test
    void actorsSurviveASnapshot() {
        mutex("A", "x");
        mutex("B", "y");
        mutex("A", "y");
        bench.restart();
        assertThat(cycle(mutex("B", "x"))).isEqualTo(waits("B", "x", "A", "y"));
    }

    @Test
    void anActorIsBoundedAndWellFormed() {
        assertThat(mutex("a".repeat(Limits.MAX_ACTOR_LENGTH + 1), "x"))
                .isEqualTo(new Event.Rejected(1, Rejection.INVALID_ACTOR));
        assertThat(mutex("half \ud800", "x")).isEqualTo(new Event.Rejected(1, Rejection.INVALID_ACTOR));
        assertGranted(mutex("a".repeat(Limits.MAX_ACTOR_LENGTH), "x"));
    }

    @Test
    void aLongCircleIsFound_andATooLongOneIsLeftToWait() {
        assertDeadlock(closeCircle(Limits.MAX_DEADLOCK_SEARCH / 4));
        assertQueued(closeCircle(Limits.MAX_DEADLOCK_SEARCH));
    }

    @Test
    void anActorWithTooManyClaimsIsLeftToWait() {
        for (int i = 0; i < Limits.MAX_DEADLOCK_SEARCH; i++) {
            mutex("A", "x" + i);
        }
        assertQueued(mutex("A", "x0"));
    }

    @Test
    void behindTooManyWaitersARequestWaits() {
        mutex("A", "x");
        for (int i = 0; i <= Limits.MAX_DEADLOCK_SEARCH; i++) {
            bench.machine().apply(bench.machine().lastIndex() + 1, 0, asked(1, NOBODY, "x", 1, 1));
        }
        assertQueued(mutex("A", "x"));
    }

    @Test
    void S8_theTextOfKeptRefusalsIsBounded() {
        String name = "n".repeat(Limits.MAX_NAME_LENGTH);
        mutex("A", name);
        int fit = Limits.MAX_UNACKNOWLEDGED_CHARACTERS / Limits.MAX_NAME_LENGTH;
        for (int i = 1; i <= fit; i++) {
            assertDeadlock(numbered(i, 0, name));
        }
        assertThat(numbered(fit + 1, 0, name)).isEqualTo(new Event.Rejected(1, Rejection.SEQUENCE_TOO_FAR_AHEAD));
        assertThat(bench.machine().snapshot().length).isLessThan(2 * Limits.MAX_NAME_LENGTH);
        assertDeadlock(numbered(fit + 1, 1, name));
    }

    @Test
    void sessionsAreSuspectedWhereNoActorWasTold() {
        bench.acquire(1, "x", 10);
        bench.acquire(2, "y", 20);
        assertThat(bench.machine().suspectedCycle("x")).isEmpty();
        assertThat(bench.machine().suspectedCycle("unknown")).isEmpty();
        bench.acquire(1, "y", 11);
        assertThat(bench.machine().suspectedCycle("y")).isEmpty();
        bench.acquire(2, "x", 21);
        assertThat(bench.machine().suspectedCycle("x")).isEqualTo(waits("client 2", "x", "client 1", "y"));
        assertThat(bench.machine().suspectedCycle("y")).isEqualTo(waits("client 1", "y", "client 2", "x"));
        bench.release(1, 10);
        assertThat(bench.machine().suspectedCycle("y")).isEmpty();
    }

    @Test
    void suspicionKeepsActorsAndTheirSessionApart() {
        mutex("A", "x");
        bench.acquire(2, "y", 20);
        bench.acquire(1, "y", 11);
        bench.acquire(2, "x", 21);
        // Session 1 waits for y, but x is held by its actor A, who does not wait.
        assertThat(bench.machine().suspectedCycle("x")).isEmpty();
        mutex("A", "y");
        assertThat(bench.machine().suspectedCycle("x")).isEqualTo(waits("client 2", "x", "A", "y"));
    }

    @Test
    void suspicionLooksAtAllWhoWait() {
        bench.acquire(2, "s", 20, 1, 2, Duration.ZERO, Waiting.QUEUE);
        assertGranted(ask("free", "s", 1, 2));
        assertQueued(ask("B", "s", 1, 2));
        // The oldest can be granted when "free" releases, and whoever wants all permits never.
        bench.acquire(1, "x", 10);
        bench.acquire(1, "s", 11, 2, 2, Duration.ZERO, Waiting.QUEUE);
        bench.acquire(2, "x", 21);
        assertThat(bench.machine().suspectedCycle("s")).isEqualTo(waits("client 1", "s", "client 2", "x"));
    }

    /** A thousand actors in one queue: each search goes through the queue once, not once for each who waits in it. */
    @Test
    void aLongQueueIsSearchedInOnePass() {
        mutex(NOBODY, "x");
        for (int i = 0; i < Limits.MAX_DEADLOCK_SEARCH - 1; i++) {
            assertQueued((Reply) bench.machine()
                    .apply(bench.machine().lastIndex() + 1, 0, asked(1, "actor " + i, "x", 1, 1))
                    .get(0));
        }
        assertThat(bench.machine().waiterCount()).isEqualTo(Limits.MAX_DEADLOCK_SEARCH - 1);
    }

    /** Actor i holds name i and waits for the next; returns what the last one hears, who waits for the first. */
    private Reply closeCircle(int actors) {
        for (int i = 0; i < actors; i++) {
            assertGranted(mutex(actors + " actor " + i, actors + " name " + i));
        }
        for (int i = 0; i < actors - 1; i++) {
            assertQueued(mutex(actors + " actor " + i, actors + " name " + (i + 1)));
        }
        return mutex(actors + " actor " + (actors - 1), actors + " name 0");
    }

    private Reply numbered(long sequence, long acknowledged, String name) {
        Origin origin = new Origin(1, 1, sequence, acknowledged);
        return bench.apply(new Acquire(origin, name, key(keys++), 1, 1, 0, Waiting.QUEUE, Renewing.BY_SESSION, "A"));
    }

    private Reply mutex(String actor, String name) {
        return ask(actor, name, 1, 1);
    }

    private Reply read(String actor, String name) {
        return ask(actor, name, 1, ALL);
    }

    private Reply write(String actor, String name) {
        return ask(actor, name, ALL, ALL);
    }

    private Reply ask(String actor, String name, int permits, int capacity) {
        return bench.apply(asked(1, actor, name, permits, capacity));
    }

    private Acquire asked(long session, String actor, String name, int permits, int capacity) {
        return new Acquire(
                Origin.unnumbered(session),
                name,
                key(keys++),
                permits,
                capacity,
                0,
                Waiting.QUEUE,
                Renewing.BY_SESSION,
                actor);
    }

    private static void assertGranted(Reply reply) {
        assertThat(reply).isInstanceOf(Granted.class);
    }

    private static void assertQueued(Reply reply) {
        assertThat(reply).isInstanceOf(Queued.class);
    }

    private static void assertDeadlock(Reply reply) {
        assertThat(reply).isInstanceOf(Deadlock.class);
    }

    private static List<Wait> cycle(Reply reply) {
        assertDeadlock(reply);
        return ((Deadlock) reply).cycle();
    }

    private static List<Wait> waits(String... actorsAndNames) {
        return java.util.stream.IntStream.range(0, actorsAndNames.length / 2)
                .mapToObj(i -> new Wait(actorsAndNames[2 * i], actorsAndNames[2 * i + 1]))
                .toList();
    }
}
