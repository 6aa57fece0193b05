package io.claviger.engine;

import static io.claviger.engine.Bench.key;
import static io.claviger.engine.Bench.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.engine.Command.Urgency;
import io.claviger.engine.Command.Waiting;
import io.claviger.engine.Event.Granted;
import io.claviger.engine.Event.Lost;
import io.claviger.engine.Event.NotHeld;
import io.claviger.engine.Event.Rejected;
import io.claviger.engine.Event.Renewed;
import io.claviger.engine.Event.Revoked;
import io.claviger.engine.Event.SessionEnded;
import io.claviger.engine.Event.Ticked;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Time: leases, the life of sessions, and administrative release. */
class LeasesAndSessionsTest {
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration TTL = Duration.ofSeconds(15);
    private static final Duration NANO = Duration.ofNanos(1);

    private final Bench bench = new Bench();

    @BeforeEach
    void openSessions() {
        bench.connect(1);
        bench.connect(2);
        bench.open(3, TTL);
    }

    @Test
    void S6_aLeaseEndsAtItsTimeAndNotBefore() {
        long token = token(leased(1, "a", 10));
        bench.acquire(2, "a", 20);
        bench.advance(LEASE.minus(NANO));
        assertThat(bench.tick()).isEqualTo(new Ticked(0));
        bench.advance(NANO);
        assertThat(bench.tick()).isEqualTo(new Ticked(1));
        assertThat(bench.notices())
                .containsExactly(
                        new Lost(1, key(10), "a", token, LossReason.EXPIRED),
                        new Granted(2, key(20), "a", 1, token + 1, 0));
        assertThat(bench.release(1, 10)).isInstanceOf(NotHeld.class);
    }

    @Test
    void S6_theLeaseOfAWaiterRunsFromItsGrant() {
        bench.acquire(2, "a", 20);
        leased(1, "a", 10);
        bench.advance(LEASE.multipliedBy(3));
        bench.tick();
        bench.release(2, 20);
        bench.advance(LEASE.minus(NANO));
        assertThat(bench.tick()).isEqualTo(new Ticked(0));
        bench.advance(NANO);
        assertThat(bench.tick()).isEqualTo(new Ticked(1));
    }

    @Test
    void S6_aRenewalRestartsTheLease() {
        bench.end(3);
        long token = token(leased(1, "a", 10));
        bench.advance(Duration.ofSeconds(9));
        assertThat(bench.renew(1, 10)).isEqualTo(new Renewed(1, key(10), token, LEASE.toNanos()));
        bench.advance(Duration.ofSeconds(9));
        assertThat(bench.tick()).isEqualTo(new Ticked(0));
        bench.advance(Duration.ofSeconds(1));
        assertThat(bench.tick()).isEqualTo(new Ticked(1));
    }

    @Test
    void S6_aRenewalMayChangeTheLength_shorterToo() {
        leased(1, "a", 10);
        bench.apply(new Command.Renew(
                Origin.unnumbered(1), key(10), Duration.ofSeconds(1).toNanos()));
        bench.advance(Duration.ofSeconds(1));
        assertThat(bench.tick()).isEqualTo(new Ticked(1));
    }

    @Test
    void S6_timeThatGoesBackCountsAsNoTime() {
        leased(1, "a", 10);
        bench.advance(Duration.ofSeconds(-5));
        assertThat(bench.tick()).isEqualTo(new Ticked(0));
        bench.advance(Duration.ofSeconds(5).plus(LEASE));
        assertThat(bench.tick()).isEqualTo(new Ticked(1));
    }

    @Test
    void aGrantWithoutALeaseMayBeGivenOneByARenewal_andRenewingItOtherwiseOnlyChecks() {
        long token = token(bench.acquire(1, "a", 10));
        assertThat(bench.renew(1, 10)).isEqualTo(new Renewed(1, key(10), token, 0));
        assertThat(bench.apply(new Command.Renew(Origin.unnumbered(1), key(10), -1)))
                .isEqualTo(new Rejected(1, Rejection.INVALID_LEASE));
        bench.apply(new Command.Renew(Origin.unnumbered(1), key(10), LEASE.toNanos()));
        bench.advance(LEASE);
        assertThat(bench.tick()).isEqualTo(new Ticked(1));
    }

    @Test
    void L3_aTimedSessionEndsWithoutContact_andItsClaimsWithIt() {
        bench.acquire(3, "a", 30);
        bench.acquire(1, "a", 10);
        bench.advance(TTL.minus(NANO));
        assertThat(bench.tick()).isEqualTo(new Ticked(0));
        bench.advance(NANO);
        assertThat(bench.tick()).isEqualTo(new Ticked(1));
        assertThat(bench.notices())
                .containsExactly(
                        new SessionEnded(3, EndReason.EXPIRED), new Granted(1, key(10), "a", 1, Bench.START + 2, 0));
    }

    @Test
    void sessionsThatEndTogetherEndInTheOrderOfTheirIds() {
        bench.open(5, TTL);
        bench.open(4, TTL);
        bench.advance(TTL);
        bench.tick();
        assertThat(bench.notices())
                .containsExactly(
                        new SessionEnded(3, EndReason.EXPIRED),
                        new SessionEnded(4, EndReason.EXPIRED),
                        new SessionEnded(5, EndReason.EXPIRED));
    }

    @Test
    void S5_aDyingSessionIsNotGrantedWhatDiesInTheSameTick() {
        leased(1, "a", 10);
        bench.acquire(3, "a", 30);
        bench.acquire(2, "a", 20);
        bench.advance(TTL);
        assertThat(bench.tick()).isEqualTo(new Ticked(2));
        assertThat(bench.grantedKeys()).containsExactly(key(20));
    }

    @Test
    void aLeaseThatEndsWithItsSessionIsNotCountedTwice() {
        leased(3, "a", 30);
        bench.advance(TTL);
        assertThat(bench.tick()).isEqualTo(new Ticked(1));
        assertThat(bench.notices()).containsExactly(new SessionEnded(3, EndReason.EXPIRED));
    }

    @Test
    void L6_oneRenewalOfASessionKeepsAllItsLeases() {
        for (int i = 0; i < 100; i++) {
            leased(3, "name-" + i, i);
        }
        for (int second = 0; second < 100; second += 9) {
            bench.advance(Duration.ofSeconds(9));
            assertThat(bench.renewSession(3)).isEqualTo(new Event.SessionRenewed(3));
            assertThat(bench.tick()).isEqualTo(new Ticked(0));
        }
        bench.advance(LEASE);
        assertThat(bench.tick()).isEqualTo(new Ticked(100));
    }

    @Test
    void theNextTickIsNeverLaterThanTheNextEnd() {
        assertThat(bench.machine().nextTickNanos()).isEqualTo(TTL.toNanos());
        leased(1, "a", 10);
        assertThat(bench.machine().nextTickNanos()).isEqualTo(LEASE.toNanos());
        bench.release(1, 10);
        bench.end(3);
        assertThat(bench.machine().nextTickNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void S4_anOlderAttachmentChangesNothing() {
        assertThat(bench.apply(new Command.AttachSession(3, Bench.SECRET, 2)))
                .isEqualTo(new Event.SessionAttached(3, 2));
        assertThat(bench.acquire(3, "a", 30)).isEqualTo(new Rejected(3, Rejection.STALE_ATTACHMENT));
        Origin fresh = new Origin(3, 2, 0, 0);
        assertThat(bench.apply(new Command.Acquire(fresh, "a", key(30), 1, 1, 0, Waiting.QUEUE)))
                .isInstanceOf(Granted.class);
    }

    @Test
    void S8_aRetriedAttachmentIsAnsweredAlike_andALateOneChangesNothing() {
        bench.apply(new Command.AttachSession(3, Bench.SECRET, 2));
        bench.advance(Duration.ofSeconds(10));
        assertThat(bench.apply(new Command.AttachSession(3, Bench.SECRET, 2)))
                .isEqualTo(new Event.SessionAttached(3, 2));
        bench.apply(new Command.AttachSession(3, Bench.SECRET, 3));
        assertThat(bench.apply(new Command.AttachSession(3, Bench.SECRET, 2)))
                .isEqualTo(new Rejected(3, Rejection.STALE_ATTACHMENT));
        bench.advance(TTL);
        assertThat(bench.tick()).isEqualTo(new Ticked(1));
    }

    @Test
    void attachingNeedsTheSecretAndALiveSession() {
        assertThat(bench.apply(new Command.AttachSession(3, key(0), 2)))
                .isEqualTo(new Rejected(3, Rejection.WRONG_SECRET));
        assertThat(bench.apply(new Command.AttachSession(8, Bench.SECRET, 2)))
                .isEqualTo(new Rejected(8, Rejection.UNKNOWN_SESSION));
    }

    @Test
    void attachingIsContact() {
        bench.advance(Duration.ofSeconds(14));
        bench.apply(new Command.AttachSession(3, Bench.SECRET, 2));
        bench.advance(Duration.ofSeconds(14));
        assertThat(bench.tick()).isEqualTo(new Ticked(0));
    }

    @Test
    void sessionsAreChecked() {
        assertThat(bench.connect(1)).isEqualTo(new Rejected(1, Rejection.SESSION_EXISTS));
        assertThat(bench.connect(0)).isEqualTo(new Rejected(0, Rejection.SESSION_EXISTS));
        assertThat(bench.open(9, Duration.ZERO)).isEqualTo(new Rejected(9, Rejection.INVALID_TIME_TO_LIVE));
        assertThat(bench.open(9, Duration.ofMinutes(11))).isEqualTo(new Rejected(9, Rejection.INVALID_TIME_TO_LIVE));
        assertThat(bench.apply(new Command.OpenSession(9, SessionKind.CONNECTION, 1, Bench.SECRET, "")))
                .isEqualTo(new Rejected(9, Rejection.INVALID_TIME_TO_LIVE));
        String longLabel = "x".repeat(Limits.MAX_LABEL_LENGTH + 1);
        assertThat(bench.apply(new Command.OpenSession(9, SessionKind.CONNECTION, 0, Bench.SECRET, longLabel)))
                .isEqualTo(new Rejected(9, Rejection.INVALID_LABEL));
        assertThat(bench.machine().sessionCount()).isEqualTo(3);
    }

    @Test
    void revokingNowPassesTheLockOnAtOnce() {
        long token = token(bench.acquire(1, "a", 10));
        bench.acquire(2, "a", 20);
        assertThat(bench.revoke("a", Urgency.NOW)).isEqualTo(new Revoked("a", 1));
        assertThat(bench.notices())
                .containsExactly(
                        new Lost(1, key(10), "a", token, LossReason.REVOKED),
                        new Granted(2, key(20), "a", 1, token + 1, 0));
    }

    @Test
    void S7_aRevokedGrantIsPassedOnWhenItsHolderConfirms() {
        bench.acquire(1, "a", 10);
        bench.acquire(2, "a", 20);
        bench.revoke("a", Urgency.WHEN_SAFE);
        assertThat(bench.notices()).hasSize(1);
        assertThat(bench.renew(1, 10)).isInstanceOf(NotHeld.class);
        assertThat(bench.acquire(1, "a", 10)).isInstanceOf(NotHeld.class);
        assertThat(bench.machine().lock("a", 9).orElseThrow().holders().get(0).revoked())
                .isTrue();
        bench.release(1, 10);
        assertThat(bench.grantedKeys()).containsExactly(key(20));
    }

    @Test
    void S7_aRevokedGrantIsPassedOnWhenItsValidityEnds_whateverIsRenewed() {
        bench.acquire(3, "a", 30, 1, 1, Duration.ofSeconds(60), Waiting.QUEUE);
        bench.acquire(1, "a", 10);
        bench.advance(Duration.ofSeconds(5));
        bench.revoke("a", Urgency.WHEN_SAFE);
        bench.renewSession(3);
        // The session, renewed last at 0 s, would have ended at 15 s: its holder counts on no more.
        bench.advance(Duration.ofSeconds(10).minus(NANO));
        assertThat(bench.tick()).isEqualTo(new Ticked(0));
        bench.advance(NANO);
        assertThat(bench.tick()).isEqualTo(new Ticked(1));
        // It was told when it was revoked, and is not told again.
        assertThat(bench.notices()).containsExactly(new Granted(1, key(10), "a", 1, Bench.START + 2, 0));
    }

    @Test
    void S9_whoeverGivesUpAGrantThatWasRevokedMeanwhileConfirmsIt() {
        bench.acquire(1, "a", 10);
        bench.acquire(2, "a", 20);
        bench.revoke("a", Urgency.WHEN_SAFE);
        assertThat(bench.withdraw(1, 10)).isEqualTo(new NotHeld(1, key(10)));
        assertThat(bench.grantedKeys()).containsExactly(key(20));
    }

    @Test
    void revokingTwiceTellsTheHolderOnce_andNowEndsWhatWaitedForItsHolder() {
        bench.acquire(1, "a", 10);
        bench.revoke("a", Urgency.WHEN_SAFE);
        assertThat(bench.revoke("a", Urgency.WHEN_SAFE)).isEqualTo(new Revoked("a", 1));
        assertThat(bench.notices()).isEmpty();
        assertThat(bench.revoke("a", Urgency.NOW)).isEqualTo(new Revoked("a", 1));
        assertThat(bench.machine().lock("a", 0)).isEmpty();
        assertThat(bench.revoke("a", Urgency.NOW)).isEqualTo(new Revoked("a", 0));
    }

    @Test
    void revokingOneKeyLeavesTheOthers() {
        bench.acquire(1, "s", 10, 1, 2, Duration.ZERO, Waiting.QUEUE);
        bench.acquire(2, "s", 20, 1, 2, Duration.ZERO, Waiting.QUEUE);
        Command revoke = new Command.Revoke("s", Optional.of(key(20)), Urgency.NOW);
        assertThat(bench.apply(revoke)).isEqualTo(new Revoked("s", 1));
        assertThat(bench.machine().lock("s", 0).orElseThrow().holders())
                .extracting(LockView.ClaimView::key)
                .containsExactly(key(10));
    }

    private Event.Reply leased(long session, String name, long key) {
        return bench.acquire(session, name, key, 1, 1, LEASE, Waiting.QUEUE);
    }
}
