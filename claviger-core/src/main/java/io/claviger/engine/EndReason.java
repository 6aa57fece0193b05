package io.claviger.engine;

/** Why a session ended. */
public enum EndReason {
    /** Its host or its client asked for it. */
    CLOSED,
    /** Its time to live passed without contact. */
    EXPIRED
}
