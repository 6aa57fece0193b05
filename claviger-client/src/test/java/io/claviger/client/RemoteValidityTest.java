package io.claviger.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import io.claviger.client.VirtualNetwork.VirtualClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How long a holder may act, as clients count it, and what keeps leases alive: S7 and L6. */
@SuppressWarnings("MemberName")
class RemoteValidityTest extends VirtualFixture {
    private static final Duration LEASE = Duration.ofSeconds(6);

    @Test
    void S7_aGrantAfterAWaitLongerThanTheLeaseIsFresh() {
        for (LockOptions options : List.of(LockOptions.lease(LEASE), LockOptions.manualLease(LEASE))) {
            Lease holder = take(b, "x");
            CompletableFuture<Lease> waiting = queue(a, "x", options);
            pass(LEASE.multipliedBy(4));
            holder.release();
            Lease late = granted(waiting);
            assertThat(late.validity()).isBetween(LEASE.dividedBy(2), LEASE);
            late.release();
        }
    }

    @Test
    void S7_aLateGrantIsNeverValidBeyondTheEndAtTheServer() {
        Lease holder = take(b, "x");
        CompletableFuture<Lease> waiting = queue(a, "x", LockOptions.manualLease(LEASE));
        a.holdUp(true);
        holder.release();
        passSeconds(2);
        a.holdUp(false);
        network.settle();
        // Renewed first or not: at the server it ends 6 s after the grant, or after a renewal that came later.
        Lease late = granted(waiting);
        Duration valid = late.validity();
        assertThat(valid).isPositive();
        pass(valid.minusMillis(1));
        assertTaken(b, "x");
        passSeconds(0.002);
        assertThat(late.isValid()).isFalse();
    }

    @Test
    void S7_aConfirmationThatComesLateCountsFromTheSending() {
        Lease lease = take(a, "x", LockOptions.lease(LEASE));
        a.holdUp(true);
        passSeconds(3.5);
        Duration before = lease.validity();
        a.holdUp(false);
        network.settle();
        assertThat(lease.validity()).isGreaterThan(before).isLessThanOrEqualTo(LEASE.minusMillis(1_500));
    }

    @Test
    void S7_aFrozenProcessFindsItsLeaseOver() {
        Lease lease = take(a, "x");
        List<LossReason> losses = losses(lease);
        CompletableFuture<Lease> next = queue(b, "x");
        a.freeze(true);
        pass(TTL.plusSeconds(5));
        Lease taken = granted(next);
        assertThat(losses).isEmpty();
        assertThat(lease.validity()).isZero();
        assertThatThrownBy(lease::checkpoint).isInstanceOf(LeaseLostException.class);
        a.freeze(false);
        assertThat(losses)
                .hasSize(1)
                .first()
                .isIn(LossReason.SUSPENDED, LossReason.SERVER_UNREACHABLE, LossReason.SESSION_LOST);
        assertThat(taken.isValid()).isTrue();
        taken.release();
        passSeconds(2);
        assertFree(a, "x");
    }

    @Test
    void S7_aFrozenProcessIsToldBeforeItMayGoOn() {
        Lease lease = take(a, "x", LockOptions.lease(LEASE));
        List<LossReason> losses = losses(lease);
        CompletableFuture<Lease> next = queue(b, "x");
        a.freeze(true);
        pass(LEASE.plusSeconds(2));
        Lease taken = granted(next);
        a.freeze(false);
        assertThat(losses).isNotEmpty();
        assertThatThrownBy(lease::checkpoint).isInstanceOf(LeaseLostException.class);
        assertThat(taken.isValid()).isTrue();
    }

    @Test
    void S7_aSuspendedMachineFindsItsLeaseOver() {
        Lease lease = take(a, "x");
        List<LossReason> losses = losses(lease);
        network.time.suspend(TTL.plusSeconds(5));
        assertThat(lease.validity()).isZero();
        assertThat(losses).containsExactly(LossReason.SUSPENDED);
        assertThatThrownBy(lease::checkpoint).isInstanceOf(LeaseLostException.class);
        passSeconds(5);
        assertFree(b, "x");
    }

    @Test
    void S7_aSuspendedMachineIsToldWithoutLooking() {
        Lease lease = take(a, "x");
        List<LossReason> losses = losses(lease);
        network.time.suspend(TTL.plusSeconds(5));
        pass(TTL.dividedBy(3).plusMillis(1));
        assertThat(losses).containsExactly(LossReason.SUSPENDED);
        assertThat(lease.isValid()).isFalse();
        passSeconds(2);
        assertFree(b, "x");
    }

    @Test
    void aWallClockThatIsSetBackChangesNothing() {
        Lease lease = take(a, "x");
        network.time.suspend(Duration.ofDays(-1));
        assertThat(lease.isValid()).isTrue();
        pass(TTL.multipliedBy(2));
        assertThat(lease.isValid()).isTrue();
    }

    @Test
    void L6_oneHeartbeatKeepsAThousandLeases() {
        VirtualClient c = network.client(RemoteConfig.builder());
        List<Lease> leases = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            leases.add(take(c, "many/" + i, LockOptions.lease(LEASE)));
        }
        int before = c.commandsSent.get();
        pass(LEASE.multipliedBy(5));
        // Three in each lease; a little earlier or later makes one more or less.
        assertThat(c.commandsSent.get() - before).isBetween(14, 16);
        assertThat(leases).allMatch(Lease::isValid);
        c.locks.close();
    }

    @Test
    void L6_renewalsAreNotQueuedBehindAcquires() {
        Lease lease = take(a, "x", LockOptions.lease(LEASE));
        take(b, "y");
        List<CompletableFuture<Lease>> waiting = new ArrayList<>();
        for (int second = 0; second < 24; second++) {
            for (int i = 0; i < 1_000; i++) {
                waiting.add(a.locks.lock("y").acquireAsync());
            }
            passSeconds(1);
            assertThat(lease.isValid()).isTrue();
        }
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void heartbeatsDoNotRenewAManualLease() {
        Lease lease = take(a, "x", LockOptions.manualLease(LEASE));
        List<LossReason> losses = losses(lease);
        pass(LEASE.dividedBy(2));
        lease.renew();
        pass(LEASE.dividedBy(2).plusSeconds(1));
        assertThat(lease.isValid()).isTrue();
        pass(LEASE.dividedBy(2));
        assertThat(losses).containsExactly(LossReason.EXPIRED);
        assertFree(b, "x");
    }
}
