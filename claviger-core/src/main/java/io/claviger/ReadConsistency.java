package io.claviger;

/** What a read of a {@link KeyValueStore} must have seen. */
public enum ReadConsistency {
    /** Every write that was confirmed before (SPEC K6). */
    CONSISTENT,
    /** What the store has at hand, which may be a little old. A backend that knows nothing cheaper reads consistently. */
    EVENTUAL
}
