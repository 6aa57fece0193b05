package io.claviger.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.IndeterminateException;
import io.claviger.Lease;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import io.claviger.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What was given up must not come back: neither as a grant that nobody knows of, nor as memory. */
@SuppressWarnings("MemberName")
class LeftoversTest extends VirtualFixture {
    @Test
    void S8_aReleaseDuringALongCutIsDoneAfterIt() {
        Lease lease = take(a, "x");
        a.refuse(true);
        a.cut();
        CompletableFuture<Void> release = lease.releaseAsync();
        pass(CONNECT_TIMEOUT.plusSeconds(3));
        assertThat(failure(release)).isInstanceOf(IndeterminateException.class);
        a.refuse(false);
        passSeconds(3);
        assertFree(b, "x");
        assertThat(a.backend.held()).isEmpty();
    }

    @Test
    void S9_aWaiterThatIsCancelledDuringALongCutIsWithdrawnAfterIt() {
        Lease lease = take(b, "x");
        CompletableFuture<Lease> ghost = queue(a, "x");
        a.refuse(true);
        a.cut();
        ghost.cancel(true);
        pass(CONNECT_TIMEOUT.plusSeconds(3));
        a.refuse(false);
        passSeconds(3);
        lease.close();
        assertFree(b, "x");
    }

    @Test
    void L5_aLimitThatPassesDuringALongCutLeavesNothingBehind() {
        Lease lease = take(b, "x");
        CompletableFuture<Optional<Lease>> ghost = a.locks.lock("x").acquireAsync(Duration.ofSeconds(2));
        network.settle();
        a.refuse(true);
        a.cut();
        passSeconds(3.5);
        assertThat(failure(ghost)).isInstanceOf(IndeterminateException.class);
        passSeconds(5);
        a.refuse(false);
        passSeconds(3);
        lease.close();
        assertFree(b, "x");
    }

    @Test
    void S9_aWaiterThatFailedWithItsSessionDoesNotComeBackWithTheNextOne() {
        Lease lease = take(b, "x");
        CompletableFuture<Lease> ghost = queue(a, "x");
        a.refuse(true);
        a.cut();
        pass(TTL);
        assertThat(failure(ghost)).isInstanceOfAny(IndeterminateException.class, UnavailableException.class);
        a.refuse(false);
        passSeconds(3);
        lease.close();
        assertFree(b, "x");
        assertFree(a, "x");
    }

    @Test
    void S9_aWaiterThatIsCancelledWhileItIsAskedForAgainIsWithdrawn() {
        Lease lease = take(b, "x");
        CompletableFuture<Lease> ghost = queue(a, "x");
        AtomicBoolean cancelled = new AtomicBoolean();
        a.cut();
        for (int i = 0; i < 20 && !cancelled.get(); i++) {
            network.onLoop(() -> {
                // In one turn of the loop, so that the cancelling stands between the new stream and its first frame.
                network.time.advance(Duration.ofMillis(1));
                a.execute(() -> {
                    if (a.backend.session().isReady()) {
                        cancelled.set(ghost.cancel(true));
                    }
                });
            });
            network.settle();
        }
        assertThat(cancelled).isTrue();
        passSeconds(1);
        lease.close();
        assertFree(b, "x");
    }

    @Test
    void L5_aLimitThatPassedIsNotAskedForAgainInTheNextSession() {
        take(b, "x");
        CompletableFuture<Optional<Lease>> ghost = a.locks.lock("x").acquireAsync(Duration.ofSeconds(2));
        network.settle();
        passSeconds(1.9);
        a.lose(false, true);
        passSeconds(0.2);
        a.lose(false, false);
        network.restart();
        passSeconds(3);
        assertThat(ghost).isCompletedWithValue(Optional.empty());
        assertFree(b, "x");
    }

    @Test
    void L5_aTryThatIsNeverAnsweredLeavesNothingBehind() {
        a.lose(false, true);
        CompletableFuture<Optional<Lease>> ghost = a.locks.lock("x").tryAcquireAsync();
        pass(CONNECT_TIMEOUT.plusSeconds(2));
        assertThat(failure(ghost)).isInstanceOf(IndeterminateException.class);
        a.lose(false, false);
        passSeconds(12);
        assertFree(b, "x");
    }

    @Test
    void L5_anAdoptionThatIsNeverAnsweredLeavesNothingBehind() {
        String text = take(b, "x").handOff();
        a.lose(false, true);
        CompletableFuture<Lease> ghost = a.locks.adoptAsync(text);
        pass(CONNECT_TIMEOUT.plusSeconds(1));
        assertThat(failure(ghost)).isInstanceOf(IndeterminateException.class);
        a.lose(false, false);
        passSeconds(12);
        assertFree(b, "x");
    }

    @Test
    void whatHasEndedIsForgotten() {
        List<Lease> kept = new ArrayList<>();
        LockOptions renewed = LockOptions.lease(Duration.ofSeconds(5));
        kept.add(take(a, "revoked", renewed));
        kept.add(take(a, "released", renewed));
        kept.add(take(a, "handed off", renewed));
        kept.add(take(a, "run out", LockOptions.manualLease(Duration.ofSeconds(1))));
        CompletableFuture<Lease> cancelled = queue(b, "released");
        network.revoke("revoked");
        assertThat(losses(kept.get(0))).containsExactly(LossReason.REVOKED);
        kept.get(1).close();
        kept.get(2).handOff();
        granted(cancelled).close();
        passSeconds(2);
        assertThat(a.backend.known()).isZero();
        assertThat(b.backend.known()).isZero();
        // A revoked grant may still be confirmed.
        kept.get(0).close();
        assertFree(b, "revoked");
    }

    @Test
    void whatEndsWithItsSessionIsForgotten() {
        Lease held = take(a, "x");
        Lease revoked = take(a, "y");
        network.revoke("y");
        a.refuse(true);
        a.cut();
        pass(TTL.plusSeconds(1));
        assertThat(losses(held)).hasSize(1);
        assertThat(losses(revoked)).containsExactly(LossReason.REVOKED);
        assertThat(a.backend.known()).isZero();
    }
}
