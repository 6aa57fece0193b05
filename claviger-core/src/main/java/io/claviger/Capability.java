package io.claviger;

/** What some backends can do and others cannot. What a backend lacks it refuses with an exception that says so. */
public enum Capability {
    /** Waiters are served in the order in which they came (SPEC L2). */
    FIFO_QUEUE,
    /** A release reaches the next waiter at once, without polling (SPEC L1, L4). */
    PUSHED_GRANTS,
    /** Names with more than one permit. */
    SEMAPHORES,
    /** Reader-writer locks. */
    READ_WRITE_LOCKS,
    /** A lease can be handed to another process as text. */
    HAND_OFF,
    /** Requests of actors that wait for each other in a circle fail instead of waiting for ever. */
    DEADLOCK_DETECTION,
    /** There is a {@link KeyValueStore} beside the locks. */
    KEY_VALUE
}
