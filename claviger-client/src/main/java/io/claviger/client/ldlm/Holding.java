package io.claviger.client.ldlm;

import static io.claviger.client.ldlm.LdlmCalls.LOG;

import io.claviger.LossReason;
import io.claviger.client.Moment;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.RenewRequest;
import io.claviger.spi.Callbacks;
import io.claviger.spi.TimeSource.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A lock that is held: renews it, knows until when it surely is held, and tells if it is lost. Thread-safe. It begins when it was
 * granted, and ends once, released or lost.
 */
final class Holding {
    /** A renewal that failed on its way is repeated after a tenth of the timeout, or after the delay of all calls if that is less. */
    private static final int RETRY_PART = 10;

    /** The number of no connection. */
    private static final long NO_CONNECTION = 0;

    private enum State {
        HELD,
        RELEASING,
        /** What became of the release is not known; it may be tried again. */
        IN_DOUBT,
        RELEASED,
        LOST
    }

    private final LdlmLocks locks;
    private final LockKey key;
    private final long token;
    private volatile LdlmLock lock;

    /** All below are guarded by this. */
    private final List<Consumer<LossReason>> listeners = new ArrayList<>(1);

    private final HeldTime held;
    private final Set<Renewal> renewals = new HashSet<>();
    private State state = State.HELD;

    private long connection = NO_CONNECTION;
    private boolean isRenewedHere;
    private boolean isRenewing;
    private boolean isConnectionInDoubt;
    private boolean isRetriedAtOnce;
    private @Nullable Timer next;
    private @Nullable Timer end;
    private @Nullable LossReason loss;
    private CompletableFuture<Void> release = new CompletableFuture<>();

    Holding(LdlmLocks locks, LockKey key, long token) {
        this.locks = locks;
        this.key = key;
        this.token = token;
        this.held = new HeldTime(locks.time());
        this.lock = new LdlmLock(key.name(), this);
    }

    /** Sets what the user has of it, before it begins. */
    void belongsTo(LdlmLock owner) {
        lock = owner;
    }

    LdlmLock lock() {
        return lock;
    }

    LockKey key() {
        return key;
    }

    Executor executor() {
        return locks.settings().executor();
    }

    OptionalLong token() {
        return token == 0 ? OptionalLong.empty() : OptionalLong.of(token);
    }

    /** It is held since that moment, over that connection. */
    synchronized void begin(Duration timeout, Moment since, long over) {
        isRenewedHere = locks.settings().autoRenewLocks() && !timeout.isZero();
        connection = over;
        held.begin(timeout, since);
        scheduleAll();
    }

    /** It was renewed for somebody who knows its key. */
    synchronized void renewedFor(Duration timeout, Moment since) {
        if (state == State.HELD) {
            held.begin(timeout, since);
            scheduleAll();
        }
    }

    // ------------------------------------------------------------------------------------------ validity

    synchronized boolean isHeld() {
        return state == State.HELD && held.leftNanos() > 0;
    }

    /** Whether it was released, or ended with its client, so that there is nothing to do and nothing to tell. */
    synchronized boolean isSettled() {
        return state == State.LOST ? loss == LossReason.CLIENT_CLOSED : state != State.HELD;
    }

    synchronized Duration validity() {
        return state == State.HELD ? Duration.ofNanos(Math.max(0, held.leftNanos())) : Duration.ZERO;
    }

    private void scheduleAll() {
        if (held.hasTimeout()) {
            scheduleEnd();
            if (isRenewedHere) {
                scheduleNext(held.untilRenewalNanos(locks.settings().renewalRule()));
            }
        }
    }

    private void scheduleEnd() {
        if (end != null) {
            end.cancel();
        }
        end = locks.time().schedule(this::endIfOver, held.leftNanos());
    }

    private void endIfOver() {
        LossReason reason;
        synchronized (this) {
            if (state != State.HELD) {
                return;
            }
            if (held.leftNanos() > 0) {
                scheduleEnd();
                return;
            }
            reason = held.overdue();
        }
        lose(reason);
    }

    // ------------------------------------------------------------------------------------------ renewals

    private void scheduleNext(long delayNanos) {
        if (next != null) {
            next.cancel();
        }
        next = locks.time().schedule(this::renewInBackground, Math.max(0, delayNanos));
    }

    private void renewInBackground() {
        Duration timeout;
        Duration deadline;
        synchronized (this) {
            if (state != State.HELD || isRenewing) {
                return;
            }
            isRenewing = true;
            timeout = held.wantedTimeout();
            long third = RenewalRule.EVERY_THIRD.interval(held.lockTimeout()).toNanos();
            deadline = Duration.ofNanos(Math.max(1, Math.min(third, held.leftNanos())));
        }
        // It is repeated here, as long as time remains, and not by the call.
        send(new Renewal(Renewal.By.TIMER, timeout), Rpc.renew(key, timeout, Optional.of(deadline), 0));
    }

    /** Renews at the user's wish. The future completes in a thread that must not be blocked. */
    CompletableFuture<Void> renew(Duration timeout) {
        synchronized (this) {
            if (state == State.LOST) {
                return CompletableFuture.failedFuture(lost());
            }
            if (state != State.HELD) {
                return CompletableFuture.failedFuture(LdlmLock.notLocked("renew"));
            }
        }
        return send(new Renewal(Renewal.By.USER, timeout), locks.renewal(key, timeout));
    }

    private CompletableFuture<Void> send(Renewal renewal, Rpc<RenewRequest, LockResponse> rpc) {
        synchronized (this) {
            renewals.forEach(Renewal::overlap);
            if (!renewals.isEmpty()) {
                renewal.overlap();
            }
            renewals.add(renewal);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        locks.calls().start(rpc, late -> {}).whenComplete((reply, failure) -> {
            RuntimeException refused =
                    failure != null ? LdlmLocks.unwrapped(failure) : LdlmLocks.refusal(reply.message());
            ended(renewal, reply, refused);
            if (refused == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(refused);
            }
        });
        return done;
    }

    private void ended(Renewal renewal, @Nullable Reply<LockResponse> reply, @Nullable RuntimeException refused) {
        LossReason lost = null;
        synchronized (this) {
            renewals.remove(renewal);
            if (renewal.by() == Renewal.By.TIMER) {
                isRenewing = false;
            }
            if (state != State.HELD) {
                return;
            }
            if (refused == null) {
                confirmed(renewal, Objects.requireNonNull(reply));
            } else if (refused instanceof LdlmException known && known.code() != LdlmException.NO_CODE) {
                lost = afterRefusal();
            } else if (renewal.by() == Renewal.By.TIMER) {
                renewLater(refused);
            }
        }
        if (lost != null) {
            lose(lost);
        }
    }

    private void confirmed(Renewal renewal, Reply<LockResponse> reply) {
        connection = connection == NO_CONNECTION ? NO_CONNECTION : reply.connection();
        isConnectionInDoubt = false;
        held.renewed(renewal, reply.sent());
        scheduleAll();
    }

    /** Says why a server does not renew; null = nothing is lost, since a lock without a timeout cannot be renewed. */
    private @Nullable LossReason afterRefusal() {
        if (!held.hasTimeout()) {
            return null;
        }
        if (held.leftNanos() <= 0) {
            return held.overdue();
        }
        return isConnectionInDoubt ? LossReason.SESSION_LOST : LossReason.RELEASED;
    }

    private void renewLater(RuntimeException failure) {
        held.unanswered();
        long delay = Math.min(
                locks.settings().retryDelay().toNanos(),
                held.lockTimeout().dividedBy(RETRY_PART).toNanos());
        LOG.log(System.Logger.Level.WARNING, () -> failure.getMessage() + "; tried again while time remains");
        scheduleNext(isRetriedAtOnce ? 0 : delay);
        isRetriedAtOnce = false;
    }

    // ------------------------------------------------------------------------------------------ loss

    /** What was locked over the connection is lost, unless the server keeps it; it says so by renewing. */
    void connectionEnded(long ended) {
        synchronized (this) {
            if (state != State.HELD || connection != ended) {
                return;
            }
            if (isRenewedHere) {
                isConnectionInDoubt = true;
                isRetriedAtOnce = isRenewing;
                if (!isRenewing) {
                    scheduleNext(0);
                }
                return;
            }
            if (locks.settings().locksOutliveConnection()) {
                return;
            }
        }
        lose(LossReason.SESSION_LOST);
    }

    /** Has a listener told once if it is lost, or now if it is lost already. */
    void onLost(Consumer<LossReason> listener) {
        LossReason reason;
        synchronized (this) {
            reason = loss;
            if (reason == null) {
                listeners.add(listener);
                return;
            }
        }
        tell(listener, reason);
    }

    void lose(LossReason reason) {
        List<Consumer<LossReason>> told;
        boolean isExpected;
        synchronized (this) {
            if (state != State.HELD) {
                return;
            }
            state = State.LOST;
            loss = reason;
            stopTimers();
            told = List.copyOf(listeners);
            listeners.clear();
            isExpected = reason == LossReason.CLIENT_CLOSED || (reason == LossReason.EXPIRED && !isRenewedHere);
        }
        locks.forget(this);
        LOG.log(
                isExpected ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                () -> "the lock '" + key.name() + "' is lost: " + reason);
        told.forEach(listener -> tell(listener, reason));
        tell(why -> locks.settings().onLost().accept(lock, why), reason);
    }

    private void tell(Consumer<LossReason> listener, LossReason reason) {
        Callbacks.run(locks.settings().executor(), () -> listener.accept(reason));
    }

    private synchronized LockLostException lost() {
        return new LockLostException(key.name(), Objects.requireNonNull(loss));
    }

    private void stopTimers() {
        if (next != null) {
            next.cancel();
        }
        if (end != null) {
            end.cancel();
        }
    }

    // ------------------------------------------------------------------------------------------ release

    /** Unlocks at the server; it waits for no renewal. The future completes in a thread that must not be blocked. */
    CompletableFuture<Void> release() {
        CompletableFuture<Void> outcome;
        synchronized (this) {
            switch (state) {
                case RELEASING -> {
                    return release;
                }
                case RELEASED -> {
                    return CompletableFuture.failedFuture(LdlmLock.notLocked("unlock"));
                }
                case LOST -> {
                    // It may be held nevertheless: what was too late for this client was not for the server.
                    locks.unlockQuietly(key);
                    return CompletableFuture.failedFuture(lost());
                }
                default -> {
                    state = State.RELEASING;
                    stopTimers();
                    listeners.clear();
                    release = new CompletableFuture<>();
                    outcome = release;
                }
            }
        }
        locks.forget(this);
        locks.unlockAtServer(key).whenComplete((done, failure) -> released(outcome, failure));
        return outcome;
    }

    private void released(CompletableFuture<Void> outcome, @Nullable Throwable failure) {
        RuntimeException refused = failure == null ? null : LdlmLocks.unwrapped(failure);
        synchronized (this) {
            boolean isAnswered = refused == null
                    || (refused instanceof LdlmException known && known.code() != LdlmException.NO_CODE);
            state = isAnswered ? State.RELEASED : State.IN_DOUBT;
        }
        if (refused == null) {
            outcome.complete(null);
        } else {
            outcome.completeExceptionally(refused);
        }
    }
}
