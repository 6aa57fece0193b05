package io.claviger;

/** Why a holder may not go on although it did not release. */
public enum LossReason {
    /** The lease ran out, or is about to: it was not renewed in time. */
    EXPIRED,
    /** An administrator took the lock back. */
    REVOKED,
    /** Someone else, who knew its key, released it. */
    RELEASED,
    /** The client that acquired it was closed. */
    CLIENT_CLOSED,
    /** The server does not know the client's session any more: it was restarted, or was out of reach for too long. */
    SESSION_LOST,
    /** No renewal was confirmed in time: the server, or the way to it, is down. */
    SERVER_UNREACHABLE,
    /** This process, or its machine, stood still until its time was over. */
    SUSPENDED
}
