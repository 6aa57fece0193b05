package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockClient;
import io.claviger.engine.Command;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.SessionKind;
import io.claviger.local.LocalBackend;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Orders of events in the in-process backend that threads produce once in a million runs, made here by hand. */
@SuppressWarnings("MemberName")
class LocalCrossingsTest {
    private static final long PAUSER = 1_000_000_000L;
    private static final String NAME = "crossing";

    private final LocalContract backend = new LocalContract();
    private final LockClient holder = backend.open();
    private final LockClient waiter = backend.open();
    private final LockClient third = backend.open();

    @AfterEach
    void invariantsHold() {
        backend.space.checkInvariants();
        third.close();
        waiter.close();
        holder.close();
        assertThat(backend.time.pending()).as("timers left behind").isZero();
    }

    @Test
    void S9_cancelledWaiterOfARevokedGrantHoldsNothing() {
        Lease held = holder.lock(NAME).tryAcquire().orElseThrow();
        CompletableFuture<Lease> waiting = waiter.lock(NAME).acquireAsync();
        beforeNoticesArrive(() -> {
            held.close();
            backend.revoke(NAME);
            waiting.cancel(true);
        });
        assertThat(third.lock(NAME).tryAcquire()).isPresent();
    }

    @Test
    void L5_waiterOfARevokedGrantHoldsNothingPastItsLimit() {
        Lease held = holder.lock(NAME).tryAcquire().orElseThrow();
        CompletableFuture<Optional<Lease>> waiting = waiter.lock(NAME).acquireAsync(Duration.ofSeconds(1));
        beforeNoticesArrive(() -> {
            held.close();
            backend.revoke(NAME);
            backend.advance(Duration.ofSeconds(1));
        });
        assertThat(waiting.join()).isEmpty();
        assertThat(third.lock(NAME).tryAcquire()).isPresent();
    }

    /** Nobody has a handle any more by which the revocation could be confirmed, so the refused hand-off does it. */
    @Test
    void S7_handOffThatCrossesARevocationConfirmsIt() {
        Lease held = holder.lock(NAME).tryAcquire().orElseThrow();
        beforeNoticesArrive(() -> {
            backend.revoke(NAME);
            assertThatThrownBy(held::handOff).isInstanceOf(LeaseLostException.class);
        });
        assertThat(third.lock(NAME).tryAcquire()).isPresent();
    }

    @Test
    void S4_handOffThatCrossesAReleaseByOthersIsRefused() {
        Lease held = holder.lock(NAME).tryAcquire().orElseThrow();
        CompletableFuture<Lease> waiting = waiter.lock(NAME).acquireAsync();
        beforeNoticesArrive(() -> {
            OwnerKey key = OwnerKey.parse(held.key()).orElseThrow();
            backend.space.submit(new Command.Release(Origin.unnumbered(PAUSER), key));
            assertThatThrownBy(held::handOff).isInstanceOf(LeaseLostException.class);
        });
        assertThat(waiting).isCompleted();
        assertThat(waiting.join().isValid()).isTrue();
    }

    @Test
    void S4_adoptionThatCrossesARevocationHoldsNothing() {
        String text = holder.lock(NAME).tryAcquire().orElseThrow().handOff();
        beforeNoticesArrive(() -> {
            Lease adopted = waiter.adopt(text);
            backend.revoke(NAME);
            adopted.close();
        });
        assertThat(third.lock(NAME).tryAcquire()).isPresent();
    }

    @Test
    void S9_grantThatCrossesACancelIsReleased() {
        Lease held = holder.lock(NAME).tryAcquire().orElseThrow();
        CompletableFuture<Lease> waiting = waiter.lock(NAME).acquireAsync();
        beforeNoticesArrive(() -> {
            held.close();
            waiting.cancel(true);
        });
        assertThat(third.lock(NAME).tryAcquire()).isPresent();
    }

    @Test
    void L5_grantThatCrossesTheLimitIsKept() {
        Lease held = holder.lock(NAME).tryAcquire().orElseThrow();
        CompletableFuture<Optional<Lease>> waiting = waiter.lock(NAME).acquireAsync(Duration.ofSeconds(1));
        beforeNoticesArrive(() -> {
            held.close();
            backend.advance(Duration.ofSeconds(1));
        });
        assertThat(waiting.join()).isPresent();
        assertThat(third.lock(NAME).tryAcquire()).isEmpty();
    }

    @Test
    void L1_clientWhoseExecutorRefusesDoesNotHoldUpOthers() {
        ExecutorService stopped = Executors.newSingleThreadExecutor();
        try (LockClient broken = LockClient.over(new LocalBackend(backend.space, stopped, () -> {}))) {
            Lease lost = broken.lock("revoked").tryAcquire().orElseThrow();
            lost.onLost(reason -> {});
            stopped.shutdownNow();
            backend.revoke("revoked");
            Lease held = holder.lock(NAME).tryAcquire().orElseThrow();
            CompletableFuture<Lease> waiting = waiter.lock(NAME).acquireAsync();
            held.close();
            assertThat(waiting).isCompleted();
        }
    }

    /** Runs an action while another observer is being told, so that the notices which it causes arrive only after it. */
    private void beforeNoticesArrive(Runnable action) {
        OwnerKey key = new OwnerKey(1, 1);
        Origin origin = Origin.unnumbered(PAUSER);
        backend.space.host(PAUSER, (notice, appliedNanos) -> action.run());
        backend.space.submit(new Command.OpenSession(PAUSER, SessionKind.CONNECTION, 0, key, "pauser"));
        backend.space.submit(new Command.Acquire(origin, "pauser", key, 1, 1, 0, Command.Waiting.NEVER));
        backend.space.submit(new Command.Revoke("pauser", Optional.of(key), Command.Urgency.NOW));
        backend.space.leave(PAUSER);
    }
}
