package io.claviger.spi;

import io.claviger.Entry;
import io.claviger.ListOptions;
import io.claviger.Page;
import io.claviger.ReadConsistency;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The records of one client's place. Thread-safe.
 *
 * <p>Every method returns at once. Keys, prefixes and options have been checked against the limits of {@link
 * io.claviger.KeyValueStore}; a backend with narrower ones throws an {@link IllegalArgumentException} that says limit and value. The
 * futures complete with a value or fail with a {@link io.claviger.ClavigerException}, as the methods of {@code KeyValueStore} say;
 * they may complete on a thread of the backend, so that what hangs on them must not block. Cancelling them makes no difference.
 */
public interface KeyValueBackend {

    /**
     * Writes a record, with its conditions looked at in the same step (K2, K3), and once, however often the backend has to send
     * it (K4).
     *
     * @return the record as written; empty = the record has another version than {@link PutRequest#expectedVersion()}
     * @throws UnsupportedOperationException if the backend cannot check the guard
     */
    CompletableFuture<Optional<Entry>> put(PutRequest request);

    /**
     * Deletes a record, likewise.
     *
     * @return whether a record was deleted
     * @throws UnsupportedOperationException if the backend cannot check the guard
     */
    CompletableFuture<Boolean> delete(DeleteRequest request);

    /** Reads a record. One whose time has ended is none, whether or not anything has removed it. */
    CompletableFuture<Optional<Entry>> get(String key, ReadConsistency consistency);

    /** Whether there is a record. For backends that know a cheaper way than to read it. */
    default CompletableFuture<Boolean> exists(String key, ReadConsistency consistency) {
        return get(key, consistency).thenApply(Optional::isPresent);
    }

    /** Reads a page, in the order of the code points of the keys. It may end early, but makes headway each time. */
    CompletableFuture<Page> list(String prefix, ListOptions options);
}
