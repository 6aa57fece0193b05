package io.claviger.testkit;

import io.claviger.Capability;
import io.claviger.KeyValueStore;
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
     * it, the tests that need it are skipped. The suite lets 49 leases pass in all, and looks at 90 and at 120 percent of a
     * lease; who turns a clock that clients and a distant place share turns it in steps of a hundredth of a lease, settling
     * after each, since else renewals and losses would arrive when it is too late.
     */
    default void advance(Duration by) {
        throw new TestAbortedException("skipped: this backend cannot let time pass");
    }

    /** Returns how many bytes of UTF-8 the key of a record may have: at least 1,024. */
    default int maxKeyBytes() {
        return 3 * KeyValueStore.MAX_KEY_LENGTH;
    }

    /** Takes the grants of a name back, each as soon as its holder confirms. Without it, its tests are skipped. */
    default void revoke(String name) {
        throw new TestAbortedException("skipped: this backend cannot revoke");
    }

    /**
     * Waits until all that was caused so far has arrived, and what it caused in turn: requests, withdrawals and releases at the
     * place of the locks, answers, grants and losses at the clients, and calls of listeners. The suite settles before
     * whatever depends on it: a place in the queue, a try, the passing of time. Nothing to do where all that happens within
     * the call.
     *
     * <p>A remote backend whose clients send in order may ask each open client for a round trip, so often that grants
     * crossing withdrawals have been given back: three times.
     */
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
