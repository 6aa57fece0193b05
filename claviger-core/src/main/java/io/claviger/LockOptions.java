package io.claviger;

import io.claviger.engine.Limits;
import java.time.Duration;
import java.util.Optional;

/**
 * How a lock is held. Immutable.
 *
 * @param lease the time to live of a grant; empty = as long as the client lives and stays open
 * @param renewal who restarts the lease
 * @param actor for whom the lock is, such as a job or a thread, up to 1,024 characters. A request with an actor that could only
 *     wait for ever, since actors wait for each other in a circle, fails with a {@link DeadlockException}
 */
public record LockOptions(Optional<Duration> lease, Renewal renewal, Optional<String> actor) {

    /** The shortest lease: below it, renewing in time is luck. */
    public static final Duration MIN_LEASE = Duration.ofMillis(10);

    /** The longest lease. */
    public static final Duration MAX_LEASE = Duration.ofDays(36_500);

    /** No lease: the grant lives as long as its client. */
    public static final LockOptions DEFAULT = new LockOptions(Optional.empty(), Renewal.AUTOMATIC, Optional.empty());

    /** Who restarts a lease before it runs out. */
    public enum Renewal {
        /** The client does, in the background, three times in each length of the lease. */
        AUTOMATIC,
        /** Only {@link Lease#renew()} does: the grant ends if its holder makes no progress. */
        MANUAL
    }

    /**
     * Makes options.
     *
     * @throws IllegalArgumentException if the lease is shorter than {@link #MIN_LEASE} or longer than {@link #MAX_LEASE}, or
     *     the actor is empty, too long or not well-formed Unicode
     */
    public LockOptions {
        if (lease.isPresent()
                && (lease.get().compareTo(MIN_LEASE) < 0 || lease.get().compareTo(MAX_LEASE) > 0)) {
            throw new IllegalArgumentException(
                    "a lease lasts from " + MIN_LEASE + " to " + MAX_LEASE + ", but this is " + lease.get());
        }
        if (actor.isPresent()
                && (actor.get().isEmpty() || !Limits.isWellFormed(actor.get(), Limits.MAX_ACTOR_LENGTH))) {
            throw new IllegalArgumentException("an actor has 1 to " + Limits.MAX_ACTOR_LENGTH
                    + " characters of well-formed Unicode, but this one has "
                    + actor.get().length());
        }
    }

    /** Returns options with a lease that the client renews by itself. */
    public static LockOptions lease(Duration lease) {
        return new LockOptions(Optional.of(lease), Renewal.AUTOMATIC, Optional.empty());
    }

    /** Returns options with a lease that only {@link Lease#renew()} restarts. */
    public static LockOptions manualLease(Duration lease) {
        return new LockOptions(Optional.of(lease), Renewal.MANUAL, Optional.empty());
    }

    /** Returns the same options for an actor. */
    public LockOptions withActor(String name) {
        return new LockOptions(lease, renewal, Optional.of(name));
    }
}
