package io.claviger.client;

import io.claviger.Capability;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.spi.AcquireRequest;
import io.claviger.testkit.ContractBackend;
import io.claviger.testkit.CountingExecutor;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The locks of a running server, used over real sockets by the clients that a test opens. */
final class TcpSpace implements ContractBackend {
    /** A grant that crosses a withdrawal comes, is given back, and that is answered. */
    private static final int SWEEPS = 3;

    private final RunningServer server;
    private final Supplier<RemoteConfig.Builder> config;
    private final CountingExecutor executor = new CountingExecutor();
    private final List<RemoteBackend> clients = new CopyOnWriteArrayList<>();

    /**
     * Makes the space.
     *
     * @param config how clients reach the server
     */
    TcpSpace(RunningServer server, Supplier<RemoteConfig.Builder> config) {
        this.server = server;
        this.config = config;
    }

    @Override
    public LockClient open() {
        RemoteBackend client =
                RemoteBackend.connect(config.get().executor(executor).build());
        clients.add(client);
        return LockClient.over(client);
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.allOf(Capability.class);
    }

    @Override
    public void revoke(String name) {
        server.revoke(name);
    }

    @Override
    public void settle() {
        for (int i = 0; i < SWEEPS; i++) {
            clients.forEach(this::roundTrip);
            awaitListeners();
        }
    }

    /** Clients and server keep the order, so what was asked for or pushed before has arrived when this returns. */
    private void roundTrip(RemoteBackend client) {
        if (client.isClosed()) {
            return;
        }
        try {
            Optional<Lease> lease = client.acquire(new AcquireRequest(
                            "settle/" + UUID.randomUUID(), 1, 1, LockOptions.DEFAULT, Optional.of(Duration.ZERO)))
                    .get(patience().toNanos(), TimeUnit.NANOSECONDS);
            lease.ifPresent(Lease::close);
        } catch (InterruptedException | ExecutionException | TimeoutException failed) {
            throw new AssertionError("no round trip", failed);
        }
    }

    private void awaitListeners() {
        long deadline = System.nanoTime() + patience().toNanos();
        while (!executor.isIdle() && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
    }

    /** All ends with its session, and leases that were lost or released are not kept by the clients. */
    @Override
    public void close() {
        server.awaitNoLocks();
    }
}
