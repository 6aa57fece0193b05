package io.claviger.client.ldlm;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a lock is asked for. Immutable. Example: {@code LdlmOptions.DEFAULT.withWaitTimeout(Duration.ofSeconds(30)).withSize(10)}.
 *
 * @param waitTimeout how long to wait for the lock, in whole seconds; empty or zero = without limit. A try does not wait, and
 *     takes none
 * @param lockTimeout after which time the server unlocks it unless it was renewed, in whole seconds; zero = never; empty = as the
 *     client says
 * @param size how many may hold the lock at a time; empty = 1. All who use a name must agree
 */
public record LdlmOptions(Optional<Duration> waitTimeout, Optional<Duration> lockTimeout, OptionalInt size) {
    /** To wait without limit for a lock of one holder, with the client's lock timeout. */
    public static final LdlmOptions DEFAULT = new LdlmOptions(Optional.empty(), Optional.empty(), OptionalInt.empty());

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a time is negative, above 2,147,483,647 s, or not in whole seconds
     * @throws InvalidLockSizeException if the size is not above 0
     */
    public LdlmOptions {
        waitTimeout.ifPresent(time -> WholeSeconds.checked("a wait timeout", time));
        lockTimeout.ifPresent(time -> WholeSeconds.checked("a lock timeout", time));
        if (size.isPresent() && size.getAsInt() <= 0) {
            throw new InvalidLockSizeException("a lock size is above 0, but this is " + size.getAsInt());
        }
    }

    /** Returns the same options with that limit of waiting; zero = without limit. */
    public LdlmOptions withWaitTimeout(Duration time) {
        return new LdlmOptions(Optional.of(time), lockTimeout, size);
    }

    /** Returns the same options with that lock timeout; zero = none, whatever the client says. */
    public LdlmOptions withLockTimeout(Duration time) {
        return new LdlmOptions(waitTimeout, Optional.of(time), size);
    }

    /** Returns the same options with that size. */
    public LdlmOptions withSize(int holders) {
        return new LdlmOptions(waitTimeout, lockTimeout, OptionalInt.of(holders));
    }
}
