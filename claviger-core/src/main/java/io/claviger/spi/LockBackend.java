package io.claviger.spi;

import io.claviger.Capability;
import io.claviger.Lease;
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

    /** Ends the client: its grants and its waiters end. A second call does nothing. */
    @Override
    void close();
}
