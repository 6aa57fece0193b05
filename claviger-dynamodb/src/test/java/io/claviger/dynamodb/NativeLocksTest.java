package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.FencingToken;
import io.claviger.IndeterminateException;
import io.claviger.Lease;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.dynamodb.ScriptedTable.Accident;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Our own layout: what is asked of the table, when, and what comes of accidents. */
@SuppressWarnings("MemberName")
class NativeLocksTest extends VirtualFixture {
    private static final BigDecimal ZERO = BigDecimal.ZERO;

    NativeLocksTest() {
        super(NativeLayout::new);
    }

    // ------------------------------------------------------------------------------------------ costs

    @Test
    void cycleWithoutRivalsIsTwoWritesAndNoRead() {
        for (int i = 0; i < 3; i++) {
            take(a, "x").release();
        }
        assertThat(tableOfA.writes).hasSize(6);
        assertThat(tableOfA.reads).isEmpty();
    }

    @Test
    void tryIsOneRequestHoweverItEnds() {
        take(a, "x");
        assertThat(b.lock("x").tryAcquire()).isEmpty();
        assertThat(b.lock("x").tryAcquire()).isEmpty();
        assertThat(tableOfB.requests()).isEqualTo(2);
    }

    @Test
    void refusedWriteTellsWhoHoldsSoNothingIsRead() {
        take(a, "x");
        queue(b, "x");
        assertThat(tableOfB.writes).hasSize(1);
        assertThat(tableOfB.reads).isEmpty();
    }

    @Test
    void renewalIsOneWriteInAThirdOfTheLease() {
        Lease lease = take(a, "x");
        tableOfA.reset();
        passSeconds(60);
        assertThat(tableOfA.writes).hasSizeBetween(9, 14);
        assertThat(tableOfA.reads).isEmpty();
        assertThat(lease.validity()).isGreaterThan(Duration.ofSeconds(12));
    }

    @Test
    void waitersOfAClientShareTheRequestsThatTheBudgetAllows() {
        take(a, "x");
        for (int i = 0; i < 16; i++) {
            queue(b, "x");
        }
        tableOfB.reset();
        passSeconds(10);
        assertThat(tableOfB.requests()).isBetween(85, 110);
        assertThat(tableOfB.writes).as("nothing that cannot succeed is written").isEmpty();
    }

    @Test
    void releaseByAnotherClientIsNoticedSoon() {
        Lease held = take(a, "x");
        CompletableFuture<Lease> waiting = queue(b, "x");
        passSeconds(30);
        held.release();
        passSeconds(0.125);
        assertThat(done(waiting).isValid()).isTrue();
    }

    @Test
    void firstLooksAreQuick() {
        Lease held = take(a, "x");
        CompletableFuture<Lease> waiting = queue(b, "x");
        held.release();
        passSeconds(0.026);
        assertThat(waiting).isDone();
    }

    @Test
    void handOverWithinAClientIsOneWriteAndInOrder() {
        Lease held = take(a, "x");
        List<CompletableFuture<Lease>> waiting = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            waiting.add(queue(a, "x"));
        }
        passSeconds(3);
        tableOfA.reset();
        for (CompletableFuture<Lease> next : waiting) {
            assertThat(next).isNotDone();
            FencingToken before = held.token();
            held.release();
            held = done(next);
            assertThat(held.token().value()).isEqualTo(before.value() + 1);
        }
        assertThat(tableOfA.requests()).isEqualTo(16);
        held.release();
        assertThat(item("x").number(NativeLayout.LEASE)).isEqualByComparingTo(ZERO);
    }

    @Test
    void nobodyAsksWhileTheClientHoldsTheNameItself() {
        take(a, "x", LockOptions.manualLease(Duration.ofSeconds(10)));
        queue(a, "x");
        tableOfA.reset();
        passSeconds(9);
        assertThat(tableOfA.requests()).isZero();
    }

    @Test
    void clientThatPassesALockOnWithinItselfLetsOthersHaveTheirTurn() {
        CompletableFuture<Lease> other = null;
        Lease held = take(a, "x");
        int handOvers = 0;
        while (other == null || !other.isDone()) {
            CompletableFuture<Lease> next = queue(a, "x");
            other = other == null ? queue(b, "x") : other;
            passSeconds(0.05);
            held.release();
            handOvers++;
            assertThat(handOvers).as("a turn has an end").isLessThan(400);
            for (int i = 0; i < 20 && !next.isDone() && !other.isDone(); i++) {
                passSeconds(0.05);
            }
            held = next.isDone() ? next.join() : other.join();
        }
        assertThat(handOvers).isGreaterThan(150);
    }

    // ------------------------------------------------------------------------------------------ time

    @Test
    void L3_crashedHolderIsFollowedWhenItsLeaseWasSeenToRunOut() {
        space.items.put("x", held("crashed", 20));
        CompletableFuture<Lease> waiting = queue(b, "x");
        passSeconds(19.9);
        assertThat(waiting).isNotDone();
        passSeconds(0.2);
        assertThat(done(waiting).token().value()).isEqualTo(8);
    }

    @Test
    void S6_holderThatRenewsIsNeverFollowed() {
        take(a, "x");
        CompletableFuture<Lease> waiting = queue(b, "x");
        passSeconds(200);
        assertThat(waiting).isNotDone();
    }

    @Test
    void tryRemembersWhatItSawAndTakesWhatHasRunOut() {
        space.items.put("x", held("crashed", 20));
        assertThat(b.lock("x").tryAcquire()).isEmpty();
        passSeconds(19);
        assertThat(b.lock("x").tryAcquire()).isEmpty();
        passSeconds(1.1);
        tableOfB.reset();
        take(b, "x");
        assertThat(tableOfB.requests()).isEqualTo(1);
    }

    @Test
    void S7_validityCountsFromTheSendingAndEndsWithTheLeaseLessAMargin() {
        Lease lease = take(a, "x", LockOptions.manualLease(Duration.ofSeconds(10)));
        assertThat(lease.validity()).isEqualTo(Duration.ofMillis(9_800));
        List<LossReason> losses = losses(lease);
        passSeconds(9.7);
        assertThat(losses).isEmpty();
        passSeconds(0.2);
        assertThat(losses).containsExactly(LossReason.EXPIRED);
        assertThat(item("x").number(NativeLayout.LEASE))
                .as("not before the margin")
                .isEqualByComparingTo("10");
        passSeconds(0.2);
        assertThat(item("x").number(NativeLayout.LEASE)).as("given back").isEqualByComparingTo(ZERO);
    }

    @Test
    void S7_suspendedHolderFindsItsValidityOver() {
        Lease lease = take(a, "x");
        List<LossReason> losses = losses(lease);
        space.time.suspend(Duration.ofSeconds(21));
        assertThat(lease.isValid()).isFalse();
        assertThat(losses).containsExactly(LossReason.SUSPENDED);
    }

    @Test
    void S7_holderThatCannotRenewIsToldBeforeAnybodyElseIsGranted() {
        Lease lease = take(a, "x");
        List<LossReason> losses = losses(lease);
        CompletableFuture<Boolean> next = queue(b, "x").thenApply(granted -> !losses.isEmpty() && !lease.isValid());
        Accident[] silence = new Accident[200];
        java.util.Arrays.fill(silence, Accident.LOST);
        tableOfA.expect(silence);
        passSeconds(30);
        assertThat(losses).containsExactly(LossReason.SERVER_UNREACHABLE);
        assertThat(done(next)).isTrue();
    }

    @Test
    void leaseShorterThanTheNetworkAllowsIsRefused() {
        LockOptions hasty = LockOptions.lease(Duration.ofMillis(100));
        assertThatThrownBy(() -> a.lock("x", hasty).tryAcquire())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from 200 ms to 876000 h")
                .hasMessageContaining("but this is 100 ms");
        assertThat(tableOfA.requests()).isZero();
    }

    // ------------------------------------------------------------------------------------------ accidents

    @Test
    void S8_repeatedAcquireIsNoRival() {
        tableOfA.expect(Accident.REPEATED);
        Lease lease = take(a, "x");
        assertThat(tableOfA.requests()).isEqualTo(1);
        assertThat(item("x").whole(NativeLayout.TOKEN, 0))
                .isEqualTo(lease.token().value());
        lease.release();
    }

    @Test
    void S8_repeatedRenewalAndReleaseAreNoLosses() {
        Lease lease = take(a, "x");
        tableOfA.expect(Accident.REPEATED, Accident.REPEATED);
        lease.renew();
        lease.release();
        take(b, "x");
    }

    @Test
    void S8_releaseThatWasOvertakenByTheNextHolderIsNoLoss() {
        Lease lease = take(a, "x");
        tableOfA.expect(Accident.DONE_UNANSWERED);
        CompletableFuture<Void> released = lease.releaseAsync();
        assertThat(released).isNotDone();
        take(b, "x");
        passSeconds(1);
        assertThat(released).isCompleted();
        assertThat(released).isNotCompletedExceptionally();
    }

    @Test
    void S4_releaseOfWhatSomebodyTookAwayIsALoss() {
        Lease lease = take(a, "x");
        space.items.put("x", held("thief", 20));
        assertThatThrownBy(lease::release).hasMessageContaining("EXPIRED");
        assertThat(item("x").text(NativeLayout.VERSION)).isEqualTo("thief");
    }

    @Test
    void unansweredRenewalsAreRememberedByTheNextOne() {
        Lease lease = take(a, "x");
        tableOfA.expect(Accident.DONE_UNANSWERED, Accident.LOST, Accident.DONE_UNANSWERED);
        CompletableFuture<Void> renewed = lease.renewAsync();
        assertThat(renewed).isNotDone();
        passSeconds(2);
        done(renewed);
        assertThat(lease.validity()).isGreaterThan(Duration.ofSeconds(17));
        lease.release();
        take(b, "x");
    }

    @Test
    void releaseKnowsOfTheRenewalThatIsUnderWay() {
        Lease lease = take(a, "x");
        tableOfA.expect(Accident.HELD_UP);
        CompletableFuture<Void> renewing = lease.renewAsync();
        lease.release();
        take(b, "x").release();
        tableOfA.arrive();
        assertThat(failure(renewing)).isInstanceOf(IllegalStateException.class);
        take(b, "x");
    }

    @Test
    void S9_unansweredTryIsGivenBack() {
        tableOfA.expect(Accident.DONE_UNANSWERED);
        assertThatThrownBy(() -> a.lock("x").tryAcquire())
                .isInstanceOf(IndeterminateException.class)
                .hasMessageContaining("'x'");
        passSeconds(1);
        take(b, "x");
    }

    @Test
    void S9_grantThatCrossesAWithdrawalIsGivenBack() {
        tableOfA.expect(Accident.HELD_UP);
        CompletableFuture<Lease> waiting = queue(a, "x");
        waiting.cancel(true);
        assertThat(b.lock("x").tryAcquire()).isEmpty();
        tableOfA.arrive();
        take(b, "x");
    }

    @Test
    void S9_grantThatCrossesItsLimitGoesToTheNextWhoWaits() {
        tableOfA.expect(Accident.HELD_UP);
        CompletableFuture<Optional<Lease>> limited = a.lock("x").acquireAsync(Duration.ofSeconds(1));
        CompletableFuture<Lease> next = queue(a, "x");
        passSeconds(1.1);
        assertThat(done(limited)).isEmpty();
        tableOfA.arrive();
        assertThat(done(next).isValid()).isTrue();
    }

    @Test
    void waiterOutlastsThrottling() {
        tableOfA.expect(Accident.THROTTLED, Accident.THROTTLED, Accident.LOST, Accident.THROTTLED);
        CompletableFuture<Lease> waiting = queue(a, "x");
        passSeconds(10);
        assertThat(done(waiting).isValid()).isTrue();
    }

    @Test
    void throttledTryFailsAndLimitedWaitSaysWhyNothingCame() {
        tableOfA.expect(Accident.THROTTLED);
        assertThatThrownBy(() -> a.lock("x").tryAcquire()).isInstanceOf(UnavailableException.class);
        Accident[] all = new Accident[50];
        java.util.Arrays.fill(all, Accident.THROTTLED);
        tableOfA.expect(all);
        CompletableFuture<Optional<Lease>> limited = a.lock("y").acquireAsync(Duration.ofSeconds(3));
        passSeconds(3.1);
        assertThat(failure(limited)).isInstanceOf(UnavailableException.class).hasMessageContaining("an accident");
    }

    @Test
    void deniedAccessFailsAllWhoWait() {
        tableOfA.expect(Accident.HELD_UP, Accident.DENIED);
        take(b, "x");
        CompletableFuture<Lease> one = queue(a, "x");
        CompletableFuture<Lease> two = queue(a, "x");
        b.close();
        tableOfA.arrive();
        passSeconds(1);
        assertThat(failure(one)).isInstanceOf(RejectedException.class).hasMessageContaining("an accident");
        assertThat(failure(two)).isInstanceOf(RejectedException.class);
    }

    // ------------------------------------------------------------------------------------------ items

    @Test
    void S3_tokenGoesOnFromTheTombstoneAndFromTheClockWhenThatIsForgotten() {
        Lease first = take(a, "x");
        first.release();
        assertThat(item("x").has(NativeLayout.EXPIRES)).isTrue();
        Lease second = take(b, "x");
        assertThat(second.token().value()).isEqualTo(first.token().value() + 1);
        assertThat(item("x").has(NativeLayout.EXPIRES))
                .as("what is held is never forgotten")
                .isFalse();
        second.release();
        pass(Duration.ofMinutes(1));
        space.items.forgetReleased(space.time.wallMillis());
        assertThat(space.items.peek("x")).isEmpty();
        assertThat(take(a, "x").token()).isGreaterThan(second.token());
    }

    @Test
    void itemsOfOthersAreLeftAlone() {
        Item foreign = new Item(Map.of("colour", "green", NativeLayout.LEASE, ZERO));
        Item lynk =
                new Item(Map.of(NativeLayout.VERSION, "v", NativeLayout.LEASE, BigDecimal.ONE, NativeLayout.HOST, "h"));
        for (Item item : List.of(foreign, lynk)) {
            space.items.put("x", item);
            assertThat(failure(a.lock("x").acquireAsync()))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("'x'")
                    .hasMessageContaining("native");
            passSeconds(60);
            assertThat(failure(a.semaphore("x", 3).acquireAsync())).isInstanceOf(RejectedException.class);
            assertThat(item("x")).isEqualTo(item.with(Table.KEY, "x"));
        }
    }

    @Test
    void namesThatNoItemCanHaveAreRefused() {
        assertThatThrownBy(() -> a.lock("ü".repeat(1_025)).tryAcquire())
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("2048 bytes")
                .hasMessageContaining("2050");
        assertThatThrownBy(() -> a.lock("lynk-fence/x").tryAcquire())
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("lynk-fence/");
        take(a, "ü".repeat(1_024));
    }

    @Test
    void S11_writerOfAClientIsNotStarvedByItsReaders() {
        Lease reader = done(a.readWriteLock("x").readLock().acquireAsync());
        CompletableFuture<Lease> writer = a.readWriteLock("x").writeLock().acquireAsync();
        CompletableFuture<Lease> late = a.readWriteLock("x").readLock().acquireAsync();
        passSeconds(5);
        assertThat(writer).isNotDone();
        assertThat(late).isNotDone();
        reader.release();
        passSeconds(0.2);
        done(writer).release();
        passSeconds(0.2);
        assertThat(done(late).isValid()).isTrue();
    }

    @Test
    void S10_crashedHolderOfPermitsIsReplacedAlone() {
        Lease alive = done(a.semaphore("x", 2).acquireAsync());
        Item shared = item("x");
        Item grants = java.util.Objects.requireNonNull(shared.map(SharedItems.GRANTS));
        Item dead = new Item(
                Map.of("version", "dead", "lease", BigDecimal.TEN, "permits", BigDecimal.ONE, "token", BigDecimal.ONE));
        space.items.put("x", shared.with(SharedItems.GRANTS, grants.with("dead", dead)));
        CompletableFuture<Lease> next = b.semaphore("x", 2).acquireAsync();
        passSeconds(9.9);
        assertThat(next).isNotDone();
        passSeconds(0.3);
        assertThat(done(next).isValid()).isTrue();
        assertThat(alive.isValid()).isTrue();
        alive.release();
    }

    private static Item held(String version, int leaseSeconds) {
        return new Item(Map.of(
                NativeLayout.VERSION,
                version,
                NativeLayout.KEY,
                version,
                NativeLayout.LEASE,
                BigDecimal.valueOf(leaseSeconds),
                NativeLayout.HOST,
                "somebody",
                NativeLayout.TOKEN,
                BigDecimal.valueOf(7)));
    }
}
