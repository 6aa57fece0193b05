package io.claviger;

import java.time.Duration;
import java.util.Optional;

/**
 * How a record is written. Immutable.
 *
 * @param timeToLive after which the record is gone, by the clock of the place where it is kept; empty = never. Backends that count
 *     in seconds round up
 */
public record PutOptions(Optional<Duration> timeToLive) {
    /** The longest time to live: that of the longest lease. */
    public static final Duration MAX_TIME_TO_LIVE = LockOptions.MAX_LEASE;

    /** No time to live: nothing is lost that nobody deletes. */
    public static final PutOptions DEFAULT = new PutOptions(Optional.empty());

    /**
     * Makes options.
     *
     * @throws IllegalArgumentException if the time to live is not positive, or longer than {@link #MAX_TIME_TO_LIVE}
     */
    public PutOptions {
        if (timeToLive.isPresent()
                && (timeToLive.get().isNegative()
                        || timeToLive.get().isZero()
                        || timeToLive.get().compareTo(MAX_TIME_TO_LIVE) > 0)) {
            throw new IllegalArgumentException("a record's time to live is above 0 and up to " + MAX_TIME_TO_LIVE
                    + ", but this is " + timeToLive.get());
        }
    }

    /** Returns options with a time to live. */
    public static PutOptions timeToLive(Duration length) {
        return new PutOptions(Optional.of(length));
    }
}
