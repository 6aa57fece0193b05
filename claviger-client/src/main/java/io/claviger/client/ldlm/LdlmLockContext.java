package io.claviger.client.ldlm;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A lock that is unlocked by the end of a try-with-resources, if it was locked. */
public final class LdlmLockContext extends LdlmLock implements AutoCloseable {
    private final boolean wasLocked;
    private final AtomicBoolean closed = new AtomicBoolean();

    LdlmLockContext(String name, @Nullable Holding holding) {
        super(name, holding);
        this.wasLocked = holding != null;
    }

    /**
     * Unlocks, unless it was never locked, was unlocked already, or its client is closed. Closing it again does nothing.
     *
     * <p><b>Blocks</b> as {@link #unlock()} does. What the body has thrown stays what is thrown: Java adds what this throws to
     * it as suppressed.
     *
     * @throws LockLostException if the lock was lost before, so that what the body did should be checked
     * @throws LdlmException as {@link LdlmClient#unlock} says
     */
    @Override
    public void close() {
        if (wasLocked && closed.compareAndSet(false, true) && !isSettled()) {
            unlock();
        }
    }
}
