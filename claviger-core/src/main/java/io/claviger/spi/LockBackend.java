package io.claviger.spi;

import io.claviger.Capability;
import io.claviger.Holder;
import io.claviger.Lease;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A place where locks are kept, for one client. Thread-safe. */
public interface LockBackend extends AutoCloseable {

    /** Returns what this backend can do. */
    Set<Capability> capabilities();

    /** Returns the executor on which users' listeners and dependent stages run. */
    Executor executor();

    /** Returns the clock and the timers of this client. */
    TimeSource time();

    /**
     * Asks for a grant. Returns at once.
     *
     * <p><b>Effect.</b> The future completes with a lease; or empty, when the limit of waiting has passed and nothing is
     * left behind (S9, L5); or with a {@link io.claviger.ClavigerException}. It may complete on a thread of the backend,
     * so that what hangs on it must not block.
     *
     * <p><b>Cancelling</b> it withdraws the request; a grant that crosses is released.
     */
    CompletableFuture<Optional<Lease>> acquire(AcquireRequest request);

    /**
     * Takes over a lease that was handed off. Returns at once.
     *
     * <p><b>Effect.</b> The future completes with the lease, or with a {@link io.claviger.ClavigerException}; with an {@link
     * io.claviger.RejectedException} if somebody else took it over or its time has passed.
     *
     * @param text what {@link Lease#handOff} gave
     * @throws IllegalArgumentException if the text is none of this backend's
     * @throws UnsupportedOperationException if the backend lacks {@link Capability#HAND_OFF}
     */
    CompletableFuture<Lease> adopt(String text);

    /**
     * Asks who holds a name. Returns at once.
     *
     * <p><b>Effect.</b> None. The future completes with what {@link io.claviger.LockClient#holders} returns, or with a {@link
     * io.claviger.ClavigerException}: with a {@link io.claviger.RejectedException} if asking again would be as vain, as when the
     * client is closed, else with an {@link io.claviger.UnavailableException}. It may complete on a thread of the backend, so
     * that what hangs on it must not block.
     *
     * <p><b>Cancelling</b> it makes no difference.
     */
    CompletableFuture<List<Holder>> holders(String name);

    /**
     * Returns the key-value store of this client, the same at each call.
     *
     * @throws UnsupportedOperationException if the backend lacks {@link Capability#KEY_VALUE}
     */
    default KeyValueBackend keyValues() {
        throw new UnsupportedOperationException(lacks(Capability.KEY_VALUE));
    }

    /** Says that a capability is missing, and where it is to be had if that is known. One line, for people. */
    default String lacks(Capability capability) {
        return "this backend has no " + capability;
    }

    /** Ends the client: its grants and its waiters end. A second call does nothing. */
    @Override
    void close();
}
