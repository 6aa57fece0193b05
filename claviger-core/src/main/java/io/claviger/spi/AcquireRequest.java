package io.claviger.spi;

import io.claviger.LockOptions;
import java.time.Duration;
import java.util.Optional;

/**
 * What a backend is asked to grant. The values have been checked.
 *
 * @param name well-formed, not empty
 * @param permits from 1 to the capacity
 * @param capacity at least 1; 1 = a mutex; {@link Integer#MAX_VALUE} = a reader-writer lock
 * @param waitLimit the limit of waiting: empty = none, zero = ask once, without queueing
 */
public record AcquireRequest(
        String name, int permits, int capacity, LockOptions options, Optional<Duration> waitLimit) {}
