package io.claviger.dynamodb;

import io.claviger.ReadConsistency;
import java.util.concurrent.CompletableFuture;

/** The records of a table behind a rough network, transactions included. */
final class RoughRecords implements RecordTable {
    private final RoughTable table;

    RoughRecords(RoughTable table) {
        this.table = table;
    }

    @Override
    public CompletableFuture<Outcome> read(String key, ReadConsistency consistency, long timeoutNanos) {
        return consistency == ReadConsistency.CONSISTENT
                ? table.read(key, timeoutNanos)
                : table.readEventually(key, timeoutNanos);
    }

    @Override
    public CompletableFuture<Outcome> write(Write write, long timeoutNanos) {
        return table.write(write, timeoutNanos);
    }

    @Override
    public CompletableFuture<Outcome> writeIf(String otherKey, Condition other, Write write, long timeoutNanos) {
        return table.writeIf(otherKey, other, write, timeoutNanos);
    }

    @Override
    public CompletableFuture<Outcome> list(
            String prefix, String after, int limit, ReadConsistency consistency, long timeoutNanos) {
        throw new UnsupportedOperationException("nobody lists over a rough network");
    }
}
