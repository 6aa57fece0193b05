package io.claviger;

/** What {@link LockClient#runLocked} runs. */
@FunctionalInterface
public interface LockedTask<E extends Exception> {

    /** Does the work. The thread is interrupted if the lock is lost. */
    void run(Lease lease) throws E;
}
