package io.claviger.engine;

/**
 * A live session, as it stood at one index.
 *
 * @param label who it is, for people
 * @param attachment the attach number in force
 * @param ageNanos since when it is open
 * @param leftNanos when it ends unless renewed; {@link Long#MAX_VALUE} if bound to a connection
 * @param claims how many grants and waiters it has
 */
public record SessionView(
        long id, SessionKind kind, String label, int attachment, long ageNanos, long leftNanos, int claims) {}
