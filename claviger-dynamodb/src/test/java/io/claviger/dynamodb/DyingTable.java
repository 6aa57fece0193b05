package io.claviger.dynamodb;

import java.util.concurrent.CompletableFuture;

/** A table as a process sees it that may die: from then on nothing is sent, and nothing arrives. */
final class DyingTable implements Table {
    private final Table table;
    private volatile boolean dead;

    DyingTable(Table table) {
        this.table = table;
    }

    void die() {
        dead = true;
    }

    @Override
    public CompletableFuture<Outcome> write(Write write, long timeoutNanos) {
        return dead ? new CompletableFuture<>() : table.write(write, timeoutNanos);
    }

    @Override
    public CompletableFuture<Outcome> read(String key, long timeoutNanos) {
        return dead ? new CompletableFuture<>() : table.read(key, timeoutNanos);
    }

    @Override
    public void close() {
        table.close();
    }
}
