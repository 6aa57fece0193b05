package io.claviger;

import java.time.Duration;
import java.util.Optional;

/**
 * How leaders are kept and watched. Immutable.
 *
 * @param lease the time to live of a leadership, which its client renews by itself; empty = as long as the client lives
 * @param observeEvery how long an observer waits between two looks
 */
public record ElectionOptions(Optional<Duration> lease, Duration observeEvery) {

    /** How long an observer waits between two looks, unless told otherwise: half a second. */
    public static final Duration DEFAULT_OBSERVE_EVERY = Duration.ofMillis(500);

    /** The shortest time between two looks: below it, looking is all that happens. */
    public static final Duration MIN_OBSERVE_EVERY = Duration.ofMillis(10);

    /** The longest time between two looks. */
    public static final Duration MAX_OBSERVE_EVERY = Duration.ofDays(1);

    /** A leadership as long as its client lives, and two looks a second. */
    public static final ElectionOptions DEFAULT = new ElectionOptions(Optional.empty(), DEFAULT_OBSERVE_EVERY);

    /**
     * Makes options.
     *
     * @throws IllegalArgumentException if the lease is none that {@link LockOptions} allows, or {@code observeEvery} is shorter
     *     than {@link #MIN_OBSERVE_EVERY} or longer than {@link #MAX_OBSERVE_EVERY}
     */
    public ElectionOptions {
        lease.ifPresent(LockOptions::lease);
        if (observeEvery.compareTo(MIN_OBSERVE_EVERY) < 0 || observeEvery.compareTo(MAX_OBSERVE_EVERY) > 0) {
            throw new IllegalArgumentException("an observer looks every " + MIN_OBSERVE_EVERY + " to "
                    + MAX_OBSERVE_EVERY + ", but this is " + observeEvery);
        }
    }

    /** Returns the same options with a lease. */
    public ElectionOptions withLease(Duration length) {
        return new ElectionOptions(Optional.of(length), observeEvery);
    }

    /** Returns the same options with another time between two looks. */
    public ElectionOptions withObserveEvery(Duration time) {
        return new ElectionOptions(lease, time);
    }
}
