package io.claviger.engine;

import org.jspecify.annotations.Nullable;

/** The bounds of everything that the machine keeps. What exceeds one is rejected with a reason of its own. */
public final class Limits {
    /** Characters of a name. */
    public static final int MAX_NAME_LENGTH = 65_536;

    /** Characters of a session's label. */
    public static final int MAX_LABEL_LENGTH = 1_024;

    /** Characters of an actor's name. */
    public static final int MAX_ACTOR_LENGTH = 1_024;

    /** Claims that a search for a deadlock looks at before it gives up and lets the request wait. */
    public static final int MAX_DEADLOCK_SEARCH = 1_024;

    /** Waiters of one name. */
    public static final int MAX_WAITERS_PER_NAME = 100_000;

    /** Grants of one name that are told to a client which asks who holds it. */
    public static final int MAX_HOLDERS_TOLD = 1_000;

    /** Sessions of one machine. */
    public static final int MAX_SESSIONS = 1_000_000;

    /** Grants and waiters of one session. */
    public static final int MAX_CLAIMS_PER_SESSION = 4_000_000;

    /** Replies that a session keeps for retries, and so how far its numbers may run ahead of the acknowledged ones. */
    public static final int MAX_UNACKNOWLEDGED = 16_384;

    /** Characters of names in the replies that a session keeps for retries. */
    public static final int MAX_UNACKNOWLEDGED_CHARACTERS = 4 * 1024 * 1024;

    /** Characters of a record's key. */
    public static final int MAX_RECORD_KEY_LENGTH = 1_024;

    /** Bytes of a record's value: 384 KiB. */
    public static final int MAX_VALUE_BYTES = 384 * 1024;

    /** Records of one machine. */
    public static final int MAX_RECORDS = 1_000_000;

    /** Bytes of all records of one machine, each counted with its key and {@link #RECORD_OVERHEAD_BYTES}: 256 MiB. */
    public static final long MAX_RECORD_BYTES = 256L * 1024 * 1024;

    /** What a record takes beside its key and its value, roughly. */
    public static final int RECORD_OVERHEAD_BYTES = 160;

    /** The longest lease: 100 years of 365 days. */
    public static final long MAX_LEASE_NANOS = 100L * 365 * 24 * 3600 * 1_000_000_000;

    /** The shortest time to live of a session: 1 s. */
    public static final long MIN_SESSION_TTL_NANOS = 1_000_000_000L;

    /** The longest time to live of a session: 10 min. */
    public static final long MAX_SESSION_TTL_NANOS = 600L * 1_000_000_000;

    /** Indices and tokens stay below this, so that every client language can hold them in a double: 2^53. */
    public static final long MAX_NUMBER = 1L << 53;

    /** The capacity of a reader-writer lock: a reader takes one permit, a writer takes all. */
    public static final int READ_WRITE_CAPACITY = Integer.MAX_VALUE;

    private Limits() {}

    static boolean isLease(long leaseNanos) {
        return leaseNanos >= 0 && leaseNanos <= MAX_LEASE_NANOS;
    }

    static @Nullable Rejection invalidity(long leaseNanos, String actor) {
        if (!isWellFormed(actor, MAX_ACTOR_LENGTH)) {
            return Rejection.INVALID_ACTOR;
        }
        return isLease(leaseNanos) ? null : Rejection.INVALID_LEASE;
    }

    static boolean isRecordKey(String key) {
        return !key.isEmpty() && isWellFormed(key, MAX_RECORD_KEY_LENGTH);
    }

    static boolean isTimeToLive(SessionKind kind, long ttlNanos) {
        return kind == SessionKind.CONNECTION
                ? ttlNanos == 0
                : ttlNanos >= MIN_SESSION_TTL_NANOS && ttlNanos <= MAX_SESSION_TTL_NANOS;
    }

    /** Whether a text has at most {@code maxLength} characters and no half of a surrogate pair, which no wire can carry. */
    public static boolean isWellFormed(String text, int maxLength) {
        if (text.length() > maxLength) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
