package io.claviger.dynamodb;

import io.claviger.Capability;
import io.claviger.LockClient;
import io.claviger.local.SystemTime;
import io.claviger.testkit.ContractBackend;
import io.claviger.testkit.CountingExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** A table of the emulator, used over its wire by the clients that a test opens. */
final class EmulatedSpace implements ContractBackend {
    /** What arrives may cause something that has to arrive as well. */
    private static final int SWEEPS = 3;

    /** Long, since nothing here is about its end. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PARTITION = "Lock";
    private static final long POLL_NANOS = 200_000;

    private final Emulator emulator;
    private final String table;
    private final Layout layout;
    private final CountingExecutor executor = new CountingExecutor();
    private final List<Client> clients = new CopyOnWriteArrayList<>();

    private record Client(DynamoBackend backend, CountingTable table) {}

    EmulatedSpace(Emulator emulator, String table, Layout layout) {
        this.emulator = emulator;
        this.table = table;
        this.layout = layout;
    }

    @Override
    public LockClient open() {
        boolean dynalock = layout instanceof DynalockLayout;
        Keys keys = dynalock ? Keys.locks(PARTITION) : Keys.whole();
        SdkTable inner = new SdkTable(emulator.client(), table, keys, () -> {});
        CountingTable counting = new CountingTable(inner);
        Optional<RecordTable> records =
                dynalock ? Optional.of(new SdkRecords(inner, table, PARTITION)) : Optional.empty();
        DynamoSettings settings =
                new DynamoSettings("client", LEASE.toNanos(), DynamoConfig.DEFAULT_REQUESTS_PER_SECOND, executor);
        DynamoBackend backend = new DynamoBackend(
                settings, counting, records, layout, SystemTime.INSTANCE, new ThreadLoop(), Chance.REAL);
        clients.add(new Client(backend, counting));
        return LockClient.over(backend);
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
    public Duration lease() {
        return LEASE;
    }

    @Override
    public Duration patience() {
        return PATIENCE;
    }

    @Override
    public void settle() {
        for (int i = 0; i < SWEEPS; i++) {
            for (Client client : clients) {
                CompletableFuture<Void> turn = new CompletableFuture<>();
                client.backend().onLoop(() -> turn.complete(null));
                turn.join();
            }
            while (!clients.stream().allMatch(client -> client.table().isQuiet()) || !executor.isIdle()) {
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }
}
