package io.claviger.testkit;

import io.claviger.Capability;
import io.claviger.LockClient;
import java.time.Duration;
import java.util.Set;
import org.opentest4j.TestAbortedException;

/** What {@link LockClientContract} needs of the backend under test: one space of locks, made anew for each test. */
public interface ContractBackend extends AutoCloseable {

    /** Opens another client of the one space. The suite closes it. */
    LockClient open();

    /** Returns what the backend can do; the tests of what it lacks are skipped by name. */
    Set<Capability> capabilities();

    /**
     * Lets time pass, for clients and for the place where the locks are: turns a {@link VirtualTime}, or sleeps. Without
     * it, the tests that need it are skipped.
     */
    default void advance(Duration by) {
        throw new TestAbortedException("skipped: this backend cannot let time pass");
    }

    /** Takes the grants of a name back, each as soon as its holder confirms. Without it, its tests are skipped. */
    default void revoke(String name) {
        throw new TestAbortedException("skipped: this backend cannot revoke");
    }

    /** Waits until all that was caused so far has arrived; nothing to do where that happens within the call. */
    default void settle() {}

    /** Returns the length of the leases in the tests. A backend that sleeps chooses a short one, well above its delays. */
    default Duration lease() {
        return Duration.ofSeconds(10);
    }

    /** Returns how long a test waits for what must happen before it fails. */
    default Duration patience() {
        return Duration.ofSeconds(10);
    }

    /** Ends the space. All clients have been closed before. */
    @Override
    default void close() {}
}
