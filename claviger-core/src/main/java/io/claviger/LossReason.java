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
    CLIENT_CLOSED
}
