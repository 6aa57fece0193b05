package io.claviger.testkit;

import io.claviger.Capability;
import io.claviger.FencingToken;
import io.claviger.Holder;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockOptions.Renewal;
import io.claviger.LossReason;
import io.claviger.RejectedException;
import io.claviger.spi.AcquireRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request and then a grant of a {@link FaultySpace}, whose monitor guards it. */
final class FaultyLease implements Lease {
    private enum State {
        WAITING,
        HELD,
        LOST,
        RELEASED,
        ENDED
    }

    final AcquireRequest request;
    final CompletableFuture<Optional<Lease>> outcome = new CompletableFuture<>();
    private final FaultySpace space;
    private final long leaseNanos;
    private final List<Consumer<LossReason>> listeners = new ArrayList<>();
    private State state = State.WAITING;
    private @Nullable FencingToken token;
    private @Nullable LossReason reason;
    private long endNanos = Long.MAX_VALUE;
    private long validNanos = Long.MAX_VALUE;

    FaultyLease(FaultySpace space, AcquireRequest request) {
        this.space = space;
        this.request = request;
        this.leaseNanos = request.options().lease().map(Duration::toNanos).orElse(0L);
        outcome.whenComplete((lease, failure) -> {
            if (outcome.isCancelled()) {
                space.change(this::withdraw);
            }
        });
    }

    void startLimit() {
        if (state == State.WAITING) {
            request.waitLimit()
                    .ifPresent(limit -> space.time.schedule(() -> space.change(this::limitPassed), limit.toNanos()));
        }
    }

    void granted(long number) {
        state = State.HELD;
        token = new FencingToken(number);
        restart();
        space.tellLater(() -> {
            if (!outcome.complete(Optional.of(this)) && !space.has(Defect.GHOST_WAITER)) {
                close();
            }
        });
    }

    /** Whether it is held and was not taken back. */
    boolean mayAct() {
        return state == State.HELD;
    }

    Holder seenByOthers() {
        return new Holder(token(), request.permits(), request.options().actor(), "toy");
    }

    void refuse(String why) {
        if (state == State.WAITING) {
            state = State.ENDED;
            space.tellLater(() -> outcome.completeExceptionally(new RejectedException(why)));
        }
    }

    void giveUp() {
        state = State.ENDED;
        space.tellLater(() -> outcome.complete(Optional.empty()));
    }

    void lost(LossReason why) {
        if (state == State.HELD) {
            state = State.LOST;
            reason = why;
            if (!space.has(Defect.LOSS_UNTOLD)) {
                List.copyOf(listeners).forEach(listener -> space.tellLater(() -> listener.accept(why)));
            }
        }
    }

    void endSilently() {
        space.end(this);
    }

    private void restart() {
        if (leaseNanos == 0) {
            return;
        }
        long now = space.time.nanoTime();
        endNanos = now + (space.has(Defect.EARLY_EXPIRY) ? leaseNanos * 3 / 4 : leaseNanos);
        validNanos = now + (space.has(Defect.LATE_VALIDITY) ? leaseNanos * 6 / 5 : leaseNanos * 49 / 50);
        space.time.schedule(() -> space.change(this::look), validNanos - now);
        space.time.schedule(() -> space.change(this::look), endNanos - now);
        if (request.options().renewal() == Renewal.AUTOMATIC) {
            space.time.schedule(() -> space.change(this::renewIfHeld), leaseNanos / 3);
        }
    }

    /** A timer: renewals may have moved what it was set for. */
    private void look() {
        if (space.time.nanoTime() >= validNanos) {
            lost(LossReason.EXPIRED);
        }
        boolean over = state == State.HELD || state == State.LOST;
        if (over && space.time.nanoTime() >= endNanos && !space.has(Defect.IMMORTAL_LEASE)) {
            space.end(this);
        }
    }

    private void renewIfHeld() {
        if (state == State.HELD && !space.has(Defect.RENEWAL_IGNORED)) {
            restart();
        }
    }

    private void withdraw() {
        if (state == State.WAITING && !space.has(Defect.GHOST_WAITER)) {
            state = State.ENDED;
            endWaiting();
        }
    }

    private void limitPassed() {
        if (state != State.WAITING) {
            return;
        }
        giveUp();
        if (!space.has(Defect.LIMIT_LEAVES_WAITER)) {
            endWaiting();
        }
    }

    private void endWaiting() {
        if (space.has(Defect.WITHDRAWAL_BLOCKS)) {
            space.leave(this);
        } else {
            space.end(this);
        }
    }

    @Override
    public String name() {
        return request.name();
    }

    @Override
    public FencingToken token() {
        synchronized (space) {
            return Objects.requireNonNull(token);
        }
    }

    @Override
    public Duration validity() {
        synchronized (space) {
            if (state != State.HELD) {
                return Duration.ZERO;
            }
            boolean endless = validNanos == Long.MAX_VALUE;
            return Duration.ofNanos(endless ? Long.MAX_VALUE : Math.max(0, validNanos - space.time.nanoTime()));
        }
    }

    @Override
    public boolean isValid() {
        return !validity().isZero();
    }

    @Override
    public void checkpoint() {
        synchronized (space) {
            if (state == State.LOST || (state == State.HELD && !isValid())) {
                throw lostException();
            }
            if (state != State.HELD) {
                throw new IllegalStateException("released");
            }
        }
    }

    @Override
    public void onLost(Consumer<LossReason> listener) {
        space.change(() -> {
            listeners.add(listener);
            LossReason already = reason;
            if (already != null) {
                space.tellLater(() -> listener.accept(already));
            }
        });
    }

    @Override
    public void renew() {
        checkpoint();
        space.change(this::renewIfHeld);
    }

    @Override
    public CompletableFuture<Void> renewAsync() {
        return asFuture(this::renew);
    }

    @Override
    public void release() {
        synchronized (space) {
            if (state == State.RELEASED) {
                return;
            }
        }
        if (!giveBack()) {
            throw lostException();
        }
    }

    @Override
    public CompletableFuture<Void> releaseAsync() {
        return asFuture(this::release);
    }

    @Override
    public String key() {
        return Integer.toHexString(System.identityHashCode(this));
    }

    @Override
    public String handOff(Duration adoptable) {
        throw new UnsupportedOperationException("this backend has no " + Capability.HAND_OFF);
    }

    @Override
    public CompletableFuture<String> handOffAsync(Duration adoptable) {
        throw new UnsupportedOperationException("this backend has no " + Capability.HAND_OFF);
    }

    @Override
    public void close() {
        giveBack();
    }

    private boolean giveBack() {
        boolean[] held = new boolean[1];
        space.change(() -> {
            held[0] = state == State.HELD || state == State.RELEASED;
            if (state == State.HELD) {
                state = State.RELEASED;
                endReleased();
            } else if (reason == LossReason.REVOKED) {
                space.end(this);
            } else if (space.has(Defect.NO_OWNER_CHECK)) {
                space.endAnyHolder(name());
            }
        });
        return held[0];
    }

    private void endReleased() {
        if (space.has(Defect.LOST_WAKE_UP)) {
            space.leave(this);
        } else {
            space.end(this);
        }
    }

    private LeaseLostException lostException() {
        return new LeaseLostException(name(), reason == null ? LossReason.EXPIRED : reason);
    }

    private static CompletableFuture<Void> asFuture(Runnable action) {
        try {
            action.run();
            return CompletableFuture.completedFuture(null);
        } catch (LeaseLostException | IllegalStateException failed) {
            return CompletableFuture.failedFuture(failed);
        }
    }
}
