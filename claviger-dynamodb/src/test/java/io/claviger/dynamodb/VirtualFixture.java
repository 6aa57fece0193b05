package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import io.claviger.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Two clients of a table in memory, in virtual time, whose locks have leases of 20 s unless they say otherwise. */
@Timeout(VirtualFixture.SECONDS_PER_TEST)
abstract class VirtualFixture {
    static final int SECONDS_PER_TEST = 60;
    static final Duration LEASE = DynamoConfig.DEFAULT_LEASE;

    final VirtualSpace space;
    final ScriptedTable tableOfA;
    final ScriptedTable tableOfB;
    final LockClient a;
    final LockClient b;

    VirtualFixture(Function<TimeSource, Layout> layout) {
        space = new VirtualSpace(layout);
        tableOfA = new ScriptedTable(space.items);
        tableOfB = new ScriptedTable(space.items);
        a = LockClient.over(space.backend("a", tableOfA));
        b = LockClient.over(space.backend("b", tableOfB));
    }

    @AfterEach
    final void close() {
        a.close();
        b.close();
        space.close();
    }

    final void pass(Duration time) {
        space.advance(time);
    }

    final void passSeconds(double seconds) {
        pass(Duration.ofNanos((long) (seconds * 1e9)));
    }

    static Lease take(LockClient client, String name) {
        return take(client, name, LockOptions.DEFAULT);
    }

    static Lease take(LockClient client, String name, LockOptions options) {
        return client.lock(name, options)
                .tryAcquire()
                .orElseThrow(() -> new AssertionError("'" + name + "' is not free"));
    }

    static CompletableFuture<Lease> queue(LockClient client, String name) {
        CompletableFuture<Lease> waiting = client.lock(name).acquireAsync();
        assertThat(waiting).isNotDone();
        return waiting;
    }

    /** Returns what must have come about. */
    static <T> T done(CompletableFuture<T> future) {
        assertThat(future).isCompleted();
        return future.join();
    }

    /** Returns with what a future must have failed. */
    static Throwable failure(CompletableFuture<?> future) {
        assertThat(future).isCompletedExceptionally();
        try {
            throw new AssertionError("succeeded: " + future.join());
        } catch (CompletionException failed) {
            return failed.getCause() == null ? failed : failed.getCause();
        }
    }

    /** Returns where the losses of a lease will stand. */
    static List<LossReason> losses(Lease lease) {
        List<LossReason> losses = new CopyOnWriteArrayList<>();
        lease.onLost(losses::add);
        return losses;
    }

    final Item item(String name) {
        return space.items.peek(name).orElseThrow(() -> new AssertionError("there is no item '" + name + "'"));
    }
}
