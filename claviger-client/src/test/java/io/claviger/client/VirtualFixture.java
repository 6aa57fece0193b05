package io.claviger.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Lease;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import io.claviger.client.VirtualNetwork.VirtualClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Two clients in virtual time, whose sessions live for 15 s and who try for 5 s to connect. */
@Timeout(VirtualFixture.SECONDS_PER_TEST)
abstract class VirtualFixture {
    static final int SECONDS_PER_TEST = 60;
    static final Duration TTL = RemoteConfig.DEFAULT_SESSION_TTL;
    static final Duration CONNECT_TIMEOUT = RemoteConfig.DEFAULT_CONNECT_TIMEOUT;

    VirtualNetwork network;
    VirtualClient a;
    VirtualClient b;

    @BeforeEach
    final void open() {
        network = new VirtualNetwork();
        a = network.client(RemoteConfig.builder());
        b = network.client(RemoteConfig.builder());
    }

    @AfterEach
    final void close() {
        a.locks.close();
        b.locks.close();
        network.settle();
        network.close();
    }

    final void pass(Duration time) {
        network.advance(time);
    }

    final void passSeconds(double seconds) {
        pass(Duration.ofNanos((long) (seconds * 1e9)));
    }

    static Lease take(VirtualClient client, String name) {
        return take(client, name, LockOptions.DEFAULT);
    }

    static Lease take(VirtualClient client, String name, LockOptions options) {
        return client.locks
                .lock(name, options)
                .tryAcquire()
                .orElseThrow(() -> new AssertionError("'" + name + "' is not free"));
    }

    /** Begins to wait, and returns when the request stands in the queue. */
    final CompletableFuture<Lease> queue(VirtualClient client, String name) {
        return queue(client, name, LockOptions.DEFAULT);
    }

    final CompletableFuture<Lease> queue(VirtualClient client, String name, LockOptions options) {
        CompletableFuture<Lease> waiting = client.locks.lock(name, options).acquireAsync();
        network.settle();
        assertThat(waiting).isNotDone();
        return waiting;
    }

    /** Returns what must have come about. */
    final Lease granted(CompletableFuture<Lease> future) {
        network.settle();
        assertThat(future).isCompleted();
        return future.join();
    }

    /** Returns with what a future must have failed. */
    final Throwable failure(CompletableFuture<?> future) {
        network.settle();
        assertThat(future).isDone();
        try {
            throw new AssertionError("succeeded: " + future.get());
        } catch (ExecutionException failed) {
            return Objects.requireNonNull(failed.getCause());
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    final void assertFree(VirtualClient client, String name) {
        network.settle();
        take(client, name).close();
    }

    final void assertTaken(VirtualClient client, String name) {
        network.settle();
        assertThat(client.locks.lock(name).tryAcquire()).isEmpty();
    }

    /** Returns where the losses of a lease will stand. */
    static List<LossReason> losses(Lease lease) {
        List<LossReason> losses = new CopyOnWriteArrayList<>();
        lease.onLost(losses::add);
        return losses;
    }
}
