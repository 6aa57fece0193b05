package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import io.claviger.RejectedException;
import io.claviger.Value;
import io.claviger.dynamodb.ScriptedTable.Accident;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Locks in the layout of dynalock, beside its own clients. */
@SuppressWarnings("MemberName")
class DynalockLocksTest extends VirtualFixture {

    DynalockLocksTest() {
        super(time -> new DynalockLayout(time, true));
    }

    private long nowSeconds() {
        return space.time.wallMillis() / 1_000;
    }

    /** Does dynalock's {@code AtomicPut} without a previous record: what its lock begins with. */
    private boolean dynalockLocks(String name, long seconds) {
        Optional<Item> before = space.items.peek(name);
        if (before.isPresent() && before.get().whole("expires", Long.MAX_VALUE) >= nowSeconds()) {
            return false;
        }
        dynalockWrites(name, seconds);
        return true;
    }

    /** Does dynalock's {@code AtomicPut} with the record before: its renewal. */
    private boolean dynalockRenews(String name, long version, long seconds) {
        Optional<Item> before = space.items.peek(name);
        if (before.isEmpty()
                || before.get().whole("version", 0) != version
                || before.get().whole("expires", Long.MAX_VALUE) <= nowSeconds()) {
            return false;
        }
        dynalockWrites(name, seconds);
        return true;
    }

    private void dynalockWrites(String name, long seconds) {
        Item before = space.items.peek(name).orElse(Item.EMPTY);
        space.items.put(
                name,
                before.with("version", BigDecimal.valueOf(before.whole("version", 0) + 1))
                        .with("expires", BigDecimal.valueOf(nowSeconds() + seconds)));
    }

    @Test
    void ourLockKeepsDynalockAway_alsoWhenItsClockIsAheadByTheMargin() {
        Lease lease = take(a, "job", LockOptions.manualLease(Duration.ofSeconds(3)));
        assertThat(dynalockLocks("job", 30)).isFalse();
        passSeconds(2.999);
        assertThat(nowSeconds() + DynalockLayout.SKEW_SECONDS)
                .isLessThanOrEqualTo(item("job").whole("expires", 0));
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    void releaseLetsDynalockInAtOnce_andItsReleaseOrEndLetsUsIn() {
        Lease lease = take(a, "job");
        lease.release();
        long version = item("job").whole("version", 0);
        assertThat(dynalockLocks("job", 30)).isTrue();
        assertThat(item("job").whole("version", 0)).isEqualTo(version + 1);
        CompletableFuture<Lease> waiting = queue(b, "job");
        passSeconds(20);
        assertThat(dynalockRenews("job", version + 1, 30)).isTrue();
        passSeconds(20);
        assertThat(waiting).isNotDone();
        space.items.delete("job");
        passSeconds(1);
        done(waiting).release();
        assertThat(dynalockLocks("job", 5)).isTrue();
        CompletableFuture<Lease> thief = queue(a, "job");
        passSeconds(4.9);
        assertThat(thief).isNotDone();
        passSeconds(2);
        assertThat(done(thief).isValid()).isTrue();
        assertThat(dynalockRenews("job", item("job").whole("version", 0) - 1, 5))
                .isFalse();
    }

    @Test
    void renewalKeepsDynalockAwayForLongerThanALease_andATheftIsTold() {
        Lease lease = take(a, "job");
        List<LossReason> losses = losses(lease);
        passSeconds(100);
        assertThat(lease.isValid()).isTrue();
        assertThat(dynalockLocks("job", 30)).isFalse();
        dynalockWrites("job", 30);
        passSeconds(10);
        assertThat(lease.isValid()).isFalse();
        assertThat(losses).containsExactly(LossReason.EXPIRED);
        assertThatThrownBy(lease::release).isInstanceOf(LeaseLostException.class);
        assertThat(item("job").whole("version", 0)).isPositive();
        assertThat(b.lock("job").tryAcquire()).isEmpty();
    }

    @Test
    void S8_lateCopyOfAnAcquireIsNotDoneAfterItsRelease() {
        Lease lease = take(a, "job");
        Write acquire = tableOfA.writes.get(0);
        lease.release();
        assertThat(space.items.write(acquire, true)).isInstanceOf(Outcome.Refused.class);
        take(b, "job").release();
    }

    @Test
    void S8_lostAnswersAreRecognised() {
        tableOfA.expect(Accident.REPEATED, Accident.REPEATED);
        Lease lease = take(a, "job");
        tableOfA.expect(Accident.REPEATED);
        lease.renew();
        tableOfA.expect(Accident.REPEATED);
        lease.release();
        assertThat(b.lock("job").tryAcquire()).isPresent();
    }

    @Test
    void S3_tokensGrowOverDynalocksLocksAndDeletions() {
        long newest = 0;
        for (int round = 0; round < 3; round++) {
            Lease lease = take(round == 1 ? b : a, "job");
            assertThat(lease.token().value()).isGreaterThan(newest);
            newest = lease.token().value();
            lease.release();
            assertThat(dynalockLocks("job", 1)).isTrue();
            space.items.delete("job");
        }
    }

    @Test
    void aRecordThatNeverEndsIsNoLock() {
        a.keyValues().put("job", Value.text("data"));
        assertThatThrownBy(() -> b.lock("job").tryAcquire())
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("never ends")
                .hasMessageContaining("delete a record that is not wanted (claviger kv delete 'job')");
        // What the message advises is a cure.
        assertThat(b.keyValues().delete("job")).isTrue();
        assertThat(b.lock("job").tryAcquire()).isPresent();
    }
}
