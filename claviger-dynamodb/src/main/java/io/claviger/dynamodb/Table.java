package io.claviger.dynamodb;

import java.util.concurrent.CompletableFuture;

/** The one table that a client uses, seen as far as locks need it. Thread-safe. */
interface Table extends AutoCloseable {
    /** The attribute that is the key of the table. */
    String KEY = "lockKey";

    /**
     * Sends a write; perhaps repeatedly, until an answer comes or the time is over. Returns at once.
     *
     * @param timeoutNanos how long to try
     * @return never fails; it may complete on any thread, in which nothing may block
     */
    CompletableFuture<Outcome> write(Write write, long timeoutNanos);

    /** Reads an item as it is now, not as it may have been a moment ago. Otherwise like {@link #write}. */
    CompletableFuture<Outcome> read(String key, long timeoutNanos);

    @Override
    void close();
}
