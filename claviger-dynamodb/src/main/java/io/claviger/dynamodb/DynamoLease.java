package io.claviger.dynamodb;

import io.claviger.FencingToken;
import io.claviger.IndeterminateException;
import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockOptions;
import io.claviger.LockOptions.Renewal;
import io.claviger.LossReason;
import io.claviger.spi.AcquireRequest;
import io.claviger.spi.Callbacks;
import io.claviger.spi.TimeSource;
import io.claviger.spi.Validity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A grant in the hands of its holder.
 *
 * <p>The state changes under this object's monitor; what concerns the table happens on the loop; users are called outside both.
 */
final class DynamoLease implements Lease {
    private enum State {
        HELD,
        LOST,
        /** By its holder: released, or handed off. */
        RELEASED
    }

    private final LockQueue queue;
    private final DynamoBackend backend;
    private final LockOptions options;
    private final int permits;
    private final int capacity;
    private final long leaseNanos;
    private final String actor;
    private final Renewer renewer;
    private final String key;
    private volatile long token;
    private volatile boolean renewingStopped;

    /** All below are guarded by this. */
    private State state = State.HELD;

    private Sent base;
    private @Nullable LossReason lossReason;
    private List<Consumer<LossReason>> listeners = List.of();
    private @Nullable CompletableFuture<Void> releasing;

    /** Used on the loop only. */
    private TimeSource.@Nullable Timer timer;

    private TimeSource.@Nullable Timer deadline;

    private @Nullable Returned back;

    /** Makes one that was granted by a write that was sent then. */
    DynamoLease(LockQueue queue, AcquireRequest asked, Claim claim, long token, Sent sent) {
        this.queue = queue;
        this.backend = queue.backend();
        this.options = asked.options();
        this.permits = claim.permits();
        this.capacity = claim.capacity();
        this.leaseNanos = claim.leaseNanos();
        this.actor = claim.actor();
        this.token = token;
        this.base = sent;
        this.key = claim.version();
        this.renewer = new Renewer(this, queue, claim.slot(), claim.version());
    }

    /** Watches its time. On the loop. */
    void begin() {
        backend.remember(this);
        schedule();
    }

    int permits() {
        return permits;
    }

    int capacity() {
        return capacity;
    }

    String actor() {
        return actor;
    }

    /** Gives it the number that was drawn for it. */
    void number(long drawn) {
        token = drawn;
    }

    long leaseNanos() {
        return leaseNanos;
    }

    /** Where the grant is, under each version that it may have. On the loop. */
    Holding holding() {
        return renewer.holding();
    }

    synchronized boolean isHeld() {
        return state == State.HELD;
    }

    /** How long the holder may still act, were it not over otherwise. */
    synchronized long leftNanos() {
        return leaseNanos - Validity.marginNanos(leaseNanos) - base.elapsedNanos(backend.time());
    }

    private boolean isAutomatic() {
        return options.renewal() == Renewal.AUTOMATIC && !renewingStopped;
    }

    /** From now on it is as one that only its holder renews. */
    void stopRenewing() {
        renewingStopped = true;
        backend.onLoop(this::schedule);
    }

    // ------------------------------------------------------------------------------------------ time

    private void schedule() {
        stopTimer();
        if (isHeld()) {
            long left = Math.max(0, leftNanos());
            // Not on the loop, which the SDK may block: whoever holds it is told in time nevertheless (S7).
            deadline = backend.time().schedule(this::endIfOver, left);
            if (isAutomatic() && !renewer.isInTrouble()) {
                timer = backend.onLoopAfter(this::watch, Math.min(left, renewer.periodNanos()));
            }
        }
    }

    private void endIfOver() {
        if (leftNanos() <= 0) {
            loseByTime();
        } else {
            backend.onLoop(this::schedule);
        }
    }

    private void watch() {
        if (!isHeld()) {
            return;
        }
        if (leftNanos() <= 0) {
            loseByTime();
            return;
        }
        if (isAutomatic()) {
            renewer.renew();
        }
        schedule();
    }

    /** On the loop. */
    void renewed(Sent sent) {
        synchronized (this) {
            if (sent.nanos() - base.nanos() > 0) {
                base = sent;
            }
        }
        schedule();
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    // ------------------------------------------------------------------------------------------ losses

    /** Its time has passed without a confirmation. The table does not know, and is told when the margin has passed as well. */
    private void loseByTime() {
        if (lose(overdueReason())) {
            backend.onLoop(this::lapse);
        }
    }

    private void lapse() {
        renewer.tellAll();
        long untilEnd = leaseNanos - elapsedNanos();
        backend.onLoopAfter(() -> giveBack(0), Math.max(0, untilEnd));
    }

    private synchronized long elapsedNanos() {
        return base.elapsedNanos(backend.time());
    }

    private synchronized LossReason overdueReason() {
        if (!isAutomatic()) {
            return LossReason.EXPIRED;
        }
        // Its renewals were due long before; if the wall clock has gone on for so much longer, nothing ran here.
        if (base.hasSlept(backend.time(), leaseNanos / 2)) {
            return LossReason.SUSPENDED;
        }
        return renewer.isInTrouble() ? LossReason.SERVER_UNREACHABLE : LossReason.EXPIRED;
    }

    /** The table has it no more. On the loop. */
    void gone(LossReason reason) {
        lose(reason);
        stopTimer();
        backend.forget(this);
        back = Returned.ended(holding(), Returned.End.WAS_LOST);
        queue.drop(this);
    }

    /** The client is closed: the holder is told first, then the grant goes back. */
    void clientClosed() {
        lose(LossReason.CLIENT_CLOSED);
    }

    private boolean lose(LossReason reason) {
        List<Consumer<LossReason>> told;
        synchronized (this) {
            if (state != State.HELD) {
                return false;
            }
            state = State.LOST;
            lossReason = reason;
            told = listeners;
            listeners = List.of();
        }
        told.forEach(listener -> Callbacks.run(backend.executor(), () -> listener.accept(reason)));
        return true;
    }

    /** Gives back what the holder, or the closing client, does not use any more. On the loop; the second time does nothing. */
    Returned giveBack(long oursForNanos) {
        Returned known = back;
        if (known == null) {
            stopTimer();
            backend.forget(this);
            known = queue.giveBack(this, oursForNanos);
            back = known;
        }
        return known;
    }

    // ------------------------------------------------------------------------------------------ sight

    @Override
    public String name() {
        return queue.name();
    }

    /** Returns the version with which the grant began; its end is the grant's slot, if the name has several permits. */
    @Override
    public String key() {
        return key;
    }

    @Override
    public FencingToken token() {
        long number = token;
        if (number == 0) {
            throw new UnsupportedOperationException(
                    "the lease on '" + name() + "' has no token, since the client was opened with token=off");
        }
        return new FencingToken(number);
    }

    @Override
    public Duration validity() {
        if (!isHeld()) {
            return Duration.ZERO;
        }
        long left = leftNanos();
        if (left > 0) {
            return Duration.ofNanos(left);
        }
        // Seen to be over, so it stays over, whatever the table may still confirm.
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
            throw whyNotHeld();
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

    // ------------------------------------------------------------------------------------------ what its holder does

    @Override
    public void renew() {
        join(renewOnLoop());
    }

    @Override
    public CompletableFuture<Void> renewAsync() {
        return Callbacks.handOver(backend.executor(), renewOnLoop());
    }

    private CompletableFuture<Void> renewOnLoop() {
        if (validity().isZero()) {
            return CompletableFuture.failedFuture(whyNotHeld());
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        backend.onLoop(() -> renewer.renew(done));
        return done;
    }

    @Override
    public void release() {
        join(releaseOnLoop());
    }

    @Override
    public CompletableFuture<Void> releaseAsync() {
        return Callbacks.handOver(backend.executor(), releaseOnLoop());
    }

    private CompletableFuture<Void> releaseOnLoop() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean wasHeld = !validity().isZero();
        synchronized (this) {
            if (releasing != null) {
                return releasing;
            }
            releasing = done;
            wasHeld &= state == State.HELD;
            if (wasHeld) {
                state = State.RELEASED;
            }
        }
        boolean inTime = wasHeld;
        backend.onLoop(() -> giveBack(Math.max(0, leftNanos())).done.whenComplete((end, never) -> {
            if (!inTime || end == Returned.End.WAS_LOST) {
                done.completeExceptionally(lost());
            } else if (end == Returned.End.UNKNOWN) {
                done.completeExceptionally(unconfirmed("released"));
            } else {
                done.complete(null);
            }
        }));
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
        DynamoConfig.checkLease(adoptable);
        Parking parking = new Parking(this, queue, options, adoptable.toNanos());
        boolean over = validity().isZero();
        synchronized (this) {
            if (over || state != State.HELD) {
                return CompletableFuture.failedFuture(whyNotHeld());
            }
            state = State.RELEASED;
            releasing = CompletableFuture.completedFuture(null);
        }
        backend.onLoop(() -> {
            stopTimer();
            renewer.tellAll();
            backend.forget(this);
            back = Returned.ended(holding(), Returned.End.GONE);
            parking.begin();
        });
        return parking.outcome();
    }

    /** Gives back what was to be handed off, of which nobody will ever have the text; whichever way it stands in the table. On the loop. */
    void parkedInVain(String ticket) {
        renewer.alsoKnownAs(ticket);
        queue.giveBack(this, 0);
    }

    // ------------------------------------------------------------------------------------------ words

    synchronized LeaseLostException lost() {
        return new LeaseLostException(name(), lossReason == null ? LossReason.EXPIRED : lossReason);
    }

    IndeterminateException unconfirmed(String what) {
        return new IndeterminateException("the lease on '" + name() + "' was perhaps " + what
                + ": the table did not confirm it; if not, it ends by itself");
    }

    synchronized RuntimeException whyNotHeld() {
        return state == State.RELEASED
                ? new IllegalStateException("the lease on '" + name() + "' was released")
                : lost();
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
