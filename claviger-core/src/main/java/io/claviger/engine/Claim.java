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

    /** When it began to wait or to hold, in whole seconds of machine time; the top bit marks a revoked grant. */
    private int sinceSecondsAndRevoked;

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
        return (sinceSecondsAndRevoked & REVOKED_BIT) != 0;
    }

    int sinceSeconds() {
        return sinceSecondsAndRevoked & ~REVOKED_BIT;
    }

    /** Notes the moment at which it began to wait or to hold. */
    void begin(long nowNanos) {
        sinceSecondsAndRevoked = (int) Math.min(nowNanos / NANOS_PER_SECOND, Integer.MAX_VALUE);
        renewedNanos = nowNanos;
    }

    /** Puts back what a snapshot kept. */
    void restore(long restoredNumber, long renewed, int sinceSeconds, boolean revoked) {
        number = restoredNumber;
        renewedNanos = renewed;
        sinceSecondsAndRevoked = sinceSeconds | (revoked ? REVOKED_BIT : 0);
    }

    /**
     * Marks the grant as taken back. No renewal moves its end any more: it ends when its validity ends, which is the
     * earlier end of lease and session, or never by time if it has neither.
     */
    void revoke() {
        long end = Math.min(deadlineNanos(), session.deadlineNanos());
        sinceSecondsAndRevoked |= REVOKED_BIT;
        if (end == Long.MAX_VALUE) {
            leaseNanos = 0;
        } else {
            leaseNanos = 1;
            renewedNanos = end - 1;
        }
    }

    /** The renewal of the session counts for every lease in it. */
    @Override
    long deadlineNanos() {
        if (leaseNanos == 0 || !holds()) {
            return Long.MAX_VALUE;
        }
        return (isRevoked() ? renewedNanos : Math.max(renewedNanos, session.renewedNanos)) + leaseNanos;
    }
}
