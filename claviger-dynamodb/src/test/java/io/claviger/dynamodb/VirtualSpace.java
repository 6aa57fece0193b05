package io.claviger.dynamodb;

import io.claviger.Capability;
import io.claviger.LockClient;
import io.claviger.spi.TimeSource;
import io.claviger.testkit.ContractBackend;
import io.claviger.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A table in memory and in virtual time, which answers within the call, and its clients. */
final class VirtualSpace implements ContractBackend {
    private static final int SLICES = 40;

    final VirtualTime time = new VirtualTime();
    final MemoryItems items;
    final Layout layout;
    private final Chance chance = new SeededChance(1);
    private final List<DirectLoop> loops = new CopyOnWriteArrayList<>();
    private double requestsPerSecond = DynamoConfig.DEFAULT_REQUESTS_PER_SECOND;

    VirtualSpace(Function<TimeSource, Layout> layout) {
        // As on the first of January 2026: tokens begin at the clock.
        time.suspend(Duration.ofDays(20_454));
        this.layout = layout.apply(time);
        this.items = this.layout instanceof DynalockLayout ? new MemoryItems(DynalockRecord.ID) : new MemoryItems();
    }

    VirtualSpace requestsPerSecond(double most) {
        requestsPerSecond = most;
        return this;
    }

    @Override
    public LockClient open() {
        return LockClient.over(backend("client"));
    }

    DynamoBackend backend(String label) {
        return backend(label, new ScriptedTable(items));
    }

    DynamoBackend backend(String label, Table table) {
        DirectLoop loop = new DirectLoop();
        loops.add(loop);
        DynamoSettings settings =
                new DynamoSettings(label, DynamoConfig.DEFAULT_LEASE.toNanos(), requestsPerSecond, Runnable::run);
        Optional<RecordTable> records =
                layout instanceof DynalockLayout ? Optional.of(new MemoryRecords(items, table)) : Optional.empty();
        return new DynamoBackend(settings, table, records, layout, time, loop, chance);
    }

    @Override
    public int maxKeyBytes() {
        return DynalockLayout.MAX_NAME_BYTES;
    }

    @Override
    public Set<Capability> capabilities() {
        return layout.capabilities();
    }

    @Override
    public void advance(Duration by) {
        settle();
        for (int i = 0; i < SLICES; i++) {
            time.advance(by.dividedBy(SLICES));
            settle();
        }
    }

    @Override
    public void settle() {
        while (!loops.stream().allMatch(DirectLoop::isQuiet)) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        loops.forEach(DirectLoop::check);
        if (!items.violations().isEmpty()) {
            throw new AssertionError(items.violations());
        }
    }
}
