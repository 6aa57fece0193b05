package io.claviger.engine;

import static io.claviger.engine.Bench.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.engine.Command.Acquire;
import io.claviger.engine.Command.Release;
import io.claviger.engine.Command.Waiting;
import io.claviger.engine.Command.Withdraw;
import io.claviger.engine.Event.Granted;
import io.claviger.engine.Event.NotHeld;
import io.claviger.engine.Event.Queued;
import io.claviger.engine.Event.Rejected;
import io.claviger.engine.Event.Released;
import io.claviger.engine.Event.Reply;
import io.claviger.engine.Event.Withdrawn;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Retries: one effect for each sequence number (S8). */
class ExactlyOnceTest {
    private final Bench bench = new Bench();

    @BeforeEach
    void openSessions() {
        bench.connect(1);
        bench.connect(2);
    }

    @Test
    void S8_aRetriedReleaseIsAnsweredAlikeAndFreesNobodyElsesGrant() {
        acquire(1, 1, 10);
        Reply first = release(1, 2, 10);
        acquire(1, 3, 11);
        assertThat(first).isInstanceOf(Released.class);
        assertThat(release(1, 2, 10)).isEqualTo(first);
        assertThat(bench.machine().lock("a", 0)).isPresent();
    }

    @Test
    void S8_aRetriedTryThatWasRefusedStaysRefused() {
        acquire(2, 1, 20);
        Reply refused = send(new Acquire(origin(1, 1, 0), "a", key(10), 1, 1, 0, Waiting.NEVER));
        release(2, 2, 20);
        assertThat(send(new Acquire(origin(1, 1, 0), "a", key(10), 1, 1, 0, Waiting.NEVER)))
                .isEqualTo(refused);
        assertThat(bench.machine().lock("a", 0)).isEmpty();
    }

    @Test
    void S8_aRetriedAcquireAnswersHowTheClaimStandsNow() {
        acquire(2, 1, 20);
        assertThat(acquire(1, 1, 10)).isInstanceOf(Queued.class);
        assertThat(acquire(1, 1, 10)).isInstanceOf(Queued.class);
        release(2, 2, 20);
        assertThat(acquire(1, 1, 10)).isInstanceOf(Granted.class);
        release(1, 2, 10);
        assertThat(acquire(1, 1, 10)).isEqualTo(new NotHeld(1, key(10)));
        assertThat(bench.machine().claimCount()).isZero();
    }

    @Test
    void S8_aRetriedGrantThatWasLostMeanwhileIsNotPromisedAgain() {
        Acquire leased = new Acquire(
                origin(1, 1, 0), "a", key(10), 1, 1, Duration.ofSeconds(1).toNanos(), Waiting.QUEUE);
        assertThat(send(leased)).isInstanceOf(Granted.class);
        bench.advance(Duration.ofSeconds(1));
        bench.tick();
        assertThat(send(leased)).isEqualTo(new NotHeld(1, key(10)));
    }

    @Test
    void S8_aRetriedGrantIsAnsweredAlike_untilItIsRevoked() {
        Reply granted = acquire(1, 1, 10);
        assertThat(acquire(1, 1, 10)).isEqualTo(granted);
        bench.revoke("a", Command.Urgency.WHEN_SAFE);
        assertThat(acquire(1, 1, 10)).isEqualTo(new NotHeld(1, key(10)));
    }

    @Test
    void S8_aRetryOfARequestThatWasWithdrawnIsNotQueuedAgain() {
        acquire(2, 1, 20);
        assertThat(acquire(1, 1, 10)).isInstanceOf(Queued.class);
        send(new Withdraw(origin(1, 2, 0), key(10)));
        assertThat(acquire(1, 1, 10)).isEqualTo(new NotHeld(1, key(10)));
        send(new Withdraw(origin(1, 3, 0), key(10)));
        assertThat(acquire(1, 4, 10)).isEqualTo(new Rejected(1, Rejection.KEY_WITHDRAWN));
    }

    @Test
    void S8_numbersMayComeOutOfOrder() {
        assertThat(acquire(1, 5, 10)).isInstanceOf(Granted.class);
        assertThat(release(1, 3, 10)).isInstanceOf(Released.class);
        assertThat(release(1, 3, 10)).isInstanceOf(Released.class);
        assertThat(acquire(1, 5, 10)).isInstanceOf(NotHeld.class);
    }

    @Test
    void S8_anAcknowledgedNumberIsRefused() {
        acquire(1, 1, 10);
        send(new Release(origin(1, 2, 1), key(10)));
        assertThat(acquire(1, 1, 10)).isEqualTo(new Rejected(1, Rejection.SEQUENCE_FORGOTTEN));
        // An acknowledgement cannot cover the command that carries it.
        assertThat(send(new Release(origin(1, 3, 900), key(10)))).isInstanceOf(NotHeld.class);
        assertThat(send(new Release(origin(1, 3, 900), key(10)))).isInstanceOf(NotHeld.class);
        assertThat(send(new Release(origin(1, -4, 0), key(10)))).isEqualTo(new Rejected(1, Rejection.INVALID_SEQUENCE));
    }

    @Test
    void S8_numbersBeyondTheLimitAreRefused_andHarmNoSnapshot() {
        for (long sequence : new long[] {Long.MIN_VALUE, -1, Limits.MAX_NUMBER, Long.MAX_VALUE - 2}) {
            assertThat(send(new Release(origin(1, sequence, Long.MAX_VALUE - 3), key(10))))
                    .isEqualTo(new Rejected(1, Rejection.INVALID_SEQUENCE));
        }
        long last = Limits.MAX_NUMBER - 1;
        assertThat(send(new Release(origin(1, last, last - 1), key(10)))).isInstanceOf(NotHeld.class);
        bench.restart();
        assertThat(send(new Release(origin(1, last, 0), key(10)))).isInstanceOf(NotHeld.class);
    }

    @Test
    void S8_aRetriedRenewalOfALostLeaseIsNotPromisedAgain() {
        send(new Acquire(
                origin(1, 1, 0), "a", key(10), 1, 1, Duration.ofSeconds(10).toNanos(), Waiting.QUEUE));
        bench.advance(Duration.ofSeconds(5));
        Command renewal = new Command.Renew(origin(1, 2, 0), key(10), 0);
        Reply renewed = send(renewal);
        assertThat(renewed).isInstanceOf(Event.Renewed.class);
        assertThat(send(renewal)).isEqualTo(renewed);
        bench.advance(Duration.ofSeconds(10));
        bench.tick();
        assertThat(send(renewal)).isEqualTo(new NotHeld(1, key(10)));
    }

    @Test
    void S8_aRetryAnswersForItsOwnRequestEvenIfItsKeyWasUsedAgain() {
        acquire(1, 1, 10);
        acquire(2, 1, 20);
        acquire(2, 2, 21);
        release(1, 2, 10);
        send(new Acquire(origin(1, 3, 0), "b", key(10), 1, 1, 0, Waiting.QUEUE));
        assertThat(acquire(1, 1, 10)).isEqualTo(new NotHeld(1, key(10)));
        send(new Withdraw(origin(2, 3, 0), key(21)));
        bench.apply(new Acquire(Origin.unnumbered(1), "b", key(21), 1, 1, 0, Waiting.QUEUE));
        assertThat(acquire(2, 2, 21)).isEqualTo(new NotHeld(2, key(21)));
    }

    @Test
    void S8_theNamesInKeptRepliesAreBounded() {
        String name = "n".repeat(Limits.MAX_NAME_LENGTH);
        int fit = Limits.MAX_UNACKNOWLEDGED_CHARACTERS / Limits.MAX_NAME_LENGTH;
        for (int i = 1; i <= fit; i++) {
            send(new Acquire(origin(1, i, 0), name, key(i), 1, 1, 0, Waiting.NEVER));
        }
        assertThat(acquire(1, fit + 1, 999)).isEqualTo(new Rejected(1, Rejection.SEQUENCE_TOO_FAR_AHEAD));
        assertThat(bench.machine().snapshot().length).isLessThan(2 * Limits.MAX_NAME_LENGTH);
        assertThat(send(new Acquire(origin(1, fit + 1, 1), "a", key(999), 1, 1, 0, Waiting.NEVER)))
                .isInstanceOf(Granted.class);
    }

    @Test
    void S8_numbersTooFarAheadAreRefused() {
        long limit = Limits.MAX_UNACKNOWLEDGED;
        assertThat(acquire(1, limit, 10)).isInstanceOf(Granted.class);
        assertThat(acquire(1, limit + 1, 11)).isEqualTo(new Rejected(1, Rejection.SEQUENCE_TOO_FAR_AHEAD));
        assertThat(send(new Release(origin(1, limit + 1, 1), key(10)))).isInstanceOf(Released.class);
    }

    @Test
    void S8_repliesSurviveASnapshot() {
        acquire(1, 1, 10);
        Reply released = release(1, 2, 10);
        send(new Command.Renew(origin(1, 3, 0), key(10), 0));
        send(new Command.RenewSession(origin(1, 4, 0)));
        send(new Acquire(origin(1, 5, 0), "", key(11), 1, 1, 0, Waiting.NEVER));
        bench.restart();
        assertThat(release(1, 2, 10)).isEqualTo(released);
        assertThat(acquire(1, 5, 12)).isEqualTo(new Rejected(1, Rejection.INVALID_NAME));
    }

    @Test
    void S9_aWithdrawalThatOvertakesItsAcquireKeepsItFromBeingGranted() {
        assertThat(send(new Withdraw(origin(1, 2, 0), key(10)))).isEqualTo(new Withdrawn(1, key(10)));
        assertThat(acquire(1, 1, 10)).isEqualTo(new Rejected(1, Rejection.KEY_WITHDRAWN));
        assertThat(acquire(1, 3, 11)).isInstanceOf(Granted.class);
    }

    @Test
    void S9_theMarkOfAWithdrawalSurvivesASnapshot_andGoesWithItsAcknowledgement() {
        send(new Withdraw(origin(1, 2, 0), key(10)));
        send(new Withdraw(origin(1, 3, 0), key(11)));
        bench.restart();
        assertThat(acquire(1, 1, 10)).isEqualTo(new Rejected(1, Rejection.KEY_WITHDRAWN));
        // After number 2 is acknowledged, number 1 is refused anyway, so its mark may go.
        assertThat(send(new Acquire(origin(1, 4, 2), "a", key(10), 1, 1, 0, Waiting.QUEUE)))
                .isInstanceOf(Granted.class);
        assertThat(send(new Acquire(origin(1, 5, 2), "b", key(11), 1, 1, 0, Waiting.QUEUE)))
                .isEqualTo(new Rejected(1, Rejection.KEY_WITHDRAWN));
        send(new Command.RenewSession(origin(1, 6, 5)));
        assertThat(acquire(1, 7, 11)).isInstanceOf(Queued.class);
    }

    @Test
    void S8_keptRepliesAreBounded() {
        for (int i = 1; i <= 100_000; i++) {
            Reply reply = bench.machine()
                                    .apply(
                                            bench.machine().lastIndex() + 1,
                                            0,
                                            new Command.RenewSession(origin(1, i, i - 10)))
                                    .get(0)
                            instanceof Reply answer
                    ? answer
                    : null;
            assertThat(reply).isEqualTo(new Event.SessionRenewed(1));
        }
        assertThat(bench.machine().snapshot().length).isLessThan(500);
    }

    private Reply acquire(long session, long sequence, long key) {
        return send(new Acquire(origin(session, sequence, 0), "a", key(key), 1, 1, 0, Waiting.QUEUE));
    }

    private Reply release(long session, long sequence, long key) {
        return send(new Release(origin(session, sequence, 0), key(key)));
    }

    private Reply send(Command command) {
        return bench.apply(command);
    }

    private static Origin origin(long session, long sequence, long acknowledged) {
        return new Origin(session, 1, sequence, acknowledged);
    }
}
