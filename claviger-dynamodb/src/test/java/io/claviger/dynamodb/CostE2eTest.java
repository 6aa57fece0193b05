package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.local.SystemTime;
import io.claviger.spi.Callbacks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What locks cost on the wire of an emulated DynamoDB: requests are counted, times are measured and only printed. */
class CostE2eTest {
    private static final int CYCLES = 200;
    private static final int WAITERS = 16;
    private static final long HOLD_NANOS = 50_000_000;
    private static final Duration RUN = Duration.ofSeconds(4);

    private Emulator emulator;
    private String table;
    private final List<CountingTable> tables = new ArrayList<>();

    @BeforeEach
    void open() {
        emulator = Emulator.running();
        table = emulator.newTable();
    }

    private LockClient client() {
        CountingTable counting = new CountingTable(new SdkTable(emulator.client(), table, () -> {}));
        tables.add(counting);
        return client(counting, new NativeLayout(SystemTime.INSTANCE));
    }

    private static LockClient client(CountingTable counting, Layout layout) {
        DynamoSettings settings = new DynamoSettings(
                "cost",
                DynamoConfig.DEFAULT_LEASE.toNanos(),
                DynamoConfig.DEFAULT_REQUESTS_PER_SECOND,
                Callbacks.defaultExecutor());
        return LockClient.over(
                new DynamoBackend(settings, counting, layout, SystemTime.INSTANCE, new ThreadLoop(), Chance.REAL));
    }

    @Test
    void cycleIsTwoWritesAndNoRead() {
        assertCycleCosts("native", new NativeLayout(SystemTime.INSTANCE), 2);
    }

    @Test
    void cycleInTheLayoutOfLynkIsThreeWritesAndTwoWithoutTokens() {
        assertCycleCosts("lynk", new LynkLayout(SystemTime.INSTANCE, true), 3);
        assertCycleCosts("lynk without tokens", new LynkLayout(SystemTime.INSTANCE, false), 2);
    }

    private void assertCycleCosts(String what, Layout layout, int writes) {
        Bill bill = new Bill();
        CountingTable counting = new CountingTable(new SdkTable(emulator.billed(bill), table, () -> {}));
        try (LockClient client = client(counting, layout)) {
            for (int i = 0; i < CYCLES; i++) {
                client.lock(what).tryAcquire().orElseThrow().release();
            }
        }
        System.out.printf(
                "%d cycles without rivals, %s: %d writes, %d of them refused, %d reads, %.1f capacity units%n",
                CYCLES,
                what,
                counting.writes.get(),
                counting.refused.get(),
                counting.reads.get(),
                bill.halfUnits.get() / 2.0);
        assertThat(counting.writes).hasValue(writes * CYCLES);
        assertThat(counting.refused).hasValue(0);
        assertThat(counting.reads).hasValue(0);
        assertThat(bill.halfUnits).as("in halves").hasValue(2L * writes * CYCLES);
    }

    @Test
    void waitersOfOneClientHandOverByLittleMoreThanOneWrite() throws Exception {
        long write;
        AtomicInteger grants = new AtomicInteger();
        double rate;
        try (LockClient client = client()) {
            write = medianWriteNanos(client);
            tables.get(0).writes.set(0);
            tables.get(0).reads.set(0);
            AtomicBoolean stop = new AtomicBoolean();
            long began = System.nanoTime();
            List<CompletableFuture<Void>> workers = new ArrayList<>();
            for (int i = 0; i < WAITERS; i++) {
                CompletableFuture<Void> done = new CompletableFuture<>();
                Thread worker = new Thread(() -> work(client, stop, grants, done), "worker-" + i);
                worker.setDaemon(true);
                worker.start();
                workers.add(done);
            }
            LockSupport.parkNanos(RUN.toNanos());
            // Before the last round of each worker, which is behind the end of the time that counts.
            rate = grants.get() / ((System.nanoTime() - began) / 1e9);
            stop.set(true);
            CompletableFuture.allOf(workers.toArray(CompletableFuture<?>[]::new))
                    .get(30, TimeUnit.SECONDS);
        }
        int requests = tables.get(0).writes.get() + tables.get(0).reads.get();
        double ideal = 1e9 / (HOLD_NANOS + 2 * write);
        System.out.printf(
                "16 waiters, holds of 50 ms: %.2f hand-overs a second, %.0f %% of the ideal %.2f (a write takes %.2f ms);"
                        + " %.3f requests each%n",
                rate, 100 * rate / ideal, ideal, write / 1e6, requests / (double) grants.get());
        assertThat(requests / (double) grants.get()).isLessThan(1.6);
    }

    private static void work(
            LockClient client, AtomicBoolean stop, AtomicInteger grants, CompletableFuture<Void> done) {
        try {
            while (!stop.get()) {
                Lease lease = client.lock("x").acquire();
                grants.incrementAndGet();
                long until = System.nanoTime() + HOLD_NANOS;
                for (long left = HOLD_NANOS; left > 0; left = until - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                lease.release();
            }
            done.complete(null);
        } catch (InterruptedException | RuntimeException failed) {
            done.completeExceptionally(failed);
        }
    }

    private static long medianWriteNanos(LockClient client) {
        long[] nanos = new long[CYCLES];
        for (int i = 0; i < CYCLES; i++) {
            long start = System.nanoTime();
            Lease lease = client.lock("y").tryAcquire().orElseThrow();
            nanos[i] = System.nanoTime() - start;
            lease.release();
        }
        Arrays.sort(nanos);
        return nanos[CYCLES / 2];
    }

    @Test
    void releaseIsNoticedByAnotherClientWithinTheBudget() {
        long[] nanos = new long[20];
        int requests;
        try (LockClient one = client();
                LockClient two = client()) {
            for (int i = 0; i < nanos.length; i++) {
                Lease held = one.lock("x").tryAcquire().orElseThrow();
                CompletableFuture<Lease> waiting = two.lock("x").acquireAsync();
                // Beyond the first looks, which are quick.
                LockSupport.parkNanos(400_000_000L + i * 2_500_000L);
                long start = System.nanoTime();
                held.release();
                Lease next = waiting.join();
                nanos[i] = System.nanoTime() - start;
                next.release();
            }
            requests = tables.get(1).writes.get() + tables.get(1).reads.get();
        }
        Arrays.sort(nanos);
        System.out.printf(
                "from a release to the next grant in another client, 10 requests a second: p50 %.0f ms, p90 %.0f ms, %d requests"
                        + " for %d grants%n",
                nanos[nanos.length / 2] / 1e6, nanos[nanos.length * 9 / 10] / 1e6, requests, nanos.length);
        assertThat(requests / (double) nanos.length).isLessThan(15);
    }
}
