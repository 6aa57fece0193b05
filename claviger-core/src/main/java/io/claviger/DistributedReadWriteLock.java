package io.claviger;

/**
 * A name that many readers or one writer may hold (SPEC S11). Strictly first come, first served: a reader that comes
 * after a waiting writer waits behind it, so writers do not starve.
 */
public interface DistributedReadWriteLock {

    /** Returns the name. */
    String name();

    /** Returns the lock that any number of readers may hold together. */
    DistributedLock readLock();

    /** Returns the lock that one writer holds alone. */
    DistributedLock writeLock();
}
