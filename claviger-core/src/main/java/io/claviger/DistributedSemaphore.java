package io.claviger;

/**
 * A name with several permits. As a {@link DistributedLock} it takes one of them.
 *
 * <p>Thread-safe. All who use the name must agree on its capacity for as long as anyone holds or waits; another capacity
 * is refused with a {@link RejectedException} (SPEC S10).
 */
public interface DistributedSemaphore extends DistributedLock {

    /** Returns how many permits the name has. */
    int capacity();

    /**
     * Returns a lock that takes several permits at once, all or none.
     *
     * @param permits from 1 to the capacity
     * @throws IllegalArgumentException if it is not
     */
    DistributedLock permits(int permits);
}
