package io.claviger.engine;

/** Why a holder lost, or is about to lose, a grant that it did not release. */
public enum LossReason {
    /** The lease ran out. */
    EXPIRED,
    /** An administrator took it back. */
    REVOKED,
    /** Another session, which knew the key, released it. */
    RELEASED
}
