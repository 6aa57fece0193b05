package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.DistributedSemaphore;
import io.claviger.IndeterminateException;
import io.claviger.Lease;
import io.claviger.LockOptions;
import io.claviger.RejectedException;
import io.claviger.dynamodb.ScriptedTable.Accident;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** So many grants and requests of one name that what must be said of them does not fit into one of DynamoDB's expressions. */
@SuppressWarnings("MemberName")
class CrowdsTest extends VirtualFixture {
    private static final int MANY = 1_000;
    private static final Duration DEAD_LEASE = Duration.ofSeconds(10);

    CrowdsTest() {
        super(NativeLayout::new);
    }

    /** So many holders, each of one permit, have crashed. */
    private void crashed(int holders, int capacity) {
        Map<String, Object> grants = new HashMap<>();
        for (int i = 0; i < holders; i++) {
            grants.put(
                    "slot-" + i,
                    new Item(Map.of(
                            "version",
                            "dead-" + i,
                            "lease",
                            BigDecimal.TEN,
                            "permits",
                            BigDecimal.ONE,
                            "token",
                            BigDecimal.ONE)));
        }
        space.items.put(
                "x",
                new Item(Map.of(
                        NativeLayout.VERSION,
                        "dead",
                        NativeLayout.KEY,
                        "dead",
                        NativeLayout.LEASE,
                        BigDecimal.TEN,
                        NativeLayout.TOKEN,
                        BigDecimal.valueOf(7),
                        SharedItems.CAPACITY,
                        BigDecimal.valueOf(capacity),
                        SharedItems.GRANTS,
                        new Item(grants))));
    }

    @Test
    void L3_aThousandCrashedHoldersOfPermitsAreFollowed() {
        crashed(MANY, MANY);
        CompletableFuture<Lease> waiting = b.semaphore("x", MANY).acquireAsync();
        pass(DEAD_LEASE.minusMillis(100));
        assertThat(waiting).isNotDone();
        passSeconds(1);
        assertThat(done(waiting).isValid()).isTrue();
    }

    @Test
    void L3_aWriterFollowsAThousandCrashedReaders() {
        crashed(MANY, Integer.MAX_VALUE);
        CompletableFuture<Lease> waiting = b.readWriteLock("x").writeLock().acquireAsync();
        pass(DEAD_LEASE.minusMillis(100));
        assertThat(waiting).isNotDone();
        passSeconds(1);
        assertThat(done(waiting).isValid()).isTrue();
        assertThat(tableOfB.writes).as("requests").hasSizeLessThan(50);
    }

    private List<Lease> takeAll(DistributedSemaphore semaphore, int count) {
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leases.add(semaphore.tryAcquire().orElseThrow());
        }
        return leases;
    }

    @Test
    void aClientThatIsClosedGivesAllItsHundredsOfPermitsBack() {
        takeAll(a.semaphore("x", 300), 300);
        a.close();
        assertThat(b.semaphore("x", 300).permits(300).tryAcquire()).isPresent();
    }

    @Test
    void hundredsOfPermitsThatAreReleasedWhileTheTableIsSilentAreAllGivenBack() {
        List<Lease> leases = takeAll(a.semaphore("x", 300), 300);
        tableOfA.expect(Accident.HELD_UP);
        List<CompletableFuture<Void>> released =
                leases.stream().map(Lease::releaseAsync).toList();
        tableOfA.arrive();
        passSeconds(5);
        released.forEach(VirtualFixture::done);
        assertThat(b.semaphore("x", 300).permits(300).tryAcquire()).isPresent();
    }

    @Test
    void S9_triesWithoutAnswersDoNotMakeTheNextOneTooLong() {
        Accident[] silence = new Accident[150];
        Arrays.fill(silence, Accident.LOST);
        tableOfA.expect(silence);
        for (int i = 0; i < silence.length; i++) {
            assertThatThrownBy(() -> a.lock("x").tryAcquire()).isInstanceOf(IndeterminateException.class);
        }
        CompletableFuture<Void> released = take(a, "x").releaseAsync();
        passSeconds(5);
        done(released);
        take(b, "x");
    }

    @Test
    void unansweredRenewalsOfALongLeaseAreAllRemembered() {
        Lease lease = take(a, "x", LockOptions.lease(Duration.ofHours(1)));
        tableOfA.expect(Accident.DONE_UNANSWERED);
        CompletableFuture<Void> renewed = lease.renewAsync();
        tableOfA.silent(true);
        pass(Duration.ofMinutes(10));
        assertThat(renewed).isNotDone();
        tableOfA.silent(false);
        pass(Duration.ofMinutes(1));
        done(renewed);
        assertThat(lease.validity()).isGreaterThan(Duration.ofMinutes(55));
        lease.release();
        take(b, "x");
    }

    @Test
    void S10_anItemThatWouldBeTooLongFailsWhoAsks_andGivesBackWhatWasReturned() {
        Lease held = a.semaphore("x", 3).tryAcquire().orElseThrow();
        tableOfA.expect(Accident.HELD_UP, Accident.DENIED);
        CompletableFuture<Void> renewing = held.renewAsync();
        CompletableFuture<Lease> tooLong = a.semaphore("x", 3).permits(3).acquireAsync();
        CompletableFuture<Void> released = held.releaseAsync();
        assertThat(failure(tooLong)).isInstanceOf(RejectedException.class).hasMessageContaining("an accident");
        passSeconds(1);
        done(released);
        tableOfA.arrive();
        assertThat(renewing).isCompletedExceptionally();
        assertThat(b.semaphore("x", 3).permits(3).tryAcquire()).isPresent();
    }
}
