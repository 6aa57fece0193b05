package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.DistributedLock;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.local.SystemTime;
import io.claviger.spi.Callbacks;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Holders that die, on the wire of an emulated DynamoDB. Everything else about time is in virtual time. */
@SuppressWarnings("MemberName")
class TakeoverE2eTest {
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final int PERMITS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Emulator emulator = Emulator.running();
    private final String table = emulator.newTable();

    private LockClient client(Table wire, Layout layout) {
        DynamoSettings settings = new DynamoSettings(
                "client", LEASE.toNanos(), DynamoConfig.DEFAULT_REQUESTS_PER_SECOND, Callbacks.defaultExecutor());
        return LockClient.over(
                new DynamoBackend(settings, wire, layout, SystemTime.INSTANCE, new ThreadLoop(), Chance.REAL));
    }

    private void assertFollowed(Layout layout, Function<LockClient, DistributedLock> lock) throws InterruptedException {
        DyingTable dying = new DyingTable(new SdkTable(emulator.client(), table, () -> {}));
        LockClient dead = client(dying, layout);
        Lease lost = lock.apply(dead).acquire();
        dying.die();
        long start = System.nanoTime();
        try (LockClient alive = client(new SdkTable(emulator.client(), table, () -> {}), layout)) {
            Lease next = lock.apply(alive).acquire(PATIENCE).orElseThrow();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("a whole lease was watched")
                    .isGreaterThanOrEqualTo(LEASE);
            assertThat(next.token()).isGreaterThan(lost.token());
            assertThat(lost.isValid()).as("over before the next was granted").isFalse();
            assertThat(alive.holders(next.name()))
                    .extracting(holder -> holder.token())
                    .containsExactly(next.token());
        }
    }

    @Test
    void L3_deadHolderOfALockIsFollowed() throws InterruptedException {
        assertFollowed(new NativeLayout(SystemTime.INSTANCE), client -> client.lock("x"));
    }

    @Test
    void L3_deadReaderIsFollowedByAWriter() throws InterruptedException {
        NativeLayout layout = new NativeLayout(SystemTime.INSTANCE);
        DyingTable dying = new DyingTable(new SdkTable(emulator.client(), table, () -> {}));
        LockClient dead = client(dying, layout);
        Lease lost = dead.readWriteLock("x").readLock().acquire();
        dying.die();
        try (LockClient alive = client(new SdkTable(emulator.client(), table, () -> {}), layout)) {
            Lease next = alive.readWriteLock("x").writeLock().acquire(PATIENCE).orElseThrow();
            assertThat(lost.isValid()).isFalse();
            assertThat(next.token()).isGreaterThan(lost.token());
        }
    }

    @Test
    void L3_deadHolderOfPermitsIsFollowed() throws InterruptedException {
        assertFollowed(
                new NativeLayout(SystemTime.INSTANCE),
                client -> client.semaphore("y", 3).permits(2));
    }

    @Test
    void L3_deadHolderInTheLayoutOfLynkIsFollowed() throws InterruptedException {
        assertFollowed(new LynkLayout(SystemTime.INSTANCE, true), client -> client.lock("z"));
    }

    @Test
    void L3_aClientThatDiesWithHundredsOfPermitsIsFollowed() throws InterruptedException {
        NativeLayout layout = new NativeLayout(SystemTime.INSTANCE);
        DyingTable dying = new DyingTable(new SdkTable(emulator.client(), table, () -> {}));
        LockClient dead = client(dying, layout);
        for (int i = 0; i < PERMITS; i++) {
            dead.semaphore("x", PERMITS).acquire();
        }
        dying.die();
        try (LockClient alive = client(new SdkTable(emulator.client(), table, () -> {}), layout)) {
            Lease all = alive.semaphore("x", PERMITS)
                    .permits(PERMITS)
                    .acquire(PATIENCE)
                    .orElseThrow();
            assertThat(alive.holders("x")).hasSize(1);
            all.release();
        }
    }
}
