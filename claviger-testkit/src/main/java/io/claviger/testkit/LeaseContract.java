package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.FencingToken;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import io.claviger.RejectedException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** When a grant ends, who learns of it and what an ended one can still do: S3 to S7, L3. */
@SuppressWarnings("MemberName")
abstract class LeaseContract extends SafetyContract {

    @Test
    final void S3_tokenGrowsOverExpiry() {
        FencingToken first = take(a.lock(name(), manual())).token();
        pass(120);
        FencingToken second = take(b.lock(name(), manual())).token();
        assertThat(second).isGreaterThan(first);
        CompletableFuture<Lease> waiting = queue(c.lock(name()));
        pass(120);
        assertThat(await(waiting).token()).isGreaterThan(second);
    }

    @Test
    final void S3_tokenStaysOverRenewal() {
        Lease lease = take(a.lock(name(), manual()));
        FencingToken token = lease.token();
        pass(50);
        lease.renew();
        assertThat(lease.token()).isEqualTo(token);
    }

    @Test
    final void S4_staleLeaseReleasesNothing() {
        Lease stale = take(a.lock(name(), manual()));
        pass(120);
        Lease holder = take(b.lock(name()));
        assertThatThrownBy(stale::release).isInstanceOf(LeaseLostException.class);
        stale.close();
        assertTaken(c.lock(name()));
        assertThat(holder.isValid()).isTrue();
    }

    @Test
    final void S4_staleLeaseRenewsNothing() {
        Lease stale = take(a.lock(name(), manual()));
        pass(120);
        take(b.lock(name(), manual()));
        pass(70);
        assertThatThrownBy(stale::renew).isInstanceOf(LeaseLostException.class);
        assertThat(stale.isValid()).isFalse();
        pass(50);
        assertFree(c.lock(name()));
    }

    @Test
    final void S4_secondReleaseFreesNobodyElse() {
        Lease released = take(a.lock(name()));
        released.release();
        Lease holder = take(b.lock(name()));
        released.release();
        released.close();
        assertTaken(c.lock(name()));
        assertThat(holder.isValid()).isTrue();
    }

    @Test
    final void S4_leaseOfAClosedClientReleasesNothing() {
        Lease stale = take(a.lock(name()));
        a.close();
        Lease holder = take(b.lock(name()));
        stale.close();
        assertTaken(c.lock(name()));
        assertThat(holder.isValid()).isTrue();
    }

    @Test
    final void S5_closedClientIsGrantedNothing() {
        Lease holder = take(a.lock(name()));
        CompletableFuture<Lease> ghost = queue(b.lock(name()));
        CompletableFuture<Lease> next = queue(c.lock(name()));
        b.close();
        assertThat(failure(ghost)).isInstanceOf(RejectedException.class);
        holder.close();
        await(next).close();
        assertFree(a.lock(name()));
    }

    @Test
    final void S5_closedClientIsRefused() {
        a.close();
        assertThatThrownBy(() -> a.lock(name()).tryAcquire()).isInstanceOf(RejectedException.class);
        assertThat(failure(a.lock(name()).acquireAsync())).isInstanceOf(RejectedException.class);
        assertThat(failure(a.lock(name()).acquireAsync(lease()))).isInstanceOf(RejectedException.class);
        assertFree(b.lock(name()));
    }

    @Test
    final void S6_noLeaseEndsEarly() {
        take(a.lock(name(), manual()));
        CompletableFuture<Lease> waiting = queue(b.lock(name()));
        pass(50);
        assertWaiting(waiting);
        assertTaken(c.lock(name()));
        pass(40);
        assertWaiting(waiting);
        assertTaken(c.lock(name()));
    }

    @Test
    final void S6_renewalRestartsTheLease() {
        Lease lease = take(a.lock(name(), manual()));
        for (int i = 0; i < 3; i++) {
            pass(60);
            lease.renew();
            lease.checkpoint();
        }
        pass(90);
        assertTaken(b.lock(name()));
        pass(30);
        assertFree(b.lock(name()));
    }

    @Test
    final void S6_automaticRenewalKeepsTheLease() {
        Lease lease = take(a.lock(name(), LockOptions.lease(lease())));
        for (int i = 0; i < 12; i++) {
            pass(25);
            assertTaken(b.lock(name()));
            assertThat(lease.isValid()).isTrue();
        }
        lease.release();
        assertFree(b.lock(name()));
    }

    @Test
    final void S6_leaseOfAWaiterBeginsWithItsGrant() {
        Lease holder = take(a.lock(name()));
        CompletableFuture<Lease> waiting = queue(b.lock(name(), manual()));
        pass(80);
        holder.close();
        Lease lease = await(waiting);
        pass(50);
        assertThat(lease.isValid()).isTrue();
        assertTaken(c.lock(name()));
        pass(40);
        assertTaken(c.lock(name()));
        pass(30);
        assertFree(c.lock(name()));
    }

    @Test
    final void S6_grantWithoutLeaseOutlastsTime() {
        Lease lease = take(a.lock(name()));
        pass(350);
        lease.checkpoint();
        assertTaken(b.lock(name()));
    }

    @Test
    final void S7_validityCountsDownAndNeverOutlivesTheLease() {
        Lease lease = take(a.lock(name(), manual()));
        assertThat(lease.validity()).isPositive().isLessThanOrEqualTo(lease());
        pass(50);
        assertThat(lease.validity()).isPositive().isLessThanOrEqualTo(lease().dividedBy(2));
        lease.renew();
        assertThat(lease.validity()).isGreaterThan(lease().dividedBy(2)).isLessThanOrEqualTo(lease());
        pass(100);
        assertThat(lease.validity()).isZero();
        assertThat(lease.isValid()).isFalse();
        assertThatThrownBy(lease::checkpoint).isInstanceOf(LeaseLostException.class);
    }

    @Test
    final void S7_validityEndsBeforeTheNextGrant() {
        Lease stale = take(a.lock(name(), manual()));
        CompletableFuture<Boolean> overlap = queue(b.lock(name())).thenApply(next -> stale.isValid());
        for (int i = 0; i < 12; i++) {
            pass(10);
        }
        assertThat(await(overlap)).as("valid beside the next holder").isFalse();
    }

    @Test
    final void S7_validityOfAWaiterEndsBeforeTheNextGrant() {
        Lease holder = take(a.lock(name()));
        CompletableFuture<Lease> waiting = queue(b.lock(name(), manual()));
        pass(50);
        holder.close();
        Lease stale = await(waiting);
        CompletableFuture<Boolean> overlap = queue(c.lock(name())).thenApply(next -> stale.isValid());
        for (int i = 0; i < 12; i++) {
            pass(10);
        }
        assertThat(await(overlap)).as("valid beside the next holder").isFalse();
    }

    @Test
    final void S7_onLostComesBeforeTheNextGrant() {
        List<String> order = new CopyOnWriteArrayList<>();
        Lease stale = take(a.lock(name(), manual()));
        stale.onLost(reason -> order.add("lost " + reason));
        CompletableFuture<?> next = queue(b.lock(name())).thenAccept(lease -> order.add("granted"));
        for (int i = 0; i < 12; i++) {
            pass(10);
        }
        await(next);
        assertThat(order).containsExactly("lost EXPIRED", "granted");
    }

    @Test
    final void S7_closingAClientEndsValidityBeforeTheNextGrant() {
        Lease stale = take(a.lock(name()));
        CompletableFuture<Boolean> overlap = queue(b.lock(name())).thenApply(next -> stale.isValid());
        a.close();
        assertThat(await(overlap)).as("valid beside the next holder").isFalse();
    }

    @Test
    final void S7_onLostIsToldWhenTheClientCloses() {
        CompletableFuture<LossReason> told = new CompletableFuture<>();
        Lease lease = take(a.lock(name()));
        lease.onLost(told::complete);
        a.close();
        assertThat(await(told)).isEqualTo(LossReason.CLIENT_CLOSED);
        assertThat(lease.isValid()).isFalse();
        assertThatThrownBy(lease::checkpoint).isInstanceOf(LeaseLostException.class);
    }

    @Test
    final void S7_revokedLockPassesOnWhenItsHolderConfirms() {
        Lease revoked = take(a.lock(name()));
        CompletableFuture<LossReason> told = new CompletableFuture<>();
        revoked.onLost(told::complete);
        CompletableFuture<Lease> next = queue(b.lock(name()));
        backend.revoke(name());
        assertThat(await(told)).isEqualTo(LossReason.REVOKED);
        assertThat(revoked.isValid()).isFalse();
        assertWaiting(next);
        revoked.close();
        await(next).close();
    }

    @Test
    final void S7_revokedLockPassesOnWhenItsValidityEnds() {
        take(a.lock(name(), LockOptions.lease(lease())));
        CompletableFuture<Lease> next = queue(b.lock(name()));
        backend.revoke(name());
        assertWaiting(next);
        pass(120);
        await(next).close();
    }

    @Test
    final void L3_closedClientFreesItsLocks() {
        take(a.lock(name("one")));
        take(a.lock(name("two"), manual()));
        CompletableFuture<Lease> waiting = queue(b.lock(name("one")));
        a.close();
        await(waiting).close();
        assertFree(b.lock(name("two")));
    }

    @Test
    final void L3_expiredLeaseFreesTheLock() {
        take(a.lock(name(), manual()));
        CompletableFuture<Lease> waiting = queue(b.lock(name()));
        pass(120);
        await(waiting).close();
        assertFree(c.lock(name()));
    }

    @Test
    final void L3_renewalEndsWithTheRelease() {
        Lease lease = take(a.lock(name(), LockOptions.lease(lease())));
        pass(50);
        lease.close();
        take(b.lock(name(), manual()));
        pass(120);
        assertFree(c.lock(name()));
    }
}
