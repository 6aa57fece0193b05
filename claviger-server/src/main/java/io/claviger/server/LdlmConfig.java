package io.claviger.server;

import java.time.Duration;

/**
 * How the wires of LDLM behave. Immutable; {@link #DEFAULT} begins with the defaults.
 *
 * @param keepOnDisconnect whether locks outlive the connection or REST session that took them
 * @param restSessionIdle after how long without a request a REST session ends, at least 1 s
 * @param keepAliveEvery after how long without a sign of life a gRPC client is asked for one, at least 1 s
 * @param keepAliveWithin how long it has to answer, at least 1 ms; then its connection ends
 */
public record LdlmConfig(
        boolean keepOnDisconnect, Duration restSessionIdle, Duration keepAliveEvery, Duration keepAliveWithin) {
    // Before the settings, whose check needs them.
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    /** The settings of {@code claviger serve}. */
    public static final LdlmConfig DEFAULT =
            new LdlmConfig(false, Duration.ofMinutes(10), Duration.ofSeconds(30), Duration.ofSeconds(10));

    /**
     * Checks the durations.
     *
     * @throws IllegalArgumentException if one is too short
     */
    public LdlmConfig {
        atLeast(SECOND, restSessionIdle, "the idle time of a REST session");
        atLeast(SECOND, keepAliveEvery, "the time between signs of life");
        atLeast(MILLISECOND, keepAliveWithin, "the time for a sign of life");
    }

    /** Returns the same settings, with locks that outlive connections or not. */
    public LdlmConfig withKeepOnDisconnect(boolean keep) {
        return new LdlmConfig(keep, restSessionIdle, keepAliveEvery, keepAliveWithin);
    }

    /** Returns the same settings with another idle time of REST sessions. */
    public LdlmConfig withRestSessionIdle(Duration idle) {
        return new LdlmConfig(keepOnDisconnect, idle, keepAliveEvery, keepAliveWithin);
    }

    /** Returns the same settings with other times for signs of life. */
    public LdlmConfig withKeepAlive(Duration every, Duration within) {
        return new LdlmConfig(keepOnDisconnect, restSessionIdle, every, within);
    }

    private static void atLeast(Duration shortest, Duration actual, String what) {
        if (actual.compareTo(shortest) < 0) {
            throw new IllegalArgumentException(what + " must be at least " + shortest + ": " + actual);
        }
    }
}
