package io.claviger.engine;

/** Something that ends at a time of its own: a session, a grant or a record. */
abstract class Timed {
    static final int NOT_ARMED = -1;

    /** Where it stands in the {@link DeadlineHeap}, or {@link #NOT_ARMED}. */
    int heapSlot = NOT_ARMED;

    /** Returns the machine time at which it ends unless it is renewed, or {@link Long#MAX_VALUE}. */
    abstract long deadlineNanos();
}
