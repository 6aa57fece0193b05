package io.claviger.local;

import io.claviger.ClavigerException;
import io.claviger.FencingToken;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockOptions;
import io.claviger.LockOptions.Renewal;
import io.claviger.LossReason;
import io.claviger.RejectedException;
import io.claviger.engine.Command;
import io.claviger.engine.Command.Waiting;
import io.claviger.engine.Event;
import io.claviger.engine.OwnerKey;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request from its asking to its end: first a future, then the lease that the future gave. One object for both, since
 * a loss may arrive before the answer that granted it.
 *
 * <p>The state changes under this object's monitor; commands are submitted and users are called outside it.
 */
final class LocalLease implements Lease {
    /** A lease is renewed three times in its length. */
    private static final long RENEWAL_PART = 3;

    private enum State {
        WAITING,
        HELD,
        LOST,
        RELEASED,
        /** Never granted: withdrawn, refused, or the limit of waiting has passed. */
        ENDED
    }

    private final LocalBackend backend;
    private final OwnerKey key;
    private final AcquireRequest request;
    private final long leaseNanos;
    private final CompletableFuture<Optional<Lease>> outcome = new CompletableFuture<>();

    /** All below are guarded by this. */
    private State state = State.WAITING;

    private @Nullable FencingToken token;
    private @Nullable LossReason lossReason;
    private boolean confirmed;
    private long validUntilNanos;
    private TimeSource.@Nullable Timer timer;
    private final List<Consumer<LossReason>> listeners = new ArrayList<>(0);

    LocalLease(LocalBackend backend, OwnerKey key, AcquireRequest request) {
        this.backend = backend;
        this.key = key;
        this.request = request;
        this.leaseNanos = request.options().lease().map(Duration::toNanos).orElse(0L);
        outcome.whenComplete((lease, failure) -> {
            if (outcome.isCancelled()) {
                withdraw();
            }
        });
    }

    OwnerKey ownerKey() {
        return key;
    }

    CompletableFuture<Optional<Lease>> outcome() {
        return outcome;
    }

    /** Submits the request. */
    void ask() {
        boolean once = request.waitLimit().map(Duration::isZero).orElse(false);
        long sentNanos = backend.time().nanoTime();
        Event.Reply reply = backend.submit(new Command.Acquire(
                backend.origin(),
                request.name(),
                key,
                request.permits(),
                request.capacity(),
                leaseNanos,
                once ? Waiting.NEVER : Waiting.QUEUE,
                renewing(),
                request.options().actor().orElse("")));
        if (reply instanceof Event.Granted granted) {
            granted(granted, sentNanos);
        } else if (reply instanceof Event.Deadlock deadlock) {
            fail(Refusals.deadlock(request, deadlock));
        } else if (reply instanceof Event.Queued) {
            request.waitLimit().ifPresent(limit -> setTimer(this::limitPassed, limit.toNanos()));
        } else if (reply instanceof Event.Rejected rejected) {
            fail(new RejectedException(Refusals.describe(request, rejected.reason())));
        } else if (leaveWaiting()) {
            outcome.complete(Optional.empty());
        }
    }

    /** Submits the request to take over what was handed off. */
    void adopt(OwnerKey ticket) {
        long sentNanos = backend.time().nanoTime();
        Event.Reply reply = backend.submit(new Command.Adopt(
                backend.origin(),
                ticket,
                key,
                leaseNanos,
                renewing(),
                request.options().actor().orElse("")));
        if (reply instanceof Event.Granted granted) {
            granted(granted, sentNanos);
        } else {
            fail(new RejectedException("the handed-off lease on '" + request.name()
                    + "' cannot be adopted: somebody else adopted it, or its time has passed"));
        }
    }

    private Command.Renewing renewing() {
        return request.options().renewal() == Renewal.MANUAL ? Command.Renewing.BY_KEY : Command.Renewing.BY_SESSION;
    }

    /** The machine has granted at {@code appliedNanos} or later. */
    void granted(Event.Granted granted, long appliedNanos) {
        synchronized (this) {
            if (token != null || (state != State.WAITING && state != State.LOST)) {
                return;
            }
            cancelTimer();
            token = new FencingToken(granted.token());
            // A loss may have overtaken the grant that it ends.
            if (state == State.WAITING) {
                state = State.HELD;
                extend(appliedNanos);
                scheduleWatch();
            }
        }
        if (!outcome.complete(Optional.of(this))) {
            close();
        }
    }

    /** The machine has taken the grant away, or the client was closed. */
    void lose(LossReason reason) {
        List<Consumer<LossReason>> told;
        synchronized (this) {
            if (state != State.HELD && state != State.WAITING) {
                return;
            }
            state = State.LOST;
            lossReason = reason;
            cancelTimer();
            told = List.copyOf(listeners);
        }
        backend.forget(this);
        told.forEach(listener -> Callbacks.run(backend.executor(), () -> listener.accept(reason)));
    }

    /** The client was closed: what waits fails, what is held is lost. */
    void clientClosed() {
        if (leaveWaiting()) {
            outcome.completeExceptionally(new RejectedException("the client was closed"));
        } else {
            lose(LossReason.CLIENT_CLOSED);
        }
    }

    @Override
    public String name() {
        return request.name();
    }

    @Override
    public String key() {
        return key.text();
    }

    @Override
    public synchronized FencingToken token() {
        if (token == null) {
            throw new IllegalStateException("no lease without a token");
        }
        return token;
    }

    @Override
    public synchronized Duration validity() {
        if (state != State.HELD) {
            return Duration.ZERO;
        }
        return leaseNanos == 0 ? Duration.ofNanos(Long.MAX_VALUE) : Duration.ofNanos(Math.max(0, leftNanos()));
    }

    @Override
    public boolean isValid() {
        return !validity().isZero();
    }

    @Override
    public synchronized void checkpoint() {
        if (hasRunOut()) {
            throw new LeaseLostException(name(), LossReason.EXPIRED);
        }
        throwUnlessHeld();
    }

    @Override
    public void onLost(Consumer<LossReason> listener) {
        LossReason already;
        synchronized (this) {
            listeners.add(listener);
            already = lossReason;
        }
        if (already != null) {
            Callbacks.run(backend.executor(), () -> listener.accept(already));
        }
    }

    @Override
    public void renew() {
        // A lease whose validity has passed stays lost: its holder may have been told so by validity() already.
        if (hasRunOut()) {
            lose(LossReason.EXPIRED);
        }
        synchronized (this) {
            throwUnlessHeld();
        }
        long sentNanos = backend.time().nanoTime();
        Event.Reply reply = backend.submit(new Command.Renew(backend.origin(), key, 0));
        if (!(reply instanceof Event.Renewed)) {
            // Gone in the machine; its notice may still be on the way here.
            lose(LossReason.EXPIRED);
        }
        // Once more: validity may have passed, and been seen to pass, while the answer was on its way.
        if (hasRunOut()) {
            lose(LossReason.EXPIRED);
        }
        synchronized (this) {
            throwUnlessHeld();
            extend(sentNanos);
            scheduleWatch();
        }
    }

    @Override
    public CompletableFuture<Void> renewAsync() {
        return LocalBackend.completed(() -> {
            renew();
            return null;
        });
    }

    @Override
    public void release() {
        if (!giveBack()) {
            throw new LeaseLostException(name(), reasonOr(LossReason.EXPIRED));
        }
    }

    @Override
    public CompletableFuture<Void> releaseAsync() {
        return LocalBackend.completed(() -> {
            release();
            return null;
        });
    }

    @Override
    public String handOff(Duration adoptable) {
        HandOffText text = new HandOffText(name(), LocalBackend.newKey(), request.options());
        long parkNanos =
                LockOptions.manualLease(adoptable).lease().orElseThrow().toNanos();
        // As for a renewal: what its holder may have seen to be over is not passed on.
        if (hasRunOut()) {
            lose(LossReason.EXPIRED);
        }
        synchronized (this) {
            throwUnlessHeld();
            state = State.RELEASED;
            cancelTimer();
        }
        backend.forget(this);
        Event.Reply reply = backend.submit(new Command.HandOff(backend.origin(), key, text.ticket(), parkNanos));
        if (!(reply instanceof Event.HandedOff)) {
            // Nobody has this handle to release it by any more, and a revocation would wait for it.
            backend.submit(new Command.Release(backend.origin(), key));
            throw new LeaseLostException(name(), LossReason.EXPIRED);
        }
        return text.encode();
    }

    @Override
    public CompletableFuture<String> handOffAsync(Duration adoptable) {
        return LocalBackend.completed(() -> handOff(adoptable));
    }

    @Override
    public void close() {
        giveBack();
    }

    /**
     * Ends the grant in the machine. A lost one as well: its holder stops here, so the machine need not wait until the
     * revocation is confirmed or the lease has run out. Returns whether it was held until released, now or by an earlier
     * call.
     */
    private boolean giveBack() {
        boolean wasHeld;
        synchronized (this) {
            if (state == State.RELEASED) {
                return true;
            }
            wasHeld = state == State.HELD;
            if (!wasHeld && (state != State.LOST || confirmed)) {
                return false;
            }
            state = wasHeld ? State.RELEASED : State.LOST;
            confirmed = true;
            cancelTimer();
        }
        backend.forget(this);
        Event.Reply reply = backend.submit(new Command.Release(backend.origin(), key));
        return wasHeld && reply instanceof Event.Released;
    }

    /** A cancelled request: the grant may have come first, then it goes back (S9). */
    private void withdraw() {
        if (leaveWaiting() && backend.submit(new Command.Withdraw(backend.origin(), key)) instanceof Event.Granted) {
            backend.submit(new Command.Release(backend.origin(), key));
        }
    }

    /** The limit of waiting: the answer is "not granted" only if the grant did not come first (L5, S9). */
    private void limitPassed() {
        Event.Reply reply = backend.submit(new Command.Withdraw(backend.origin(), key));
        if (!(reply instanceof Event.Granted) && leaveWaiting()) {
            outcome.complete(Optional.empty());
        }
    }

    private void fail(ClavigerException refused) {
        if (leaveWaiting()) {
            outcome.completeExceptionally(refused);
        }
    }

    private boolean leaveWaiting() {
        synchronized (this) {
            if (state != State.WAITING) {
                return false;
            }
            state = State.ENDED;
            cancelTimer();
        }
        backend.forget(this);
        return true;
    }

    /** Renews in time, or says that it is over. */
    private void watch() {
        if (hasRunOut()) {
            lose(LossReason.EXPIRED);
        } else if (request.options().renewal() == Renewal.AUTOMATIC) {
            renewQuietly();
        } else {
            synchronized (this) {
                scheduleWatch();
            }
        }
    }

    private void renewQuietly() {
        try {
            renew();
        } catch (LeaseLostException | IllegalStateException ended) {
            // Whoever ended it has told the holder.
            return;
        }
    }

    private synchronized void setTimer(Runnable task, long delayNanos) {
        if (state == State.WAITING) {
            timer = backend.time().schedule(task, delayNanos);
        }
    }

    private void scheduleWatch() {
        cancelTimer();
        if (state == State.HELD && leaseNanos != 0) {
            boolean automatic = request.options().renewal() == Renewal.AUTOMATIC;
            long delay = automatic ? Math.min(leftNanos(), leaseNanos / RENEWAL_PART) : leftNanos();
            timer = backend.time().schedule(this::watch, delay);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /** Counts from when the request was sent, never from when the answer came. */
    private void extend(long sentNanos) {
        validUntilNanos = sentNanos + leaseNanos - Validity.marginNanos(leaseNanos);
    }

    private synchronized boolean hasRunOut() {
        return state == State.HELD && leaseNanos != 0 && leftNanos() <= 0;
    }

    private long leftNanos() {
        return validUntilNanos - backend.time().nanoTime();
    }

    private synchronized LossReason reasonOr(LossReason fallback) {
        return lossReason == null ? fallback : lossReason;
    }

    private void throwUnlessHeld() {
        if (state == State.LOST) {
            throw new LeaseLostException(name(), reasonOr(LossReason.EXPIRED));
        }
        if (state != State.HELD) {
            throw new IllegalStateException("the lease on '" + name() + "' was released");
        }
    }
}
