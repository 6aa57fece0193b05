package io.claviger.server.text;

/** The bounds of the text protocol. */
final class TextLimits {
    /** Bytes of a line without its end. Also the bytes that a client may send ahead while its lock request waits. */
    static final int MAX_LINE = 64 * 1024;

    /** Characters of a request's id. */
    static final int MAX_ID = 256;

    /** Waiting requests of one connection in session mode. */
    static final int MAX_WAITING = 65_536;

    /** Answers that a client has not read: above, we stop reading from it; below the low mark we go on. */
    static final int HIGH_WATER = 512 * 1024;

    static final int LOW_WATER = 256 * 1024;

    /** Answers that are collected before they are written in the middle of a batch. */
    static final int BATCH_BYTES = 64 * 1024;

    /** How long a client may leave its answers above the marks before it is dropped. */
    static final long MAX_UNREAD_MILLIS = 5_000;

    /** After the last answer we read on, so that no reset overtakes the answer: for at most this long, this much. */
    static final long LINGER_MILLIS = 2_000;

    static final int LINGER_BYTES = 1024 * 1024;

    /** How long a withdrawal at the end of a wait may take before the client is told that we do not know. */
    static final long OUTCOME_MILLIS = 1_000;

    /** How often a half-closed connection that keeps its lock is looked at. */
    static final long HALF_CLOSED_MILLIS = 500;

    /** How long a client may take to give its password. */
    static final long PASSWORD_MILLIS = 30_000;

    private TextLimits() {}
}
