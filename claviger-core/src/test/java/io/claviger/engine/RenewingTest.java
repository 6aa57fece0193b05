package io.claviger.engine;

import static io.claviger.engine.Bench.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.engine.Command.Renewing;
import io.claviger.engine.Command.Waiting;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases that a session renews, beside leases that only their own renewals prolong. */
class RenewingTest {
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration TTL = Duration.ofSeconds(60);

    private final Bench bench = new Bench();

    @BeforeEach
    void acquireBoth() {
        bench.open(1, TTL);
        acquire("by session", 10, Renewing.BY_SESSION);
        acquire("by key", 11, Renewing.BY_KEY);
        bench.advance(LEASE.dividedBy(2));
    }

    @Test
    void S6_aSessionRenewsOnlyWhatItMay() {
        bench.renewSession(1);
        assertOnlyTheOneByKeyEndsInTime();
    }

    @Test
    void S6_anAttachmentRenewsOnlyWhatItMay() {
        bench.apply(new Command.AttachSession(1, Bench.SECRET, 2));
        assertOnlyTheOneByKeyEndsInTime();
    }

    @Test
    void S6_itsOwnRenewalProlongsAnyLease() {
        bench.renew(1, 10);
        bench.renew(1, 11);
        bench.advance(LEASE.minusNanos(1));
        assertThat(bench.tick()).isEqualTo(new Event.Ticked(0));
        bench.advance(Duration.ofNanos(1));
        assertThat(bench.tick()).isEqualTo(new Event.Ticked(2));
    }

    @Test
    void S6_whatOnlyItsKeyRenewsStaysSoOverASnapshotAndARenewal() {
        bench.renew(1, 11);
        bench.restart();
        bench.advance(LEASE.dividedBy(2));
        bench.renewSession(1);
        bench.advance(LEASE.dividedBy(2));
        assertThat(bench.tick()).isEqualTo(new Event.Ticked(1));
        assertThat(bench.machine().isHeld(1, key(11))).isFalse();
    }

    @Test
    void S6_aWaiterIsRenewedByItsKeyOnceItHolds() {
        acquire("by key", 12, Renewing.BY_KEY);
        bench.release(1, 11);
        assertThat(bench.grantedKeys()).containsExactly(key(12));
        bench.advance(LEASE.minusNanos(1));
        bench.renewSession(1);
        assertThat(bench.machine().isHeld(1, key(12))).isTrue();
        bench.advance(Duration.ofNanos(1));
        bench.tick();
        assertThat(bench.machine().isHeld(1, key(12))).isFalse();
    }

    @Test
    void L3_theEndOfItsSessionEndsWhatOnlyItsKeyRenews() {
        bench.end(1);
        assertThat(bench.machine().claimCount()).isZero();
    }

    private void assertOnlyTheOneByKeyEndsInTime() {
        bench.advance(LEASE.dividedBy(2).minusNanos(1));
        assertThat(bench.tick()).isEqualTo(new Event.Ticked(0));
        bench.advance(Duration.ofNanos(1));
        assertThat(bench.machine().nextTickNanos()).isLessThanOrEqualTo(LEASE.toNanos());
        assertThat(bench.tick()).isEqualTo(new Event.Ticked(1));
        assertThat(bench.machine().isHeld(1, key(10))).isTrue();
        assertThat(bench.machine().isHeld(1, key(11))).isFalse();
        bench.advance(LEASE.dividedBy(2));
        assertThat(bench.tick()).isEqualTo(new Event.Ticked(1));
    }

    private void acquire(String name, long key, Renewing renewing) {
        bench.apply(new Command.Acquire(
                Origin.unnumbered(1), name, key(key), 1, 1, LEASE.toNanos(), Waiting.QUEUE, renewing, ""));
    }
}
