package io.claviger.engine;

import org.jspecify.annotations.Nullable;

/**
 * A request from its arrival to its end: first perhaps a waiter, then perhaps a grant. It stands in two rings, that of
 * its lock (holders or queue) and that of its session, so that every removal is O(1).
 *
 * <p>One object per held lock is most of what a lock costs, so the fields are laid out to 88 bytes.
 */
final class Claim extends Timed {
    private static final int REVOKED_BIT = 1 << 31;
    private static final int BY_KEY_BIT = 1 << 30;
    private static final int ACTOR_BIT = 1 << 29;

    /** What is left for whole seconds: 17 years of machine time, and then it stands still. */
    static final int MAX_SECONDS = ACTOR_BIT - 1;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    final LockState lock;
    final SessionState session;
    final long keyHigh;
    final long keyLow;
    final int permits;

    /** While it holds: its token. While it waits: minus the index of its acquire. 0: it has ended. */
    long number;

    /** The length of the lease; 0 = none. */
    long leaseNanos;

    /** When the lease was last restarted by a renewal of this grant alone. */
    long renewedNanos;

    /** When it began to wait or to hold, in whole seconds of machine time, and three marks in the top bits. */
    private int sinceSecondsAndMarks;

    /** The neighbours in the ring of the lock. */
    @Nullable
    Claim lockPrevious;

    @Nullable
    Claim lockNext;

    /** The neighbours in the ring of the session. */
    @Nullable
    Claim sessionPrevious;

    @Nullable
    Claim sessionNext;

    Claim(LockState lock, SessionState session, OwnerKey key, int permits, long leaseNanos) {
        this.lock = lock;
        this.session = session;
        this.keyHigh = key.high();
        this.keyLow = key.low();
        this.permits = permits;
        this.leaseNanos = leaseNanos;
    }

    boolean hasKey(OwnerKey key) {
        return keyHigh == key.high() && keyLow == key.low();
    }

    OwnerKey key() {
        return new OwnerKey(keyHigh, keyLow);
    }

    boolean holds() {
        return number > 0;
    }

    boolean waits() {
        return number < 0;
    }

    boolean hasEnded() {
        return number == 0;
    }

    boolean isRevoked() {
        return (sinceSecondsAndMarks & REVOKED_BIT) != 0;
    }

    /** Whether only its own renewals count, and not those of its session. */
    boolean isRenewedByKey() {
        return (sinceSecondsAndMarks & BY_KEY_BIT) != 0;
    }

    void renewByKeyOnly() {
        sinceSecondsAndMarks |= BY_KEY_BIT;
    }

    /** Whether {@link Actors} knows for whom this is. */
    boolean hasActor() {
        return (sinceSecondsAndMarks & ACTOR_BIT) != 0;
    }

    void markActor() {
        sinceSecondsAndMarks |= ACTOR_BIT;
    }

    int sinceSeconds() {
        return sinceSecondsAndMarks & MAX_SECONDS;
    }

    /** Notes the moment at which it began to wait or to hold. */
    void begin(long nowNanos) {
        int seconds = (int) Math.min(nowNanos / NANOS_PER_SECOND, MAX_SECONDS);
        sinceSecondsAndMarks = (sinceSecondsAndMarks & ~MAX_SECONDS) | seconds;
        renewedNanos = nowNanos;
    }

    /** Puts back what a snapshot kept. */
    void restore(long restoredNumber, long renewed, int sinceSeconds, boolean revoked) {
        number = restoredNumber;
        renewedNanos = renewed;
        sinceSecondsAndMarks = (sinceSecondsAndMarks & ~MAX_SECONDS) | sinceSeconds | (revoked ? REVOKED_BIT : 0);
    }

    /**
     * Marks the grant as taken back. No renewal moves its end any more: it ends when its validity ends, which is the
     * earlier end of lease and session, or never by time if it has neither.
     */
    void revoke() {
        long end = Math.min(deadlineNanos(), session.deadlineNanos());
        sinceSecondsAndMarks |= REVOKED_BIT;
        if (end == Long.MAX_VALUE) {
            leaseNanos = 0;
        } else {
            leaseNanos = 1;
            renewedNanos = end - 1;
        }
    }

    /** The renewal of the session counts for every lease in it, except those that are renewed by key only. */
    @Override
    long deadlineNanos() {
        if (leaseNanos == 0 || !holds()) {
            return Long.MAX_VALUE;
        }
        return (isRevoked() || isRenewedByKey() ? renewedNanos : Math.max(renewedNanos, session.renewedNanos))
                + leaseNanos;
    }
}
