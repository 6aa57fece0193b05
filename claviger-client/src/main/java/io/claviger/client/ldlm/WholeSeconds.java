package io.claviger.client.ldlm;

import java.time.Duration;

/** Times as LDLM sends them: whole seconds in 32 bits. */
final class WholeSeconds {
    private WholeSeconds() {}

    /**
     * Returns the time as it is.
     *
     * @param what it is, for the message
     * @throws IllegalArgumentException if it is negative, too long, or has a fraction of a second
     */
    static Duration checked(String what, Duration time) {
        if (time.isNegative() || time.toSeconds() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    what + " is from 0 to " + Integer.MAX_VALUE + " seconds, but this is " + time);
        }
        if (!time.equals(Duration.ofSeconds(time.toSeconds()))) {
            throw new IllegalArgumentException(
                    what + " is in whole seconds, since LDLM's messages have no parts of them, but this is " + time);
        }
        return time;
    }

    /** Returns a checked time as it goes on the wire. */
    static int of(Duration time) {
        return Math.toIntExact(time.toSeconds());
    }
}
