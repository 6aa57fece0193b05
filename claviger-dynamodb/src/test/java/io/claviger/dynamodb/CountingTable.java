package io.claviger.dynamodb;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what a client sends to a table. */
final class CountingTable implements Table {
    final AtomicInteger writes = new AtomicInteger();
    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final Table table;

    CountingTable(Table table) {
        this.table = table;
    }

    @Override
    public CompletableFuture<Outcome> write(Write write, long timeoutNanos) {
        writes.incrementAndGet();
        underWay.incrementAndGet();
        return table.write(write, timeoutNanos).whenComplete((outcome, never) -> {
            if (outcome instanceof Outcome.Refused) {
                refused.incrementAndGet();
            }
            underWay.decrementAndGet();
        });
    }

    @Override
    public CompletableFuture<Outcome> read(String key, long timeoutNanos) {
        reads.incrementAndGet();
        underWay.incrementAndGet();
        return table.read(key, timeoutNanos).whenComplete((outcome, never) -> underWay.decrementAndGet());
    }

    boolean isQuiet() {
        return underWay.get() == 0;
    }

    @Override
    public void close() {
        table.close();
    }
}
