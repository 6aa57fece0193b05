package io.claviger.dynamodb;

import io.claviger.ReadConsistency;
import java.util.concurrent.CompletableFuture;

/**
 * The records of one partition of a table, seen as far as a store needs them. Thread-safe. Every method returns at once, sends
 * perhaps repeatedly until an answer comes or the time is over, and completes on any thread, in which nothing may block.
 */
interface RecordTable {
    CompletableFuture<Outcome> read(String key, ReadConsistency consistency, long timeoutNanos);

    CompletableFuture<Outcome> write(Write write, long timeoutNanos);

    /**
     * Writes if another item is as it must be in the same moment.
     *
     * @return also {@link Outcome.Unguarded}; {@link Outcome.Done} says nothing about the item
     */
    CompletableFuture<Outcome> writeIf(String otherKey, Condition other, Write write, long timeoutNanos);

    /**
     * Reads records in the order of their names.
     *
     * @param prefix with which their names begin
     * @param after empty, or a name that begins with the prefix; only what is behind is read
     */
    CompletableFuture<Outcome> list(
            String prefix, String after, int limit, ReadConsistency consistency, long timeoutNanos);
}
