package io.claviger.dynamodb;

import io.claviger.ReadConsistency;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The records of a table in memory, which answers within the call. What it is asked to write goes through a table that may have accidents. */
final class MemoryRecords implements RecordTable {
    /** As DynamoDB's, a page ends early: here by how many items it has. */
    private static final int PAGE = 10;

    private final MemoryItems items;
    private final Table table;

    MemoryRecords(MemoryItems items, Table table) {
        this.items = items;
        this.table = table;
    }

    @Override
    public CompletableFuture<Outcome> read(String key, ReadConsistency consistency, long timeoutNanos) {
        return table.read(key, timeoutNanos);
    }

    @Override
    public CompletableFuture<Outcome> write(Write write, long timeoutNanos) {
        return table.write(write, timeoutNanos);
    }

    @Override
    public CompletableFuture<Outcome> writeIf(String otherKey, Condition other, Write write, long timeoutNanos) {
        return CompletableFuture.completedFuture(items.writeIf(otherKey, other, write, false));
    }

    @Override
    public CompletableFuture<Outcome> list(
            String prefix, String after, int limit, ReadConsistency consistency, long timeoutNanos) {
        List<String> keys = items.keys(prefix);
        int from = after.isEmpty()
                ? 0
                : (int) keys.stream().filter(key -> isUpTo(key, after)).count();
        int to = Math.min(keys.size(), from + Math.min(limit, PAGE));
        List<Item> page = keys.subList(from, to).stream()
                .map(key -> items.peek(key).orElseThrow().with(DynalockRecord.NAME, key))
                .toList();
        Optional<String> next = to < keys.size() ? Optional.of(keys.get(to - 1)) : Optional.empty();
        return CompletableFuture.completedFuture(new Outcome.Listed(page, next));
    }

    private static boolean isUpTo(String key, String after) {
        return Arrays.compare(key.codePoints().toArray(), after.codePoints().toArray()) <= 0;
    }
}
