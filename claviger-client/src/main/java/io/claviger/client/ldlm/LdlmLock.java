package io.claviger.client.ldlm;

import io.claviger.LossReason;
import io.claviger.spi.Callbacks;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a request for a lock has come to: a lock that is held, or one that is not. Thread-safe; whoever has the object may unlock
 * it. See {@link LdlmClient} for when a lock is lost.
 */
public sealed class LdlmLock permits LdlmLockContext {
    private final String name;
    private final @Nullable Holding holding;

    LdlmLock(String name, @Nullable Holding holding) {
        this.name = name;
        this.holding = holding;
    }

    /** Returns the name that was asked for. */
    public final String name() {
        return name;
    }

    /** Returns what proves to the server that the lock is held; a secret. Empty if it was never locked. */
    public final String key() {
        return holding == null ? "" : holding.key().key();
    }

    /** Whether it is held: it was locked, and was neither unlocked nor lost since; {@link #validity()} is not zero. */
    public final boolean isLocked() {
        return holding != null && holding.isHeld();
    }

    /**
     * Returns the number of this grant, greater than that of every earlier one of the name, for storage to compare. Empty if it
     * was never locked, or if the server has no such numbers: only Claviger does.
     */
    public final OptionalLong fencingToken() {
        return holding == null ? OptionalLong.empty() : holding.token();
    }

    /**
     * Returns how long the lock is surely held, by a conservative count: from the sending of what was confirmed last. Without a
     * lock timeout it is {@link Long#MAX_VALUE} nanoseconds, as long as it is held. Afterwards it is zero.
     */
    public final Duration validity() {
        return holding == null ? Duration.ZERO : holding.validity();
    }

    /**
     * Has the listener told, once, if the lock is lost. If it is lost already, the listener is told now. Unlocking does not tell
     * it. It is told on the client's executor.
     */
    public final void onLost(Consumer<LossReason> listener) {
        if (holding != null) {
            holding.onLost(listener);
        }
    }

    /**
     * Unlocks. From now on the lock is not locked, whatever the outcome, and is not renewed.
     *
     * <p><b>Blocks</b> until the server answered; never behind a renewal. A thread that is interrupted waits two more seconds.
     *
     * @throws IllegalStateException if it is not locked: not done
     * @throws LockLostException if it was lost before. In case that the server has kept it, it is unlocked in the background
     * @throws LdlmException as {@link LdlmClient#unlock} says. After an {@link LdlmUnavailableException} it may be tried again
     */
    public final void unlock() {
        Waiting.seenThrough(release());
    }

    /** As {@link #unlock()}, without blocking; the future fails with what {@code unlock} throws. */
    public final CompletableFuture<Void> unlockAsync() {
        return holding == null ? release() : Callbacks.handOver(holding.executor(), release());
    }

    /**
     * Restarts the lock timeout from now, with another value, which renewals in the background use from then on.
     *
     * <p><b>Blocks</b> until the server answered. A thread that is interrupted waits two more seconds.
     *
     * @param lockTimeout in whole seconds, above zero
     * @throws IllegalArgumentException if the time is none of these: not done
     * @throws IllegalStateException if it is not locked: not done
     * @throws LockLostException if it was lost before: not done
     * @throws LockDoesNotExistOrInvalidKeyException if the server says that it is lost, or it has no lock timeout: not done
     * @throws LdlmException as {@link LdlmClient#renew} says
     */
    public final void renew(Duration lockTimeout) {
        Waiting.seenThrough(restart(lockTimeout));
    }

    /** As {@link #renew}, without blocking; the future fails with what {@code renew} throws. */
    public final CompletableFuture<Void> renewAsync(Duration lockTimeout) {
        CompletableFuture<Void> restarted = restart(lockTimeout);
        return holding == null ? restarted : Callbacks.handOver(holding.executor(), restarted);
    }

    /** The same as {@link #renew}, under its name before version 1.1 of LDLM's clients. */
    public final void refresh(Duration lockTimeout) {
        renew(lockTimeout);
    }

    /** The same as {@link #renewAsync}. */
    public final CompletableFuture<Void> refreshAsync(Duration lockTimeout) {
        return renewAsync(lockTimeout);
    }

    final CompletableFuture<Void> release() {
        return holding == null ? CompletableFuture.failedFuture(notLocked("unlock")) : holding.release();
    }

    private CompletableFuture<Void> restart(Duration lockTimeout) {
        Duration checked = LdlmClient.aboveZero(lockTimeout);
        return holding == null ? CompletableFuture.failedFuture(notLocked("renew")) : holding.renew(checked);
    }

    /** Whether there is nothing to unlock, and nothing to tell about it. */
    final boolean isSettled() {
        return holding == null || holding.isSettled();
    }

    /** Gives back what nobody waits for any more. */
    final void abandon() {
        if (!isSettled()) {
            release();
        }
    }

    static IllegalStateException notLocked(String method) {
        return new IllegalStateException(method + "() called on unlocked lock");
    }

    /** Does not show the key. */
    @Override
    public final String toString() {
        return "LdlmLock['" + name + "', " + (isLocked() ? "locked" : "not locked") + "]";
    }
}
