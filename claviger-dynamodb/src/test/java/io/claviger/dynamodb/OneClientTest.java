package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.LossReason;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.dynamodb.ScriptedTable.Accident;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What goes on within one client: its thread, its names, its end. */
@SuppressWarnings("MemberName")
class OneClientTest extends VirtualFixture {
    private static final int NAMES = 300;

    private final DirectLoop loop = new DirectLoop();
    private final ScriptedTable table = new ScriptedTable(space.items);
    private final DynamoBackend backend = new DynamoBackend(
            new DynamoSettings("c", LEASE.toNanos(), DynamoConfig.DEFAULT_REQUESTS_PER_SECOND, Runnable::run),
            table,
            space.layout,
            space.time,
            loop,
            new SeededChance(3));
    private final LockClient c = LockClient.over(backend);

    OneClientTest() {
        super(NativeLayout::new);
    }

    @Test
    void S7_aLossIsToldInTime_thoughTheThreadOfTheClientIsBlocked() {
        // As by a provider of credentials that waits for somebody.
        Lease lease = take(c, "x");
        List<LossReason> losses = losses(lease);
        loop.freeze(true);
        passSeconds(19);
        assertThat(losses).isEmpty();
        passSeconds(0.9);
        assertThat(losses).hasSize(1);
        loop.freeze(false);
        passSeconds(1);
        take(a, "x");
        c.close();
        loop.check();
    }

    @Test
    void renewalsThatAreAskedForOftenInTroubleDoNotMultiply() {
        Lease lease = take(a, "x");
        Accident[] silence = new Accident[500];
        Arrays.fill(silence, Accident.LOST);
        tableOfA.expect(silence);
        for (int i = 0; i < 50; i++) {
            lease.renewAsync();
        }
        tableOfA.reset();
        passSeconds(10);
        assertThat(tableOfA.requests()).isLessThan(12);
    }

    @Test
    void L6_renewalsAreNotQueuedBehindHundredsOfRequestsThatATableDoesNotAnswer() {
        Lease held = take(a, "held");
        List<CompletableFuture<Lease>> waiting = new ArrayList<>();
        Accident[] silence = new Accident[NAMES];
        Arrays.fill(silence, Accident.HELD_UP);
        tableOfA.reset();
        tableOfA.expect(silence);
        for (int i = 0; i < NAMES; i++) {
            waiting.add(queue(a, "name-" + i));
        }
        assertThat(tableOfA.requests())
                .as("fewer than the connections that the SDK has")
                .isLessThan(50);
        tableOfA.writes.clear();
        CompletableFuture<Optional<Lease>> trial = a.lock("late").tryAcquireAsync();
        CompletableFuture<Optional<Lease>> limited = a.lock("late").acquireAsync(Duration.ofSeconds(2));
        passSeconds(2.1);
        assertThat(failure(limited)).isInstanceOf(UnavailableException.class).hasMessageContaining("unanswered");
        passSeconds(2.1);
        assertThat(failure(trial)).isInstanceOf(UnavailableException.class).hasMessageContaining("unanswered");
        held.renewAsync();
        assertThat(tableOfA.writes).extracting(Write::key).containsExactly("held");
        for (int i = 0; i < NAMES; i++) {
            tableOfA.arrive();
        }
        waiting.forEach(lease -> assertThat(done(lease).isValid()).isTrue());
    }

    @Test
    void aClientWithASmallBudgetRestsNoLongerThanItsTurnIsWorth() {
        DynamoSettings thrifty = new DynamoSettings("d", LEASE.toNanos(), 0.01, Runnable::run);
        DirectLoop alone = new DirectLoop();
        try (LockClient d = LockClient.over(
                new DynamoBackend(thrifty, table, space.layout, space.time, alone, new SeededChance(4)))) {
            Lease held = take(d, "x");
            int handOvers = 0;
            for (int i = 0; i < 300; i++) {
                CompletableFuture<Lease> next = queue(d, "x");
                passSeconds(0.05);
                held.releaseAsync();
                for (int waited = 0; !next.isDone() && waited < 40; waited++) {
                    passSeconds(0.1);
                }
                held = done(next);
                handOvers++;
            }
            assertThat(handOvers).isEqualTo(300);
        }
        alone.check();
    }

    @Test
    void anAdoptedLeaseIsKnownToThoseWhoWait_howeverManyNamesWereAskedForMeanwhile() {
        String text = take(a, "x").handOff(Duration.ofMinutes(10));
        tableOfB.expect(Accident.HELD_UP);
        CompletableFuture<Lease> adopted = b.adoptAsync(text);
        assertThat(b.lock("x").tryAcquire()).isEmpty();
        for (int i = 0; i < 10_001; i++) {
            take(b, "name-" + i).release();
        }
        tableOfB.arrive();
        CompletableFuture<Lease> waiting = queue(b, "x");
        done(adopted).release();
        Lease next = done(waiting);
        CompletableFuture<Lease> last = queue(b, "x");
        b.close();
        assertThat(failure(last)).isInstanceOf(RejectedException.class);
        assertThat(next.isValid()).isFalse();
    }

    @Test
    void whatIsBeingAdoptedWhenTheClientIsClosedGoesBack() {
        String text = take(a, "x").handOff(Duration.ofMinutes(10));
        table.expect(Accident.HELD_UP);
        CompletableFuture<Lease> adopted = c.adoptAsync(text);
        // On its thread, where a close waits for nothing.
        loop.execute(c::close);
        assertThat(adopted).isNotDone();
        table.arrive();
        assertThat(item("x").number(NativeLayout.LEASE)).isEqualByComparingTo(BigDecimal.ZERO);
        loop.check();
    }
}
