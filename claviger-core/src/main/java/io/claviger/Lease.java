package io.claviger;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A grant in the hands of its holder. Whoever has the object holds the lock; threads do not matter.
 *
 * <p>Thread-safe. It begins when it is granted and ends once: released, closed, or lost. Example:
 *
 * <pre>{@code
 * try (Lease lease = client.lock("nightly").acquire()) {
 *     lease.onLost(reason -> job.cancel());
 *     job.run(lease.token().value());
 * }
 * }</pre>
 */
public interface Lease extends AutoCloseable {
    /** For how long a lease that is handed off can be adopted, unless told otherwise: one minute. */
    Duration DEFAULT_HAND_OFF = Duration.ofMinutes(1);

    /** Returns the name that is held. */
    String name();

    /** Returns the number of this grant, to fence with. It stays the same for the life of the lease (SPEC S3). */
    FencingToken token();

    /**
     * Returns the text that proves this grant where the locks are kept, for tools and scripts. Whoever knows it can release
     * the grant: it is a secret. A hand-off makes it worthless.
     */
    String key();

    /**
     * Returns how long the holder may still act, by a conservative count: it ends before anyone else can be granted the
     * permits (SPEC S7). It is the earlier end of the lease and of the client's session. Where neither ends by time, as for a
     * grant without a lease in process, it is {@link Long#MAX_VALUE} nanoseconds. After the end of the lease it is zero.
     */
    Duration validity();

    /** Whether the lease has neither ended nor run out: {@link #validity()} is not zero. */
    boolean isValid();

    /**
     * Returns only if it is still safe to act.
     *
     * @throws LeaseLostException if the lease was lost
     * @throws IllegalStateException if it was released
     */
    void checkpoint();

    /**
     * Has the listener told, once, if the lease is lost. If it is lost already, the listener is told now.
     *
     * <p><b>Order.</b> It is called before the permits can be granted to anyone else, provided that this process runs and
     * the client's executor has a thread to spare (SPEC S7). Exempt is the holder's own doing: closing its client tells it as
     * well, but does not wait for it. A release does not call it.
     */
    void onLost(Consumer<LossReason> listener);

    /**
     * Restarts the lease from now. Without a lease it only checks that the grant is still held.
     *
     * <p><b>Blocks</b> until the answer is there.
     *
     * @throws LeaseLostException if the grant was lost before: not done
     * @throws IllegalStateException if it was released: not done
     */
    void renew();

    /** As {@link #renew()}, without blocking; the future fails with what {@code renew()} throws. */
    CompletableFuture<Void> renewAsync();

    /**
     * Gives the permits back.
     *
     * <p><b>Blocks</b> until the permits are free. A second call does nothing.
     *
     * @throws LeaseLostException if the grant was lost before, so that others may have held the permits meanwhile: what
     *     was done under it should be checked
     */
    void release();

    /** As {@link #release()}, without blocking; the future fails with what {@code release()} throws. */
    CompletableFuture<Void> releaseAsync();

    /** Hands the lease off for a minute; see {@link #handOff(Duration)}. */
    default String handOff() {
        return handOff(DEFAULT_HAND_OFF);
    }

    /**
     * Parks the grant and returns a text by which another process can take it over with {@link LockClient#adopt}. From now on
     * this handle holds nothing: it is not renewed, and closing it does nothing. Whoever adopts the grant has a greater token.
     *
     * <p><b>Blocks</b> until the grant is parked. <b>Effect.</b> Nobody else is granted the permits meanwhile; if nobody adopts
     * the grant in time, it expires.
     *
     * @param adoptable how long the text is good for, from {@link LockOptions#MIN_LEASE} to {@link LockOptions#MAX_LEASE}
     * @return a secret: whoever has it can take the lock
     * @throws LeaseLostException if the lease was lost before: not done
     * @throws IllegalStateException if it was released before: not done
     * @throws IndeterminateException if no answer came: perhaps done. The lease is not held any more, and ends by itself
     * @throws UnsupportedOperationException if the backend lacks {@link Capability#HAND_OFF}
     */
    String handOff(Duration adoptable);

    /** As {@link #handOff(Duration)}, without blocking; the future fails with what {@code handOff} throws. */
    CompletableFuture<String> handOffAsync(Duration adoptable);

    /** Releases if still held. Never throws for a lost lease, and does nothing the second time. */
    @Override
    void close();
}
