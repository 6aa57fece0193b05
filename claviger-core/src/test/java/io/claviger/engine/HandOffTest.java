package io.claviger.engine;

import static io.claviger.engine.Bench.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.engine.Command.Renewing;
import io.claviger.engine.Command.Urgency;
import io.claviger.engine.Command.Waiting;
import io.claviger.engine.Event.Granted;
import io.claviger.engine.Event.HandedOff;
import io.claviger.engine.Event.Lost;
import io.claviger.engine.Event.NotHeld;
import io.claviger.engine.Event.Rejected;
import io.claviger.engine.Event.Reply;
import io.claviger.engine.LockView.ClaimView;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Grants that go from one session to another. Session 1 gives, 2 takes, 3 waits. Ticket 90 stands for key 10. */
class HandOffTest {
    private static final Duration PARK = Duration.ofSeconds(60);

    private final Bench bench = new Bench();

    @BeforeEach
    void openSessions() {
        bench.connect(1);
        bench.connect(2);
        bench.connect(3);
    }

    @Test
    void S3_theTokenStaysWhileParkedAndGrowsWithTheAdoption() {
        long given = Bench.token(bench.acquire(1, "a", 10));
        assertThat(handOff(10, 90)).isEqualTo(new HandedOff(1, key(10)));
        assertThat(bench.notices()).isEmpty();
        bench.advance(Duration.ofSeconds(20));
        bench.tick();
        long left = Duration.ofSeconds(40).toNanos();
        assertThat(holder("a")).isEqualTo(new ClaimView(key(90), 0, "", 1, given, 20, left, false, "", true));
        assertThat(adopt(2, 90, 20)).isEqualTo(new Granted(2, key(20), "a", 1, given + 1, 0));
        assertThat(bench.notices()).isEmpty();
        assertThat(holder("a").label()).isEqualTo("client 2");
        assertThat(holder("a").parked()).isFalse();
    }

    @Test
    void S1_nobodyIsGrantedThePermitsInBetween() {
        bench.acquire(1, "a", 10);
        bench.acquire(3, "a", 30);
        handOff(10, 90);
        assertThat(bench.notices()).isEmpty();
        assertThat(bench.tryAcquire(3, "a", 31)).isInstanceOf(Event.NotGranted.class);
        adopt(2, 90, 20);
        assertThat(bench.notices()).isEmpty();
        assertThat(bench.machine().position(key(30))).hasValue(1);
        bench.release(2, 20);
        assertThat(bench.grantedKeys()).containsExactly(key(30));
    }

    @Test
    void S1_allPermitsGoOverTogether() {
        bench.acquire(1, "s", 10, 3, 5, Duration.ZERO, Waiting.QUEUE);
        bench.acquire(3, "s", 30, 3, 5, Duration.ZERO, Waiting.QUEUE);
        handOff(10, 90);
        assertThat(bench.machine().lock("s", 0).orElseThrow().available()).isEqualTo(2);
        adopt(2, 90, 20);
        assertThat(bench.machine().lock("s", 0).orElseThrow().available()).isEqualTo(2);
        assertThat(holder("s").permits()).isEqualTo(3);
        assertThat(bench.machine().waiterCount()).isEqualTo(1);
    }

    @Test
    void S3_aHolderAmongManyKeepsItsPlaceWhileParked() {
        for (long key = 10; key < 13; key++) {
            bench.acquire(1, "s", key, 1, 3, Duration.ZERO, Waiting.QUEUE);
        }
        handOff(11, 91);
        assertHolders(10, 91, 12);
        handOff(10, 90);
        assertHolders(90, 91, 12);
        handOff(12, 92);
        assertHolders(90, 91, 92);
        adopt(2, 91, 21);
        assertHolders(90, 92, 21);
        adopt(2, 90, 20);
        bench.restart();
        assertHolders(92, 21, 20);
    }

    @Test
    void L1_aParkedGrantThatNobodyAdoptsPassesOn() {
        bench.acquire(1, "a", 10);
        bench.acquire(3, "a", 30);
        handOff(10, 90);
        bench.advance(PARK.minusNanos(1));
        bench.tick();
        assertThat(bench.notices()).isEmpty();
        bench.advance(Duration.ofNanos(1));
        assertThat(bench.machine().nextTickNanos()).isEqualTo(PARK.toNanos());
        assertThat(bench.tick()).isEqualTo(new Event.Ticked(1));
        // There is no holder who could be told.
        assertThat(bench.notices()).hasSize(1);
        assertThat(bench.grantedKeys()).containsExactly(key(30));
        assertThat(adopt(2, 90, 20)).isEqualTo(new NotHeld(2, key(20)));
    }

    @Test
    void anAdoptionBeforeTheTickThatWouldEndTheGrantComesInTime() {
        bench.acquire(1, "a", 10);
        handOff(10, 90);
        bench.advance(PARK.multipliedBy(2));
        assertThat(adopt(2, 90, 20)).isInstanceOf(Granted.class);
        assertThat(bench.tick()).isEqualTo(new Event.Ticked(0));
        assertThat(bench.machine().isHeld(2, key(20))).isTrue();
    }

    @Test
    void S4_onlyTheFirstAdopts() {
        bench.acquire(1, "a", 10);
        handOff(10, 90);
        adopt(2, 90, 20);
        assertThat(adopt(3, 90, 30)).isEqualTo(new NotHeld(3, key(30)));
        assertThat(adopt(2, 90, 21)).isEqualTo(new NotHeld(2, key(21)));
        assertThat(bench.machine().claimCount()).isEqualTo(1);
    }

    @Test
    void S4_theGiverHoldsNothingAnyMore() {
        bench.acquire(1, "a", 10);
        handOff(10, 90);
        assertThat(bench.machine().isHeld(1, key(10))).isFalse();
        assertThat(bench.release(1, 10)).isEqualTo(new NotHeld(1, key(10)));
        assertThat(bench.renew(1, 10)).isEqualTo(new NotHeld(1, key(10)));
        assertThat(handOff(10, 91)).isEqualTo(new NotHeld(1, key(10)));
        assertThat(bench.machine().lock("a", 0)).isPresent();
    }

    @Test
    void S4_onlyALiveGrantOfTheOwnSessionIsHandedOff() {
        assertThat(handOff(99, 90)).isEqualTo(new NotHeld(1, key(99)));
        bench.acquire(2, "a", 20);
        assertThat(handOff(20, 90)).isEqualTo(new NotHeld(1, key(20)));
        bench.acquire(1, "a", 10);
        assertThat(handOff(10, 90)).isEqualTo(new NotHeld(1, key(10)));
        bench.acquire(1, "b", 11, 1, 1, Duration.ofSeconds(5), Waiting.QUEUE);
        bench.revoke("b", Urgency.WHEN_SAFE);
        assertThat(handOff(11, 90)).isEqualTo(new NotHeld(1, key(11)));
        assertThat(adopt(3, 90, 30)).isEqualTo(new NotHeld(3, key(30)));
        assertThat(bench.machine().isHeld(2, key(20))).isTrue();
    }

    @Test
    void S4_aTicketInUseIsRefused() {
        bench.acquire(1, "a", 10);
        bench.acquire(1, "b", 11);
        handOff(10, 90);
        assertThat(handOff(11, 90)).isEqualTo(new Rejected(1, Rejection.KEY_MISMATCH));
        assertThat(handOff(11, 11)).isEqualTo(new Rejected(1, Rejection.KEY_MISMATCH));
        assertThat(bench.machine().isHeld(1, key(11))).isTrue();
    }

    @Test
    void noLeaseIsParkedForNoTimeOrForEver() {
        bench.acquire(1, "a", 10);
        for (long nanos : new long[] {0, -1, Limits.MAX_LEASE_NANOS + 1}) {
            assertThat(bench.apply(new Command.HandOff(Origin.unnumbered(1), key(10), key(90), nanos)))
                    .isEqualTo(new Rejected(1, Rejection.INVALID_LEASE));
        }
        assertThat(bench.machine().isHeld(1, key(10))).isTrue();
    }

    @Test
    void S4_anInvalidAdoptionLeavesTheGrantParked() {
        bench.acquire(1, "a", 10);
        handOff(10, 90);
        Origin origin = Origin.unnumbered(2);
        String tooLong = "x".repeat(Limits.MAX_ACTOR_LENGTH + 1);
        assertThat(bench.apply(new Command.Adopt(origin, key(90), key(20), -1, Renewing.BY_SESSION, "")))
                .isEqualTo(new Rejected(2, Rejection.INVALID_LEASE));
        assertThat(bench.apply(new Command.Adopt(origin, key(90), key(20), 0, Renewing.BY_SESSION, tooLong)))
                .isEqualTo(new Rejected(2, Rejection.INVALID_ACTOR));
        assertThat(holder("a").parked()).isTrue();
    }

    @Test
    void S4_aKeyInUseAdoptsNothing() {
        bench.acquire(1, "a", 10);
        bench.acquire(2, "b", 20);
        bench.acquire(3, "b", 30);
        handOff(10, 90);
        assertThat(adopt(3, 90, 20)).isEqualTo(new Rejected(3, Rejection.KEY_MISMATCH));
        assertThat(adopt(3, 90, 30)).isEqualTo(new Rejected(3, Rejection.KEY_MISMATCH));
        assertThat(adopt(2, 90, 20)).isEqualTo(new Rejected(2, Rejection.KEY_MISMATCH));
        assertThat(adopt(2, 90, 90)).isEqualTo(new Rejected(2, Rejection.KEY_MISMATCH));
        assertThat(holder("a").parked()).isTrue();
    }

    @Test
    void S5_theEndOfTheGiverDoesNotEndWhatItHandedOff() {
        bench.acquire(1, "a", 10);
        bench.acquire(3, "a", 30);
        handOff(10, 90);
        bench.end(1);
        assertThat(bench.notices()).isEmpty();
        assertThat(adopt(2, 90, 20)).isInstanceOf(Granted.class);
        bench.end(2);
        assertThat(bench.grantedKeys()).containsExactly(key(30));
    }

    @Test
    void S5_anEndedSessionNeitherGivesNorTakes() {
        bench.acquire(1, "a", 10);
        bench.acquire(2, "b", 20);
        handOff(10, 90);
        bench.end(2);
        assertThat(adopt(2, 90, 21)).isEqualTo(new Rejected(2, Rejection.UNKNOWN_SESSION));
        assertThat(bench.apply(new Command.HandOff(Origin.unnumbered(2), key(20), key(91), 1)))
                .isEqualTo(new Rejected(2, Rejection.UNKNOWN_SESSION));
        assertThat(adopt(3, 90, 30)).isInstanceOf(Granted.class);
    }

    @Test
    void S6_nobodyProlongsWhatIsParked() {
        bench.acquire(1, "a", 10);
        handOff(10, 90);
        bench.advance(PARK.dividedBy(2));
        assertThat(bench.renew(2, 90)).isEqualTo(new NotHeld(2, key(90)));
        bench.renewSession(1);
        bench.advance(PARK.dividedBy(2));
        assertThat(bench.tick()).isEqualTo(new Event.Ticked(1));
        assertThat(bench.machine().lockCount()).isZero();
    }

    @Test
    void S6_anAdoptedLeaseRunsFromItsAdoption() {
        Duration lease = Duration.ofSeconds(5);
        bench.acquire(1, "a", 10, 1, 1, lease, Waiting.QUEUE);
        bench.advance(Duration.ofSeconds(4));
        handOff(10, 90);
        bench.advance(Duration.ofSeconds(30));
        bench.tick();
        bench.apply(new Command.Adopt(Origin.unnumbered(2), key(90), key(20), lease.toNanos(), Renewing.BY_KEY, "job"));
        assertThat(holder("a").leaseLeftNanos()).isEqualTo(lease.toNanos());
        assertThat(holder("a").actor()).isEqualTo("job");
        bench.advance(Duration.ofSeconds(4));
        // By key only, so this does not count.
        bench.renewSession(2);
        bench.advance(Duration.ofSeconds(1));
        assertThat(bench.tick()).isEqualTo(new Event.Ticked(1));
        assertThat(bench.notices()).first().isInstanceOf(Lost.class);
    }

    @Test
    void S8_aRepeatedAdoptionReturnsTheSameGrant() {
        bench.acquire(1, "a", 10);
        handOff(10, 90);
        Reply adopted = adopt(2, 90, 20);
        assertThat(adopt(2, 90, 20)).isEqualTo(adopted);
        assertThat(adopt(3, 90, 20)).isEqualTo(new Rejected(3, Rejection.KEY_MISMATCH));
        bench.revoke("a", Urgency.WHEN_SAFE);
        assertThat(adopt(2, 90, 20)).isEqualTo(new NotHeld(2, key(20)));
    }

    @Test
    void S8_repeatedNumbersHandOffAndAdoptOnce() {
        bench.acquire(1, "a", 10);
        Command handOff = new Command.HandOff(numbered(1, 1), key(10), key(90), PARK.toNanos());
        Command adopt = new Command.Adopt(numbered(2, 1), key(90), key(20), 0, Renewing.BY_SESSION, "");
        Reply handedOff = bench.apply(handOff);
        assertThat(handedOff).isInstanceOf(HandedOff.class);
        assertThat(bench.apply(handOff)).isEqualTo(handedOff);
        Reply adopted = bench.apply(adopt);
        bench.restart();
        assertThat(bench.apply(handOff)).isEqualTo(handedOff);
        assertThat(bench.apply(adopt)).isEqualTo(adopted).isInstanceOf(Granted.class);
        bench.release(2, 20);
        assertThat(bench.apply(adopt)).isEqualTo(new NotHeld(2, key(20)));
        assertThat(bench.machine().claimCount()).isZero();
    }

    @Test
    void S9_aWithdrawnKeyAdoptsNothing() {
        bench.acquire(1, "a", 10);
        handOff(10, 90);
        bench.apply(new Command.Withdraw(numbered(2, 2), key(20)));
        assertThat(bench.apply(new Command.Adopt(numbered(2, 1), key(90), key(20), 0, Renewing.BY_SESSION, "")))
                .isEqualTo(new Rejected(2, Rejection.KEY_WITHDRAWN));
        assertThat(bench.apply(new Command.Adopt(numbered(2, 3), key(90), key(21), 0, Renewing.BY_SESSION, "")))
                .isInstanceOf(Granted.class);
    }

    @Test
    void S9_aWithdrawalDoesNotEndWhatIsParked() {
        bench.acquire(1, "a", 10);
        handOff(10, 90);
        assertThat(bench.withdraw(1, 90)).isEqualTo(new Event.Withdrawn(1, key(90)));
        assertThat(adopt(2, 90, 20)).isInstanceOf(Granted.class);
    }

    @Test
    void whoKnowsTheTicketMayRelease() {
        long token = Bench.token(bench.acquire(1, "a", 10));
        bench.acquire(3, "a", 30);
        handOff(10, 90);
        assertThat(bench.release(2, 90)).isEqualTo(new Event.Released(2, key(90), "a", token));
        assertThat(bench.notices()).hasSize(1);
        assertThat(bench.grantedKeys()).containsExactly(key(30));
    }

    @Test
    void S7_aParkedGrantThatIsRevokedEndsAtOnce() {
        bench.acquire(1, "a", 10);
        bench.acquire(3, "a", 30);
        handOff(10, 90);
        assertThat(bench.revoke("a", Urgency.WHEN_SAFE)).isEqualTo(new Event.Revoked("a", 1));
        assertThat(bench.notices()).hasSize(1);
        assertThat(bench.grantedKeys()).containsExactly(key(30));
        assertThat(adopt(2, 90, 20)).isEqualTo(new NotHeld(2, key(20)));
    }

    @Test
    void whatIsParkedSurvivesASnapshot() {
        bench.acquire(1, "a", 10);
        bench.acquire(3, "a", 30);
        handOff(10, 90);
        bench.end(1);
        bench.advance(Duration.ofSeconds(20));
        bench.tick();
        bench.restart();
        assertThat(holder("a").leaseLeftNanos())
                .isEqualTo(Duration.ofSeconds(40).toNanos());
        assertThat(holder("a").parked()).isTrue();
        assertThat(adopt(2, 90, 20)).isInstanceOf(Granted.class);
    }

    @Test
    void claimsOfTheParkingAndOfTheTakerAreLimited() {
        MachineState state = new MachineState(1, 1);
        for (long session = 1; session <= 2; session++) {
            run(state, new Command.OpenSession(session, SessionKind.CONNECTION, 0, Bench.SECRET, ""));
        }
        run(state, new Command.Acquire(Origin.unnumbered(1), "a", key(10), 1, 1, 0, Waiting.QUEUE));
        Command handOff = new Command.HandOff(Origin.unnumbered(1), key(10), key(90), 1);
        state.parking.claimCount = Limits.MAX_CLAIMS_PER_SESSION;
        assertThat(run(state, handOff)).isEqualTo(new Rejected(1, Rejection.TOO_MANY_CLAIMS));
        state.parking.claimCount = 0;
        assertThat(run(state, handOff)).isInstanceOf(HandedOff.class);
        Command adopt = new Command.Adopt(Origin.unnumbered(2), key(90), key(20), 0, Renewing.BY_SESSION, "");
        SessionState taker = Objects.requireNonNull(state.sessions.find(2));
        taker.claimCount = Limits.MAX_CLAIMS_PER_SESSION;
        assertThat(run(state, adopt)).isEqualTo(new Rejected(2, Rejection.TOO_MANY_CLAIMS));
        taker.claimCount = 0;
        assertThat(run(state, adopt)).isInstanceOf(Granted.class);
        new Invariants(state).check();
    }

    private static Event run(MachineState state, Command command) {
        state.advance(state.lastIndex + 1, 0);
        return new Step(state, state.lastIndex).run(command).get(0);
    }

    private void assertHolders(long... keys) {
        assertThat(bench.machine().lock("s", 0).orElseThrow().holders())
                .extracting(ClaimView::key)
                .containsExactly(Arrays.stream(keys).mapToObj(Bench::key).toArray(OwnerKey[]::new));
    }

    private ClaimView holder(String name) {
        return bench.machine().lock(name, 0).orElseThrow().holders().get(0);
    }

    private Reply handOff(long key, long ticket) {
        return bench.apply(new Command.HandOff(Origin.unnumbered(1), key(key), key(ticket), PARK.toNanos()));
    }

    private Reply adopt(long session, long ticket, long key) {
        return bench.apply(
                new Command.Adopt(Origin.unnumbered(session), key(ticket), key(key), 0, Renewing.BY_SESSION, ""));
    }

    private static Origin numbered(long session, long sequence) {
        return new Origin(session, 1, sequence, 0);
    }
}
