package io.claviger.engine;

/** Why a command was refused. A refused command has changed nothing; what it acknowledged stays acknowledged. */
public enum Rejection {
    /** The name is empty, longer than {@link Limits#MAX_NAME_LENGTH}, or not well-formed Unicode. */
    INVALID_NAME,
    /** The capacity is not between 1 and {@link Integer#MAX_VALUE}. */
    INVALID_CAPACITY,
    /** The permits are not between 1 and the capacity. */
    INVALID_PERMITS,
    /** The lease is negative or longer than {@link Limits#MAX_LEASE_NANOS}. */
    INVALID_LEASE,
    /** The time to live does not fit the session's kind or the limits; that of a record is negative or too long. */
    INVALID_TIME_TO_LIVE,
    /** The session's label is longer than {@link Limits#MAX_LABEL_LENGTH}, or not well-formed Unicode. */
    INVALID_LABEL,
    /** The name is in use with another capacity (S10). */
    CAPACITY_MISMATCH,
    /** The key is in use, at this moment, for another request (another session, name, capacity or number of permits). */
    KEY_MISMATCH,
    /** The key was withdrawn before the request arrived (S9). */
    KEY_WITHDRAWN,
    /** There is no such session, or it has ended (S5). */
    UNKNOWN_SESSION,
    /** The session id is in use. */
    SESSION_EXISTS,
    /** The session was attached anew since, or never under this number; this attachment may change nothing (S4). */
    STALE_ATTACHMENT,
    /** The secret is not the session's. */
    WRONG_SECRET,
    /** The sequence number was acknowledged before: its reply is gone (S8). */
    SEQUENCE_FORGOTTEN,
    /**
     * The sequence number is further than {@link Limits#MAX_UNACKNOWLEDGED} above the acknowledged ones, or the replies kept
     * above them name {@link Limits#MAX_UNACKNOWLEDGED_CHARACTERS}: acknowledge some first.
     */
    SEQUENCE_TOO_FAR_AHEAD,
    /** The queue of the name has {@link Limits#MAX_WAITERS_PER_NAME} waiters. */
    TOO_MANY_WAITERS,
    /** There are {@link Limits#MAX_SESSIONS} sessions. */
    TOO_MANY_SESSIONS,
    /** The session has {@link Limits#MAX_CLAIMS_PER_SESSION} grants and waiters. */
    TOO_MANY_CLAIMS,
    /** The sequence number is negative or not below {@link Limits#MAX_NUMBER}. */
    INVALID_SEQUENCE,
    /** The actor is longer than {@link Limits#MAX_ACTOR_LENGTH}, or not well-formed Unicode. */
    INVALID_ACTOR,
    /** The key of the record is empty, longer than {@link Limits#MAX_RECORD_KEY_LENGTH}, or not well-formed Unicode. */
    INVALID_RECORD_KEY,
    /** The value is longer than {@link Limits#MAX_VALUE_BYTES}. */
    VALUE_TOO_LONG,
    /** There are {@link Limits#MAX_RECORDS} records, or they take {@link Limits#MAX_RECORD_BYTES}, or what the machine allows. */
    TOO_MANY_RECORDS,
    /** The write was guarded by a grant that is not held, or was taken back. */
    NOT_HOLDING
}
