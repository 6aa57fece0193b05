package io.claviger.server.grpc;

import io.claviger.engine.Limits;
import io.claviger.engine.Rejection;
import io.claviger.protocol.v1.RefusalReason;
import io.grpc.Status;

/** Why the machine refused: the reason on the stream, and the status with a sentence of single calls. */
final class Refusals {
    private Refusals() {}

    static RefusalReason reason(Rejection rejection) {
        return switch (rejection) {
            case INVALID_NAME -> RefusalReason.REFUSAL_REASON_INVALID_NAME;
            case INVALID_CAPACITY -> RefusalReason.REFUSAL_REASON_INVALID_CAPACITY;
            case INVALID_PERMITS -> RefusalReason.REFUSAL_REASON_INVALID_PERMITS;
            case INVALID_LEASE -> RefusalReason.REFUSAL_REASON_INVALID_LEASE;
            case INVALID_TIME_TO_LIVE -> RefusalReason.REFUSAL_REASON_INVALID_TIME_TO_LIVE;
            case INVALID_LABEL -> RefusalReason.REFUSAL_REASON_INVALID_LABEL;
            case INVALID_ACTOR -> RefusalReason.REFUSAL_REASON_INVALID_ACTOR;
            case CAPACITY_MISMATCH -> RefusalReason.REFUSAL_REASON_CAPACITY_MISMATCH;
            case KEY_MISMATCH -> RefusalReason.REFUSAL_REASON_KEY_MISMATCH;
            case KEY_WITHDRAWN -> RefusalReason.REFUSAL_REASON_KEY_WITHDRAWN;
            case UNKNOWN_SESSION -> RefusalReason.REFUSAL_REASON_UNKNOWN_SESSION;
            case STALE_ATTACHMENT -> RefusalReason.REFUSAL_REASON_STALE_ATTACHMENT;
            case WRONG_SECRET -> RefusalReason.REFUSAL_REASON_WRONG_SECRET;
            case INVALID_SEQUENCE -> RefusalReason.REFUSAL_REASON_INVALID_SEQUENCE;
            case SEQUENCE_FORGOTTEN -> RefusalReason.REFUSAL_REASON_SEQUENCE_FORGOTTEN;
            case SEQUENCE_TOO_FAR_AHEAD -> RefusalReason.REFUSAL_REASON_SEQUENCE_TOO_FAR_AHEAD;
            case TOO_MANY_WAITERS -> RefusalReason.REFUSAL_REASON_TOO_MANY_WAITERS;
            case TOO_MANY_SESSIONS -> RefusalReason.REFUSAL_REASON_TOO_MANY_SESSIONS;
            case TOO_MANY_CLAIMS -> RefusalReason.REFUSAL_REASON_TOO_MANY_CLAIMS;
            case INVALID_RECORD_KEY -> RefusalReason.REFUSAL_REASON_INVALID_RECORD_KEY;
            case VALUE_TOO_LONG -> RefusalReason.REFUSAL_REASON_VALUE_TOO_LONG;
            case TOO_MANY_RECORDS -> RefusalReason.REFUSAL_REASON_TOO_MANY_RECORDS;
            case NOT_HOLDING -> RefusalReason.REFUSAL_REASON_NOT_HOLDING;
            // Ids are ours, and each is given once.
            case SESSION_EXISTS -> RefusalReason.REFUSAL_REASON_UNSPECIFIED;
        };
    }

    static Status status(Rejection rejection) {
        return switch (rejection) {
            case INVALID_NAME ->
                invalid("a name has 1 to " + Limits.MAX_NAME_LENGTH + " characters of well-formed Unicode");
            case INVALID_CAPACITY -> invalid("a capacity is 1 to " + Integer.MAX_VALUE);
            case INVALID_PERMITS -> invalid("permits are 1 to the capacity");
            case INVALID_LEASE -> invalid("a lease is 0 (none) to 100 years, in nanoseconds");
            case INVALID_TIME_TO_LIVE ->
                invalid(
                        "a time to live is, in nanoseconds, 1 s to 10 min for a session, 0 (none) to 100 years for a record");
            case INVALID_RECORD_KEY ->
                invalid("a key has 1 to " + Limits.MAX_RECORD_KEY_LENGTH + " characters of well-formed Unicode");
            case VALUE_TOO_LONG -> invalid("a value has at most " + Limits.MAX_VALUE_BYTES + " bytes");
            case NOT_HOLDING ->
                refused("the grant that guards the write is not held, or was taken back; nothing was written");
            case INVALID_LABEL ->
                invalid("a label has at most " + Limits.MAX_LABEL_LENGTH + " characters of well-formed Unicode");
            case INVALID_ACTOR ->
                invalid("an actor has at most " + Limits.MAX_ACTOR_LENGTH + " characters of well-formed Unicode");
            case INVALID_SEQUENCE -> invalid("a sequence number is from 1 and below 2^53");
            case CAPACITY_MISMATCH -> refused("the name is in use with another capacity; all requests must agree");
            case KEY_MISMATCH -> refused("the key is in use for another request; each request needs a new one");
            case KEY_WITHDRAWN -> refused("the request was withdrawn; ask again with a new key and number");
            case STALE_ATTACHMENT -> refused("a stream has attached to the session; single calls cannot speak for it");
            case WRONG_SECRET -> refused("the secret is not the session's, which OpenSession gave");
            case SEQUENCE_FORGOTTEN -> refused("the sequence number was acknowledged; each is to be used once");
            case SEQUENCE_TOO_FAR_AHEAD ->
                refused("the sequence number is more than " + Limits.MAX_UNACKNOWLEDGED
                        + " above the acknowledged ones, or their answers are too long; acknowledge some");
            case UNKNOWN_SESSION ->
                Status.NOT_FOUND.withDescription("there is no such session, or it has ended; open another");
            case TOO_MANY_WAITERS ->
                tooMany("the name has " + Limits.MAX_WAITERS_PER_NAME + " waiters, the most allowed");
            case TOO_MANY_SESSIONS -> tooMany("there are " + Limits.MAX_SESSIONS + " sessions, the most allowed");
            case TOO_MANY_CLAIMS ->
                tooMany("the session has " + Limits.MAX_CLAIMS_PER_SESSION + " grants and waiters, the most allowed");
            case TOO_MANY_RECORDS ->
                tooMany("there are " + Limits.MAX_RECORDS + " records, or they take " + Limits.MAX_RECORD_BYTES
                        + " bytes or a quarter of the server's memory, the most allowed");
            case SESSION_EXISTS -> Status.UNAVAILABLE.withDescription("no id was free for the session; try again");
        };
    }

    private static Status invalid(String sentence) {
        return Status.INVALID_ARGUMENT.withDescription(sentence);
    }

    private static Status refused(String sentence) {
        return Status.FAILED_PRECONDITION.withDescription(sentence);
    }

    private static Status tooMany(String sentence) {
        return Status.RESOURCE_EXHAUSTED.withDescription(sentence);
    }
}
