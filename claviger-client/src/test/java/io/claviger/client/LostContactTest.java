package io.claviger.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.IndeterminateException;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.client.VirtualNetwork.VirtualClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Broken connections, lost answers, servers that are gone: what lives on, what is lost, and what is told. */
@SuppressWarnings("MemberName")
class LostContactTest extends VirtualFixture {
    @Test
    void leasesLiveThroughACut() {
        Lease lease = take(a, "x");
        List<LossReason> losses = losses(lease);
        a.cut();
        passSeconds(2);
        assertThat(lease.isValid()).isTrue();
        pass(TTL.multipliedBy(3));
        assertThat(lease.isValid()).isTrue();
        assertThat(losses).isEmpty();
        assertTaken(b, "x");
        lease.release();
        assertFree(b, "x");
    }

    @Test
    void L2_waitersKeepTheirPlaceThroughACut() {
        VirtualClient c = network.client(RemoteConfig.builder());
        Lease lease = take(b, "x");
        CompletableFuture<Lease> first = queue(a, "x");
        CompletableFuture<Lease> second = queue(c, "x");
        a.cut();
        passSeconds(2);
        lease.release();
        Lease next = granted(first);
        assertThat(second).isNotDone();
        next.release();
        granted(second).release();
        c.locks.close();
    }

    @Test
    void L1_aGrantThatWasPushedDuringACutIsLearntAfterIt() {
        Lease lease = take(b, "x");
        CompletableFuture<Lease> waiting = queue(a, "x");
        a.refuse(true);
        a.cut();
        lease.release();
        passSeconds(3);
        assertThat(waiting).isNotDone();
        a.refuse(false);
        passSeconds(3);
        Lease late = granted(waiting);
        assertThat(late.token()).isGreaterThan(lease.token());
        assertThat(late.isValid()).isTrue();
        late.release();
        assertFree(b, "x");
    }

    @Test
    void S8_aReleaseWhoseAnswerIsLostIsDoneOnce() {
        Lease lease = take(a, "x");
        CompletableFuture<Lease> next = queue(b, "x");
        CompletableFuture<Lease> last = queue(b, "x");
        a.lose(false, true);
        CompletableFuture<Void> release = lease.releaseAsync();
        network.settle();
        assertThat(release).isNotDone();
        Lease second = granted(next);
        a.lose(false, false);
        a.cut();
        passSeconds(2);
        assertThat(release).isCompleted();
        assertThat(second.token().value()).isEqualTo(lease.token().value() + 1);
        assertThat(second.isValid()).isTrue();
        assertThat(last).isNotDone();
        second.release();
        assertThat(granted(last).token().value()).isEqualTo(lease.token().value() + 2);
    }

    @Test
    void S8_anAcquireWhoseAnswerIsLostIsGrantedOnce() {
        a.lose(false, true);
        CompletableFuture<Lease> asked = a.locks.lock("x").acquireAsync();
        network.settle();
        assertThat(asked).isNotDone();
        a.lose(false, false);
        a.cut();
        passSeconds(2);
        Lease lease = granted(asked);
        lease.release();
        assertThat(take(b, "x").token().value()).isEqualTo(lease.token().value() + 1);
    }

    @Test
    void S7_aGrantWhoseAnswerWasLostAndThatRanOutMeanwhileIsNotHeld() {
        LockOptions lease = LockOptions.lease(Duration.ofSeconds(3));
        a.lose(false, true);
        CompletableFuture<Lease> asked = a.locks.lock("x", lease).acquireAsync();
        network.settle();
        a.lose(false, false);
        a.refuse(true);
        a.cut();
        passSeconds(4);
        Lease other = take(b, "x");
        a.refuse(false);
        passSeconds(3);
        assertThat(asked).isNotDone();
        other.release();
        assertThat(granted(asked).token()).isGreaterThan(other.token());
    }

    @Test
    void aRevocationDuringACutIsLearntAfterIt() {
        Lease lease = take(a, "x");
        List<LossReason> losses = losses(lease);
        a.refuse(true);
        a.cut();
        network.revoke("x");
        assertThat(losses).isEmpty();
        a.refuse(false);
        passSeconds(3);
        assertThat(losses).containsExactly(LossReason.REVOKED);
        assertThatThrownBy(lease::checkpoint).isInstanceOf(LeaseLostException.class);
    }

    @Test
    void S7_whoCannotReachTheServerIsToldBeforeAnotherIsGranted() {
        Lease lease = take(a, "x");
        List<LossReason> losses = losses(lease);
        CompletableFuture<Lease> next = queue(b, "x");
        List<Boolean> validAtGrant = new ArrayList<>();
        List<Integer> toldAtGrant = new ArrayList<>();
        next.thenAccept(granted -> {
            validAtGrant.add(lease.isValid());
            toldAtGrant.add(losses.size());
        });
        a.lose(true, true);
        pass(TTL.plusSeconds(1));
        network.settle();
        assertThat(losses).containsExactly(LossReason.SERVER_UNREACHABLE);
        passSeconds(10);
        granted(next).release();
        assertThat(validAtGrant).containsExactly(false);
        assertThat(toldAtGrant).containsExactly(1);
    }

    @Test
    void waitsFailWhenTheServerIsGoneForLongerThanTheSessionLives() {
        Lease holder = take(b, "x");
        CompletableFuture<Lease> waiting = queue(a, "x");
        a.lose(true, true);
        pass(TTL.plus(CONNECT_TIMEOUT).plusSeconds(1));
        assertThat(failure(waiting)).isInstanceOfAny(IndeterminateException.class, UnavailableException.class);
        a.lose(false, false);
        passSeconds(10);
        holder.release();
        take(a, "x").release();
        assertFree(b, "x");
    }

    @Test
    void aRestartedServerHasForgottenTheHoldersAndIsAskedAgainByTheWaiters() {
        Lease lease = take(b, "x");
        List<LossReason> losses = losses(lease);
        CompletableFuture<Lease> waiting = queue(a, "x");
        network.restart();
        passSeconds(2);
        assertThat(losses).containsExactly(LossReason.SESSION_LOST);
        assertThat(lease.isValid()).isFalse();
        assertThat(granted(waiting).token()).isGreaterThan(lease.token());
        assertThatThrownBy(lease::release).isInstanceOf(LeaseLostException.class);
    }

    @Test
    void aSessionWithoutTimeToLiveEndsWithItsConnection() {
        VirtualClient bound = network.client(RemoteConfig.builder().sessionTtl(Duration.ZERO));
        Lease lease = take(bound, "x");
        List<LossReason> losses = losses(lease);
        Lease other = take(b, "y");
        CompletableFuture<Lease> waiting = queue(bound, "y");
        bound.cut();
        assertThat(losses).containsExactly(LossReason.SESSION_LOST);
        assertThat(lease.validity()).isZero();
        assertFree(b, "x");
        passSeconds(1);
        other.release();
        granted(waiting).release();
        bound.locks.close();
    }

    @Test
    void L5_aLimitedAcquireReturnsOnTimeWhenNobodyAnswers() {
        a.refuse(true);
        a.cut();
        CompletableFuture<Optional<Lease>> limited = a.locks.lock("x").acquireAsync(Duration.ofSeconds(1));
        passSeconds(0.9);
        assertThat(limited).isNotDone();
        passSeconds(0.2);
        assertThat(failure(limited)).isInstanceOf(UnavailableException.class).hasMessageContaining("refuses");
    }

    @Test
    void L5_anUnlimitedAcquireFailsAfterTheConnectTimeoutWhenNobodyAnswers() {
        a.refuse(true);
        a.cut();
        CompletableFuture<Lease> unlimited = a.locks.lock("x").acquireAsync();
        pass(CONNECT_TIMEOUT.plusSeconds(2));
        assertThat(failure(unlimited)).isInstanceOf(UnavailableException.class).hasMessageContaining("refuses");
        a.refuse(false);
        passSeconds(2);
        assertFree(a, "x");
    }

    @Test
    void L5_aLimitedAcquireOfAWaiterIsAnsweredPerhapsWhenTheServerIsSilent() {
        Lease holder = take(b, "x");
        CompletableFuture<Optional<Lease>> limited = a.locks.lock("x").acquireAsync(Duration.ofSeconds(2));
        network.settle();
        a.lose(true, true);
        passSeconds(2.5);
        assertThat(limited).isNotDone();
        passSeconds(1);
        assertThat(failure(limited)).isInstanceOf(IndeterminateException.class);
        holder.release();
    }

    @Test
    void S7_aSilentConnectionIsReplacedBeforeTheSessionEnds() {
        Lease lease = take(a, "x");
        a.lose(true, true);
        passSeconds(1);
        // The old connection stays dead, but a new one would work.
        a.lose(false, false);
        pass(TTL.multipliedBy(2));
        assertThat(lease.isValid()).isTrue();
        lease.release();
        assertFree(b, "x");
    }

    @Test
    void whoIsNotLetInAgainAfterASuspensionIsTold() {
        Lease lease = take(a, "x");
        List<LossReason> losses = losses(lease);
        Lease other = take(b, "y");
        CompletableFuture<Lease> waiting = queue(a, "y");
        network.time.suspend(TTL.plusSeconds(5));
        a.deny();
        a.cut();
        passSeconds(1);
        assertThat(losses).hasSize(1);
        assertThat(failure(waiting)).isInstanceOf(RejectedException.class).hasMessageContaining("wrong password");
        other.release();
    }

    @Test
    void L5_connectingTakesNoLongerThanItsTimeout() {
        VirtualClient c = network.unopened(RemoteConfig.builder().connectTimeout(Duration.ofMillis(300)));
        c.lose(true, true);
        CompletableFuture<Void> opened = c.backend.open();
        passSeconds(0.29);
        assertThat(opened).isNotDone();
        passSeconds(0.02);
        assertThat(failure(opened)).isInstanceOf(UnavailableException.class).hasMessageContaining("does not answer");
        c.locks.close();
    }

    @Test
    void closingWithoutAConnectionReturnsAtOnce() {
        Lease lease = take(a, "x");
        CompletableFuture<Lease> waiting = a.locks.lock("x").acquireAsync();
        a.refuse(true);
        a.cut();
        a.locks.close();
        assertThat(losses(lease)).containsExactly(LossReason.CLIENT_CLOSED);
        assertThat(waiting).isCompletedExceptionally();
        pass(TTL.plusSeconds(1));
        assertFree(b, "x");
    }

    @Test
    void moreRequestsThanMayBeUnderWayAreAllGranted() {
        int count = 10_000;
        List<CompletableFuture<Lease>> asked = new ArrayList<>();
        a.freeze(true);
        for (int i = 0; i < count; i++) {
            asked.add(a.locks.lock("many/" + i).acquireAsync());
        }
        a.freeze(false);
        asked.forEach(this::granted);
        assertThat(a.backend.known()).isEqualTo(count);
        a.freeze(true);
        List<CompletableFuture<Void>> released =
                asked.stream().map(lease -> lease.join().releaseAsync()).toList();
        a.freeze(false);
        network.settle();
        assertThat(released).allSatisfy(done -> assertThat(done).isCompleted());
        assertThat(a.backend.known()).isZero();
    }

    @Test
    void S8_moreRequestsThanMayBeUnderWayLiveThroughACut() {
        int count = 10_000;
        List<CompletableFuture<Lease>> asked = new ArrayList<>();
        a.lose(false, true);
        for (int i = 0; i < count; i++) {
            asked.add(a.locks.lock("many/" + i).acquireAsync());
        }
        network.settle();
        a.lose(false, false);
        a.cut();
        passSeconds(2);
        asked.forEach(lease -> granted(lease).releaseAsync());
        network.settle();
        assertThat(a.backend.known()).isZero();
    }
}
