package io.claviger.engine;

import java.util.List;

/**
 * What a command did. The first event of a step answers the command ({@link Reply}); the others tell sessions what
 * happened to them ({@link Notice}), in the order in which it happened.
 */
public sealed interface Event {

    /** Returns the id of the session that this concerns; 0 = none. */
    long session();

    /** An answer to a command. */
    sealed interface Reply extends Event {}

    /** Something that a session is told without having asked in this command. */
    sealed interface Notice extends Event {}

    /**
     * The claim holds its permits. A reply if granted at once, a notice if it waited.
     *
     * @param token the fencing token: greater than that of every earlier grant
     * @param leaseNanos the lease from now on; 0 = none
     */
    record Granted(long session, OwnerKey key, String name, int permits, long token, long leaseNanos)
            implements Reply, Notice {}

    /** The claim waits. */
    record Queued(long session, OwnerKey key, String name) implements Reply {}

    /** A try came when not enough permits were free, or others waited. Nothing is left behind. */
    record NotGranted(long session, OwnerKey key, String name) implements Reply {}

    /**
     * The claim does not wait any more. If the withdrawal was numbered, an acquire with this key and a lower number that is
     * still on its way will be refused (S9).
     */
    record Withdrawn(long session, OwnerKey key) implements Reply {}

    /** The grant has ended at its holder's wish. */
    record Released(long session, OwnerKey key, String name, long token) implements Reply {}

    /** The lease runs from when this was first applied; 0 = the grant has none. */
    record Renewed(long session, OwnerKey key, long token, long leaseNanos) implements Reply {}

    /** The key holds nothing. Nothing was changed (S4). */
    record NotHeld(long session, OwnerKey key) implements Reply {}

    /** The grant is parked: whoever adopts it holds it, and not the one who had it before. */
    record HandedOff(long session, OwnerKey key) implements Reply {}

    /**
     * Waiting would never end, so the request does not wait. No release by anybody outside the cycle could grant it.
     *
     * @param cycle who waits for what: each waits for what the next one holds or waits for before it, the last for the first
     */
    record Deadlock(long session, OwnerKey key, List<Wait> cycle) implements Reply {}

    /**
     * One wait.
     *
     * @param actor who waits; empty = a request without an actor
     * @param name what for
     */
    record Wait(String actor, String name) {}

    /** The session exists. */
    record SessionOpened(long session) implements Reply {}

    /** The session is attached anew; older attachments may change nothing any more. */
    record SessionAttached(long session, int attachment) implements Reply {}

    /**
     * The session's time to live, and the leases of its grants that are not revoked, run from when this was first applied:
     * to whoever repeats the command, from its first sending.
     */
    record SessionRenewed(long session) implements Reply {}

    /** The session has ended, with all its grants and waiters. A reply to its end, else a notice. */
    record SessionEnded(long session, EndReason reason) implements Reply, Notice {}

    /** An administrator took back {@code count} grants of the name. */
    record Revoked(String name, int count) implements Reply {
        @Override
        public long session() {
            return 0;
        }
    }

    /** The record is written, with this version. */
    record RecordPut(long session, long version) implements Reply {}

    /** There is no such record any more. {@code version} is that of the record which was deleted; 0 = there was none. */
    record RecordDeleted(long session, long version) implements Reply {}

    /** The record has another version than was expected, this one; 0 = there is no record. Nothing was changed. */
    record VersionMismatch(long session, long version) implements Reply {}

    /** Expiry was looked after; {@code expired} sessions, grants and records ended. */
    record Ticked(int expired) implements Reply {
        @Override
        public long session() {
            return 0;
        }
    }

    /** The command was refused and changed nothing. */
    record Rejected(long session, Rejection reason) implements Reply {}

    /**
     * The holder must stop. After {@code EXPIRED} and {@code RELEASED} the grant has ended; after {@code REVOKED} it has ended if the
     * revocation was immediate, else it ends when the holder releases it or when its validity has passed.
     */
    record Lost(long session, OwnerKey key, String name, long token, LossReason reason) implements Notice {}
}
