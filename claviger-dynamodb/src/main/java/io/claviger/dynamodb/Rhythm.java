package io.claviger.dynamodb;

/** When the table is asked for a name. Used on the loop only; all times are on the monotonic clock. */
final class Rhythm {
    /** So long a client may pass a lock on within itself before it lets others have a chance. */
    static final long TURN_NANOS = 10_000_000_000L;

    /** For how many times the usual time between two requests it then does not ask. */
    private static final long REST_INTERVALS = 3;

    /** But not for longer than that, however small the budget is: nobody holds the name meanwhile. */
    static final long LONGEST_REST_NANOS = 3_000_000_000L;

    private final Pace pace;
    private final Chance chance;
    private int failures;
    private String failure = "";
    private long notBeforeNanos;
    private long lookAtNanos;
    private long turnSinceNanos;

    Rhythm(double requestsPerSecond, Chance chance, long nowNanos) {
        this.pace = new Pace(requestsPerSecond, chance);
        this.chance = chance;
        this.notBeforeNanos = nowNanos;
        this.lookAtNanos = nowNanos;
        this.turnSinceNanos = nowNanos;
    }

    /** Somebody begins to wait where nobody did. */
    void restart() {
        pace.restart();
    }

    void sending(long nowNanos) {
        pace.spend(nowNanos);
    }

    void answered(long nowNanos) {
        failures = 0;
        lookAtNanos = nowNanos + pace.nextLookNanos(nowNanos);
    }

    void failed(String why, long nowNanos) {
        failures++;
        failure = why;
        notBeforeNanos = nowNanos + Pace.pauseNanos(failures, chance);
    }

    /** Why the table could not be asked the last time; empty = it could. */
    String trouble() {
        return failures == 0 ? "" : failure;
    }

    /** Returns how long nothing is to be sent, for the sake of a table in trouble or of other clients. */
    long pauseLeftNanos(long nowNanos) {
        return Math.max(0, notBeforeNanos - nowNanos);
    }

    /** Returns how long until it is time to look again. */
    long lookInNanos(long nowNanos) {
        return Math.max(0, lookAtNanos - nowNanos);
    }

    /** This client has got the lock from outside, and may pass it on within itself from now. */
    void beginTurn(long nowNanos) {
        turnSinceNanos = nowNanos;
    }

    boolean isTurnOver(long nowNanos) {
        return nowNanos - turnSinceNanos >= TURN_NANOS;
    }

    /** Lets others have their turn. */
    void rest(long nowNanos) {
        turnSinceNanos = nowNanos;
        notBeforeNanos = nowNanos + Math.min(REST_INTERVALS * pace.intervalNanos(), LONGEST_REST_NANOS);
    }
}
