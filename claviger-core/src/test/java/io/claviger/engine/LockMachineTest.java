package io.claviger.engine;

import static io.claviger.engine.Bench.key;
import static io.claviger.engine.Bench.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.engine.Command.Acquire;
import io.claviger.engine.Command.Waiting;
import io.claviger.engine.Event.Granted;
import io.claviger.engine.Event.NotGranted;
import io.claviger.engine.Event.NotHeld;
import io.claviger.engine.Event.Queued;
import io.claviger.engine.Event.Rejected;
import io.claviger.engine.Event.Released;
import io.claviger.engine.Event.Withdrawn;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Granting, queueing and giving back. */
class LockMachineTest {
    private static final Duration NO_LEASE = Duration.ZERO;

    private final Bench bench = new Bench();

    @BeforeEach
    void openSessions() {
        bench.connect(1);
        bench.connect(2);
        bench.connect(3);
    }

    @Test
    void S1_aMutexIsGrantedOnce() {
        assertThat(bench.acquire(1, "a", 10)).isInstanceOf(Granted.class);
        assertThat(bench.acquire(2, "a", 20)).isEqualTo(new Queued(2, key(20), "a"));
        assertThat(bench.tryAcquire(3, "a", 30)).isEqualTo(new NotGranted(3, key(30), "a"));
        assertThat(bench.machine().claimCount()).isEqualTo(2);
    }

    @Test
    void S1_permitsNeverExceedTheCapacity() {
        assertThat(semaphore(1, 10, 2)).isInstanceOf(Granted.class);
        assertThat(semaphore(1, 11, 1)).isInstanceOf(Granted.class);
        assertThat(semaphore(2, 20, 1)).isInstanceOf(Queued.class);
        LockView view = bench.machine().lock("s", 10).orElseThrow();
        assertThat(view.available()).isZero();
        assertThat(view.holders()).extracting(LockView.ClaimView::permits).containsExactly(2, 1);
    }

    @Test
    void S3_tokensOnlyGrow_overReleaseAndOverNames() {
        long first = token(bench.acquire(1, "a", 10));
        bench.release(1, 10);
        long second = token(bench.acquire(1, "a", 11));
        long third = token(bench.acquire(2, "b", 20));
        assertThat(first).isGreaterThan(Bench.START);
        assertThat(List.of(first, second, third)).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void S3_oneReleaseGivesEachOfSeveralReadersItsOwnToken() {
        bench.write(1, "rw", 10);
        bench.read(2, "rw", 20);
        bench.read(3, "rw", 30);
        bench.release(1, 10);
        assertThat(bench.notices())
                .extracting(event -> ((Granted) event).token())
                .containsExactly(Bench.START + 2, Bench.START + 3);
    }

    @Test
    void S4_aKeyThatHoldsNothingReleasesNothing() {
        bench.acquire(1, "a", 10);
        bench.acquire(2, "a", 20);
        bench.release(1, 10);
        assertThat(bench.release(1, 10)).isEqualTo(new NotHeld(1, key(10)));
        assertThat(bench.release(2, 99)).isEqualTo(new NotHeld(2, key(99)));
        assertThat(bench.machine().lock("a", 0).orElseThrow().holders())
                .extracting(LockView.ClaimView::key)
                .containsExactly(key(20));
    }

    @Test
    void S4_aWaitersKeyReleasesNothing() {
        bench.acquire(1, "a", 10);
        bench.acquire(2, "a", 20);
        assertThat(bench.release(2, 20)).isInstanceOf(NotHeld.class);
        assertThat(bench.renew(2, 20)).isInstanceOf(NotHeld.class);
        assertThat(bench.machine().position(key(20))).hasValue(1);
    }

    @Test
    void S4_anotherSessionThatKnowsTheKeyMayRelease_andTheHolderIsTold() {
        long token = token(bench.acquire(1, "a", 10));
        bench.acquire(3, "a", 30);
        assertThat(bench.release(2, 10)).isEqualTo(new Released(2, key(10), "a", token));
        assertThat(bench.notices())
                .containsExactly(
                        new Event.Lost(1, key(10), "a", token, LossReason.RELEASED),
                        new Granted(3, key(30), "a", 1, token + 1, 0));
    }

    @Test
    void S5_anEndedSessionIsGrantedNothing() {
        bench.end(1);
        assertThat(bench.acquire(1, "a", 10)).isEqualTo(new Rejected(1, Rejection.UNKNOWN_SESSION));
        assertThat(bench.end(1)).isEqualTo(new Rejected(1, Rejection.UNKNOWN_SESSION));
    }

    @Test
    void S5_aSessionThatEndsIsNotGrantedWhatItHeldItself() {
        bench.acquire(1, "a", 10);
        bench.acquire(1, "a", 11);
        bench.acquire(2, "a", 20);
        bench.end(1);
        assertThat(bench.grantedKeys()).containsExactly(key(20));
        assertThat(bench.machine().lastToken()).isEqualTo(Bench.START + 2);
    }

    @Test
    void S9_aWithdrawnWaiterIsNeverGranted() {
        bench.acquire(1, "a", 10);
        bench.acquire(2, "a", 20);
        bench.acquire(3, "a", 30);
        assertThat(bench.withdraw(2, 20)).isEqualTo(new Withdrawn(2, key(20)));
        bench.release(1, 10);
        assertThat(bench.grantedKeys()).containsExactly(key(30));
    }

    @Test
    void S9_aGrantThatCameFirstIsTheAnswerToItsWithdrawal() {
        Event granted = bench.acquire(1, "a", 10);
        assertThat(bench.withdraw(1, 10)).isEqualTo(granted);
        assertThat(bench.withdraw(2, 10)).isEqualTo(new Withdrawn(2, key(10)));
        assertThat(bench.machine().lock("a", 0)).isPresent();
    }

    @Test
    void S10_mismatchesAreRejectedAndChangeNothing() {
        bench.acquire(1, "a", 10);
        assertRejected(acquire(2, "a", 20, 1, 2), Rejection.CAPACITY_MISMATCH);
        assertRejected(acquire(1, "b", 10, 1, 1), Rejection.KEY_MISMATCH);
        assertRejected(acquire(2, "a", 10, 1, 1), Rejection.KEY_MISMATCH);
        assertRejected(acquire(1, "b", 11, 3, 2), Rejection.INVALID_PERMITS);
        assertRejected(acquire(1, "b", 11, 0, 2), Rejection.INVALID_PERMITS);
        assertRejected(acquire(1, "b", 11, 1, 0), Rejection.INVALID_CAPACITY);
        assertThat(bench.machine().lockCount()).isEqualTo(1);
        assertThat(bench.machine().claimCount()).isEqualTo(1);
    }

    @Test
    void S10_sameKeyWithOtherPermitsIsRejected() {
        acquire(1, "s", 10, 1, 3);
        assertRejected(acquire(1, "s", 10, 2, 3), Rejection.KEY_MISMATCH);
        assertRejected(acquire(1, "s", 10, 1, 4), Rejection.KEY_MISMATCH);
        assertThat(acquire(1, "s", 10, 1, 3)).isInstanceOf(Granted.class);
    }

    @Test
    void S10_aFreeNameMayHaveAnotherCapacity() {
        acquire(1, "s", 10, 1, 3);
        bench.release(1, 10);
        assertThat(acquire(1, "s", 11, 1, 4)).isInstanceOf(Granted.class);
    }

    @Test
    void S11_aWriterExcludesEveryone_andReadersShare() {
        assertThat(bench.read(1, "rw", 10)).isInstanceOf(Granted.class);
        assertThat(bench.read(2, "rw", 20)).isInstanceOf(Granted.class);
        assertThat(bench.write(3, "rw", 30)).isInstanceOf(Queued.class);
        bench.release(1, 10);
        assertThat(bench.grantedKeys()).isEmpty();
        bench.release(2, 20);
        assertThat(bench.grantedKeys()).containsExactly(key(30));
        assertThat(bench.read(1, "rw", 11)).isInstanceOf(Queued.class);
    }

    @Test
    void S11_aWriterThatGivesUpLetsTheReadersBehindItIn() {
        bench.read(1, "rw", 10);
        bench.write(2, "rw", 20);
        bench.read(3, "rw", 30);
        bench.read(3, "rw", 31);
        bench.withdraw(2, 20);
        assertThat(bench.grantedKeys()).containsExactly(key(30), key(31));
    }

    @Test
    void L1_aReleaseGrantsTheNextInTheSameStep() {
        bench.acquire(1, "a", 10);
        bench.acquire(2, "a", 20);
        bench.release(1, 10);
        assertThat(bench.grantedKeys()).containsExactly(key(20));
    }

    @Test
    void L2_aRequestNeverOvertakesAnOlderOne() {
        semaphore(1, 10, 2);
        semaphore(2, 20, 3);
        // One permit is free, but the older request waits for three.
        assertThat(semaphore(3, 30, 1)).isInstanceOf(Queued.class);
        assertThat(acquire(3, "s", 31, 1, 3, Waiting.NEVER)).isInstanceOf(NotGranted.class);
        bench.release(1, 10);
        assertThat(bench.grantedKeys()).containsExactly(key(20));
        bench.release(2, 20);
        assertThat(bench.grantedKeys()).containsExactly(key(30));
    }

    @Test
    void L2_tenThousandWaitersAreServedInOrder_alsoAfterWithdrawals() {
        bench.connect(9);
        LockMachine machine = bench.machine();
        for (int i = 0; i <= 10_000; i++) {
            apply(machine, new Acquire(Origin.unnumbered(9), "q", key(i), 1, 1, 0, Waiting.QUEUE));
        }
        for (int i = 2; i <= 10_000; i += 2) {
            apply(machine, new Command.Withdraw(Origin.unnumbered(9), key(i)));
        }
        machine.checkInvariants();
        for (int i = 0; i < 9_999; i = i == 0 ? 1 : i + 2) {
            List<Event> events = apply(machine, new Command.Release(Origin.unnumbered(9), key(i)));
            assertThat(((Granted) events.get(1)).key()).isEqualTo(key(i == 0 ? 1 : i + 2));
        }
    }

    @Test
    void L3_aSessionThatEndsFreesEverythingItHas() {
        bench.acquire(1, "a", 10);
        bench.acquire(1, "b", 11);
        bench.acquire(2, "b", 20);
        bench.acquire(1, "b", 12);
        assertThat(bench.end(1)).isEqualTo(new Event.SessionEnded(1, EndReason.CLOSED));
        assertThat(bench.grantedKeys()).containsExactly(key(20));
        assertThat(bench.machine().lock("a", 0)).isEmpty();
        assertThat(bench.machine().claimCount()).isEqualTo(1);
    }

    @Test
    void L4_aReleaseWakesOneWaiter() {
        bench.acquire(1, "a", 10);
        for (int i = 0; i < 50; i++) {
            bench.acquire(2, "a", 20 + i);
        }
        bench.release(1, 10);
        assertThat(bench.notices()).hasSize(1);
    }

    @Test
    void L8_anIdleNameIsForgotten() {
        for (int i = 0; i < 1_000; i++) {
            bench.acquire(1, "name-" + i, i);
            bench.release(1, i);
        }
        assertThat(bench.machine().lockCount()).isZero();
        assertThat(bench.machine().claimCount()).isZero();
    }

    @Test
    void aRepeatedAcquireWithTheSameKeyAnswersHowItStands() {
        Event granted = bench.acquire(1, "a", 10);
        assertThat(bench.acquire(1, "a", 10)).isEqualTo(granted);
        Event queued = bench.acquire(2, "a", 20);
        assertThat(bench.acquire(2, "a", 20)).isEqualTo(queued);
        assertThat(bench.machine().claimCount()).isEqualTo(2);
    }

    @Test
    void anInvalidRequestIsRejected() {
        assertRejected(acquire(1, "", 10, 1, 1), Rejection.INVALID_NAME);
        assertRejected(acquire(1, "x".repeat(Limits.MAX_NAME_LENGTH + 1), 10, 1, 1), Rejection.INVALID_NAME);
        assertRejected(acquire(1, "half \uD83D", 10, 1, 1), Rejection.INVALID_NAME);
        assertRejected(acquire(1, "half \uD83Dx", 10, 1, 1), Rejection.INVALID_NAME);
        assertRejected(acquire(1, "half \uDE00", 10, 1, 1), Rejection.INVALID_NAME);
        assertThat(acquire(1, "whole \uD83D\uDE00", 10, 1, 1)).isInstanceOf(Granted.class);
        Duration tooLong = Duration.ofNanos(Limits.MAX_LEASE_NANOS).plusNanos(1);
        assertRejected(bench.acquire(1, "a", 11, 1, 1, tooLong, Waiting.QUEUE), Rejection.INVALID_LEASE);
        assertRejected(bench.acquire(1, "a", 11, 1, 1, Duration.ofNanos(-1), Waiting.QUEUE), Rejection.INVALID_LEASE);
        assertThat(bench.machine().lockCount()).isEqualTo(1);
    }

    @Test
    void theQueueOfANameIsLimited() {
        LockMachine machine = bench.machine();
        for (int i = 0; i <= Limits.MAX_WAITERS_PER_NAME; i++) {
            apply(machine, new Acquire(Origin.unnumbered(1), "q", key(i), 1, 1, 0, Waiting.QUEUE));
        }
        assertRejected(acquire(2, "q", 999_999, 1, 1), Rejection.TOO_MANY_WAITERS);
    }

    @Test
    void indicesOutOfOrderAreRefused() {
        LockMachine machine = bench.machine();
        long index = machine.lastIndex();
        assertThatThrownBy(() -> machine.apply(index, 0, new Command.Tick()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("above " + index);
        assertThatThrownBy(() -> machine.apply(Limits.MAX_NUMBER, 0, new Command.Tick()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LockMachine(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LockMachine(Limits.MAX_NUMBER, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private Event acquire(long session, String name, long key, int permits, int capacity) {
        return acquire(session, name, key, permits, capacity, Waiting.QUEUE);
    }

    private Event acquire(long session, String name, long key, int permits, int capacity, Waiting waiting) {
        return bench.acquire(session, name, key, permits, capacity, NO_LEASE, waiting);
    }

    private Event semaphore(long session, long key, int permits) {
        return acquire(session, "s", key, permits, 3);
    }

    private static List<Event> apply(LockMachine machine, Command command) {
        return machine.apply(machine.lastIndex() + 1, 0, command);
    }

    private static void assertRejected(Event reply, Rejection reason) {
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(reason));
    }
}
