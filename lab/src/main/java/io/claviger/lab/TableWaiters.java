package io.claviger.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How often a name changes hands among the threads of one process, beside the ideal: nothing but the hold and two writes, one
 * after the other, as a plain client does them in the same run.
 */
public final class TableWaiters {
    private static final String USAGE =
            "TableWaiters at=URI table=NAME as=KIND [threads=16] [hold=50 (ms)] [seconds=10] [out=FILE]";
    private static final int PLAIN_WRITES = 400;
    private static final long PATIENCE_SECONDS = 120;
    private static final String NAME = "waited-for";

    private final TableUnderTest under;
    private final long threads;
    private final long holdNanos;
    private final long nanos;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicLong violations = new AtomicLong();
    private final AtomicLong grants = new AtomicLong();

    private TableWaiters(TableUnderTest under, long threads, long holdMillis, long seconds) {
        this.under = under;
        this.threads = threads;
        this.holdNanos = TimeUnit.MILLISECONDS.toNanos(holdMillis);
        this.nanos = TimeUnit.SECONDS.toNanos(seconds);
    }

    /** Runs the measurement; the exit status is 1 if two held the name at once, 2 for wrong options. */
    public static void main(String[] words) {
        Load.main("TableWaiters", USAGE, () -> {
            Arguments given = new Arguments(words);
            TableWaiters waiters = new TableWaiters(
                    TableUnderTest.read(given),
                    given.number("threads", 16, 1, 1_000),
                    given.number("hold", 50, 0, 10_000),
                    given.number("seconds", 10, 1, 3_600));
            String out = given.text("out", "");
            given.finish();
            return () -> waiters.measure(out);
        });
    }

    private boolean measure(String out) throws IOException, InterruptedException, ExecutionException, TimeoutException {
        under.create();
        double writeNanos = plainWriteNanos();
        try (TableLocks locks = under.open()) {
            // The first use of a client is slow, whose ever it is.
            locks.acquire(NAME).release();
            List<CompletableFuture<Void>> workers = start(locks);
            LockSupport.parkNanos(nanos / 5);
            TableMeter.Reading before = locks.meter().read();
            long grantsBefore = grants.get();
            long began = System.nanoTime();
            LockSupport.parkNanos(nanos);
            double seconds = (System.nanoTime() - began) / 1e9;
            long handed = grants.get() - grantsBefore;
            TableMeter.Reading cost = locks.meter().read().since(before);
            stop.set(true);
            CompletableFuture.allOf(workers.toArray(CompletableFuture<?>[]::new))
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            writeNanos = (writeNanos + plainWriteNanos()) / 2;
            double ideal = 1e9 / (holdNanos + 2 * writeNanos);
            new JsonLine()
                    .put("as", under.kind().word)
                    .put("threads", threads)
                    .put("plain_write_us", writeNanos / 1e3)
                    .put("ideal_per_s", ideal)
                    .put("hand_overs_per_s", handed / seconds)
                    .put("percent_of_ideal", 100 * handed / seconds / ideal)
                    .put("requests_per_hand_over", (double) cost.requests() / handed)
                    .put("write_units_per_hand_over", cost.writeUnits() / handed)
                    .put("read_units_per_hand_over", cost.readUnits() / handed)
                    .put("violations", violations.get())
                    .print(out);
        }
        return violations.get() == 0;
    }

    private List<CompletableFuture<Void>> start(TableLocks locks) {
        List<CompletableFuture<Void>> workers = new ArrayList<>();
        for (long i = 0; i < threads; i++) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            Thread worker = new Thread(() -> work(locks, done), "worker-" + i);
            worker.setDaemon(true);
            worker.start();
            workers.add(done);
        }
        return workers;
    }

    private void work(TableLocks locks, CompletableFuture<Void> done) {
        try {
            while (!stop.get()) {
                TableLocks.Held held = locks.acquire(NAME);
                if (inside.incrementAndGet() != 1) {
                    violations.incrementAndGet();
                }
                grants.incrementAndGet();
                hold();
                inside.decrementAndGet();
                held.release();
            }
            done.complete(null);
        } catch (InterruptedException | RuntimeException failed) {
            done.completeExceptionally(failed);
        }
    }

    private void hold() {
        long until = System.nanoTime() + holdNanos;
        for (long left = holdNanos; left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** The median of writes that no lock needs. */
    private double plainWriteNanos() {
        boolean sortKey =
                under.kind() == TableLocks.Kind.DYNALOCK || under.kind() == TableLocks.Kind.DYNALOCK_TOKEN_OFF;
        String key = under.kind() == TableLocks.Kind.AWSLABS ? "key" : "lockKey";
        AttributeValue plain = AttributeValue.fromS("plain-write");
        Map<String, AttributeValue> item = sortKey ? Map.of("id", plain, "name", plain) : Map.of(key, plain);
        long[] times = new long[PLAIN_WRITES];
        try (DynamoDbAsyncClient client = under.client(new TableMeter())) {
            for (int i = 0; i < PLAIN_WRITES; i++) {
                long began = System.nanoTime();
                client.updateItem(write -> write.tableName(under.table())
                                .key(item)
                                .updateExpression("SET n = :n")
                                .expressionAttributeValues(Map.of(":n", AttributeValue.fromN("1"))))
                        .join();
                times[i] = System.nanoTime() - began;
            }
        }
        Arrays.sort(times);
        return times[PLAIN_WRITES / 2];
    }
}
