package io.claviger.dynamodb;

/**
 * How often a client asks for one name while it waits: the first times soon, then within a budget. What it spends on a grant, or
 * on handing one over, counts as well but is never held up.
 */
final class Pace {
    /** How soon it looks again at first. */
    private static final long FIRST_NANOS = 20_000_000;

    /** By this part of itself the time between two looks grows. */
    private static final long SLOWER_PART = 2;

    /** How many requests may come early, before the budget counts. */
    private static final int BURST = 5;

    /** The longest time between two attempts when the table does not answer. */
    private static final long LONGEST_PAUSE_NANOS = 2_000_000_000L;

    private static final long FIRST_PAUSE_NANOS = 50_000_000;
    private static final int MOST_DOUBLINGS = 20;

    private final Chance chance;
    private final long intervalNanos;
    private long stepNanos = FIRST_NANOS;
    private long paidUntilNanos;
    private boolean begun;

    Pace(double requestsPerSecond, Chance chance) {
        this.chance = chance;
        this.intervalNanos = (long) (1e9 / requestsPerSecond);
    }

    /** Returns the time between two requests that the budget allows for. */
    long intervalNanos() {
        return intervalNanos;
    }

    /** Somebody begins to wait: the next looks are soon. */
    void restart() {
        stepNanos = FIRST_NANOS;
    }

    /** A request is sent. */
    void spend(long nowNanos) {
        paidUntilNanos = (begun && paidUntilNanos - nowNanos > 0 ? paidUntilNanos : nowNanos) + intervalNanos;
        // A burst of grants must not keep anybody waiting for long afterwards.
        paidUntilNanos = nowNanos + Math.min(paidUntilNanos - nowNanos, 2 * BURST * intervalNanos);
        begun = true;
    }

    /** Returns how long to wait before the next look. */
    long nextLookNanos(long nowNanos) {
        long wanted = chance.around(Math.min(stepNanos, intervalNanos));
        stepNanos = Math.min(stepNanos + stepNanos / SLOWER_PART, Math.max(intervalNanos, FIRST_NANOS));
        long allowed = begun ? paidUntilNanos - nowNanos - (BURST - 1) * intervalNanos : 0;
        return Math.max(wanted, allowed);
    }

    /** Returns how long to wait before asking again a table that has failed to answer. */
    static long pauseNanos(int failures, Chance chance) {
        long pause = FIRST_PAUSE_NANOS << Math.min(failures - 1, MOST_DOUBLINGS);
        return chance.around(Math.min(pause, LONGEST_PAUSE_NANOS));
    }
}
