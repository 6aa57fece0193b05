package io.claviger.client;

import io.claviger.FencingToken;
import io.claviger.IndeterminateException;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import io.claviger.client.Ask.Cause;
import io.claviger.engine.OwnerKey;
import io.claviger.protocol.v1.Event;
import io.claviger.spi.AcquireRequest;
import io.claviger.spi.Callbacks;
import io.claviger.spi.HandOffText;
import io.claviger.spi.TimeSource;
import io.claviger.spi.Validity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A grant in the hands of its holder.
 *
 * <p>The state changes under this object's monitor; the session is asked and users are called outside it.
 */
final class RemoteLease implements Lease, KeyHolder {
    private enum State {
        HELD,
        LOST,
        /** By its holder: released, or handed off. */
        RELEASED
    }

    private final RemoteBackend backend;
    private final ClientSession session;
    private final long number;
    private final AcquireRequest request;
    private final LeaseTime leaseTime;
    private final OwnerKey key;
    private final FencingToken token;

    /** All below are guarded by this. */
    private State state = State.HELD;

    private @Nullable Moment base;
    private @Nullable LossReason lossReason;
    private TimeSource.@Nullable Timer timer;
    private List<Consumer<LossReason>> listeners = List.of();
    private @Nullable CompletableFuture<Void> releasing;

    RemoteLease(
            RemoteBackend backend,
            long number,
            AcquireRequest request,
            LeaseTime leaseTime,
            OwnerKey key,
            FencingToken token,
            @Nullable Moment base) {
        this.backend = backend;
        this.session = backend.session();
        this.number = number;
        this.request = request;
        this.leaseTime = leaseTime;
        this.key = key;
        this.token = token;
        this.base = base;
    }

    /** Watches its time, once it can be found by its key. */
    void begin() {
        synchronized (this) {
            scheduleWatch();
        }
        if (backend.isClosed()) {
            // Whoever closed the client may have looked before this could be found.
            clientClosed();
        }
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public synchronized boolean isHeld() {
        return state == State.HELD;
    }

    // ------------------------------------------------------------------------------------------ losses

    @Override
    public void lose(LossReason reason) {
        List<Consumer<LossReason>> told;
        synchronized (this) {
            if (state != State.HELD) {
                return;
            }
            state = State.LOST;
            lossReason = reason;
            cancelTimer();
            told = listeners;
            listeners = List.of();
        }
        forget();
        told.forEach(listener -> Callbacks.run(backend.executor(), () -> listener.accept(reason)));
    }

    @Override
    public void sessionOver(LossReason reason) {
        lose(reason);
    }

    @Override
    public void clientClosed() {
        lose(LossReason.CLIENT_CLOSED);
    }

    /** It is held, and asks for nothing. */
    @Override
    public void askIfQueued() {}

    /** It knows. */
    @Override
    public void granted(long granted, @Nullable Moment sent) {}

    /** Its validity tells. */
    @Override
    public void unreachable(Ask.Failure failure) {}

    /** Its time has passed without a confirmation. The server may not know: it is told, but not before it may grant on. */
    private void loseByTime() {
        LossReason reason;
        synchronized (this) {
            if (state != State.HELD) {
                return;
            }
            reason = leaseTime.overdueReason(base);
        }
        lose(reason);
        if (Commands.isManual(request)) {
            // The server ends it, and nobody renews it meanwhile.
            return;
        }
        long length = leaseTime.hasLease()
                ? Commands.leaseNanos(request)
                : backend.config().sessionTtl().toNanos();
        backend.time().schedule(() -> session.giveBack(key), Validity.marginNanos(length));
    }

    private void forget() {
        backend.forget(key);
        if (leaseTime.isShared()) {
            session.heart().untrack(Commands.leaseNanos(request));
        }
    }

    // ------------------------------------------------------------------------------------------ sight

    @Override
    public String name() {
        return request.name();
    }

    @Override
    public String key() {
        return key.text();
    }

    @Override
    public FencingToken token() {
        return token;
    }

    @Override
    public Duration validity() {
        long left;
        synchronized (this) {
            if (state != State.HELD) {
                return Duration.ZERO;
            }
            left = leaseTime.leftNanos(base);
        }
        if (left > 0) {
            return Duration.ofNanos(left);
        }
        // Seen to be over, so it stays over, whatever the server may still confirm.
        loseByTime();
        return Duration.ZERO;
    }

    @Override
    public boolean isValid() {
        return !validity().isZero();
    }

    @Override
    public void checkpoint() {
        if (validity().isZero()) {
            throwUnlessHeld();
        }
    }

    @Override
    public void onLost(Consumer<LossReason> listener) {
        LossReason already;
        synchronized (this) {
            already = lossReason;
            if (already == null) {
                List<Consumer<LossReason>> more = new ArrayList<>(listeners);
                more.add(listener);
                listeners = more;
            }
        }
        if (already != null) {
            Callbacks.run(backend.executor(), () -> listener.accept(already));
        }
    }

    // ------------------------------------------------------------------------------------------ renewal

    @Override
    public void renew() {
        join(renewOnLoop());
    }

    @Override
    public CompletableFuture<Void> renewAsync() {
        return Callbacks.handOver(backend.executor(), renewOnLoop());
    }

    private CompletableFuture<Void> renewOnLoop() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            checkpoint();
        } catch (LeaseLostException | IllegalStateException ended) {
            done.completeExceptionally(ended);
            return done;
        }
        session.submit(Commands.renew(key), new Ask.Answer() {
            @Override
            public void answered(Event event, Moment sent) {
                if (event.hasRenewed() && !validity().isZero()) {
                    renewed(sent);
                    done.complete(null);
                } else {
                    // Gone at the server; its notice came before, or nobody was told since its time had passed.
                    lose(LossReason.EXPIRED);
                    done.completeExceptionally(lostException(LossReason.EXPIRED));
                }
            }

            @Override
            public void failed(Ask.Failure failure) {
                done.completeExceptionally(unconfirmed("renewed", failure));
            }
        });
        return done;
    }

    private synchronized void renewed(Moment sent) {
        if (base == null || sent.nanos() - base.nanos() > 0) {
            base = sent;
        }
        if (state == State.HELD) {
            scheduleWatch();
        }
    }

    private void scheduleWatch() {
        cancelTimer();
        if (leaseTime.hasLease()) {
            long left = Math.max(0, leaseTime.leftNanos(base));
            timer = backend.time().schedule(() -> backend.onLoop(this::watch), left);
        }
    }

    private void watch() {
        synchronized (this) {
            if (state != State.HELD) {
                return;
            }
            if (leaseTime.leftNanos(base) > 0) {
                scheduleWatch();
                return;
            }
        }
        loseByTime();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    // ------------------------------------------------------------------------------------------ release and hand-off

    @Override
    public void release() {
        join(releaseOnLoop());
    }

    @Override
    public CompletableFuture<Void> releaseAsync() {
        return Callbacks.handOver(backend.executor(), releaseOnLoop());
    }

    /** Releases; the future completes on the loop, where nothing of a user's may hang on it. */
    CompletableFuture<Void> releaseOnLoop() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean wasHeld;
        synchronized (this) {
            if (releasing != null) {
                return releasing;
            }
            wasHeld = state == State.HELD;
            boolean confirms = state == State.LOST && lossReason == LossReason.REVOKED;
            if (!wasHeld && !confirms) {
                done.completeExceptionally(lostException(LossReason.EXPIRED));
                return done;
            }
            state = wasHeld ? State.RELEASED : State.LOST;
            releasing = done;
            cancelTimer();
        }
        if (wasHeld) {
            forget();
        }
        session.submit(Commands.release(key), new Ask.Answer() {
            @Override
            public void answered(Event event, Moment sent) {
                if (wasHeld && event.hasReleased()) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(lostException(LossReason.EXPIRED));
                }
            }

            @Override
            public void failed(Ask.Failure failure) {
                done.completeExceptionally(unconfirmed("released", failure));
            }
        });
        return done;
    }

    @Override
    public void close() {
        CompletableFuture<Void> released = releaseOnLoop();
        if (!backend.isOnLoop()) {
            // Whether it was lost before, or is not confirmed, is nothing that a close could tell.
            released.exceptionally(quiet -> null).join();
        }
    }

    @Override
    public String handOff(Duration adoptable) {
        return join(handOffOnLoop(adoptable));
    }

    @Override
    public CompletableFuture<String> handOffAsync(Duration adoptable) {
        return Callbacks.handOver(backend.executor(), handOffOnLoop(adoptable));
    }

    private CompletableFuture<String> handOffOnLoop(Duration adoptable) {
        LockOptions options =
                new LockOptions(request.options().lease(), request.options().renewal(), Optional.empty());
        HandOffText text = new HandOffText(name(), Keys.next(), options);
        long parkNanos =
                LockOptions.manualLease(adoptable).lease().orElseThrow().toNanos();
        CompletableFuture<String> done = new CompletableFuture<>();
        try {
            checkpoint();
            synchronized (this) {
                throwUnlessHeld();
                state = State.RELEASED;
                releasing = CompletableFuture.completedFuture(null);
                cancelTimer();
            }
        } catch (LeaseLostException | IllegalStateException ended) {
            done.completeExceptionally(ended);
            return done;
        }
        forget();
        session.submit(Commands.handOff(key, text.ticket(), parkNanos), new Ask.Answer() {
            @Override
            public void answered(Event event, Moment sent) {
                if (event.hasHandedOff()) {
                    done.complete(text.encode());
                } else {
                    // Perhaps taken back, and then this is the confirmation; a lease that is gone is not there to
                    // release.
                    session.giveBack(key);
                    done.completeExceptionally(new LeaseLostException(name(), LossReason.EXPIRED));
                }
            }

            @Override
            public void failed(Ask.Failure failure) {
                done.completeExceptionally(unconfirmed("handed off", failure));
            }
        });
        return done;
    }

    // ------------------------------------------------------------------------------------------ words

    private synchronized LeaseLostException lostException(LossReason fallback) {
        return new LeaseLostException(name(), lossReason == null ? fallback : lossReason);
    }

    private RuntimeException unconfirmed(String what, Ask.Failure failure) {
        synchronized (this) {
            if (state == State.LOST) {
                return lostException(LossReason.SESSION_LOST);
            }
        }
        String message = "the lease on '" + name() + "' was perhaps " + what + ": " + failure.message();
        return failure.cause() == Cause.CLOSED
                ? new LeaseLostException(name(), LossReason.CLIENT_CLOSED)
                : new IndeterminateException(message);
    }

    private synchronized void throwUnlessHeld() {
        if (state == State.LOST) {
            throw lostException(LossReason.EXPIRED);
        }
        if (state != State.HELD) {
            throw new IllegalStateException("the lease on '" + name() + "' was released");
        }
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw failed;
        }
    }
}
