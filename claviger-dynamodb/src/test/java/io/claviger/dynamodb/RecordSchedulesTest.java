package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Entry;
import io.claviger.IndeterminateException;
import io.claviger.KeyValueStore;
import io.claviger.LockClient;
import io.claviger.Value;
import io.claviger.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Clients that count up one record over a rough network: nothing is lost and nothing is done twice (K1, K2, K4). */
@SuppressWarnings("MemberName")
class RecordSchedulesTest {
    private static final int RUNS = 300;
    private static final int CLIENTS = 3;
    private static final int INCREMENTS = 8;
    private static final int ROUGH_PERCENT = 40;

    /** One client, which counts up again as soon as it knows what became of the last time. */
    private static final class Counter {
        final List<Long> versions = new ArrayList<>();
        int uncertain;
        int ended;
        private final KeyValueStore store;
        private final boolean plain;

        Counter(KeyValueStore store, boolean plain) {
            this.store = store;
            this.plain = plain;
        }

        void go() {
            if (plain) {
                store.putAsync("plain", Value.text("x")).whenComplete((entry, failure) -> {
                    if (failure == null) {
                        versions.add(entry.version());
                    }
                    next(failure);
                });
                return;
            }
            store.getAsync("count").whenComplete((seen, failure) -> {
                if (failure == null) {
                    write(seen);
                } else {
                    go();
                }
            });
        }

        private void write(Optional<Entry> seen) {
            long version = seen.map(Entry::version).orElse(KeyValueStore.ABSENT);
            int count =
                    seen.map(entry -> Integer.parseInt(entry.value().asText())).orElse(0);
            store.atomicPutAsync("count", Value.text("" + (count + 1)), version).whenComplete((entry, failure) -> {
                if (failure == null && entry.isEmpty()) {
                    go();
                    return;
                }
                if (failure == null) {
                    versions.add(entry.orElseThrow().version());
                }
                next(failure);
            });
        }

        private void next(Throwable failure) {
            ended++;
            if (failure instanceof IndeterminateException) {
                uncertain++;
            }
            if (ended < INCREMENTS) {
                go();
            }
        }
    }

    @Test
    void K2_K4_whatWasConfirmedIsDoneOnce_andTheRestPerhaps() {
        int confirmed = 0;
        for (int seed = 1; seed <= RUNS; seed++) {
            confirmed += run(seed);
        }
        assertThat(confirmed).as("most come to an end").isGreaterThan(RUNS * CLIENTS * INCREMENTS / 2);
    }

    private static int run(long seed) {
        VirtualTime time = new VirtualTime();
        time.suspend(Duration.ofDays(20_454));
        MemoryItems items = new MemoryItems(DynalockRecord.ID);
        List<Counter> counters = new ArrayList<>();
        for (int i = 0; i < CLIENTS * 2; i++) {
            RoughTable table = new RoughTable(items, time);
            table.rough(ROUGH_PERCENT, seed * 10 + i);
            DynamoSettings settings =
                    new DynamoSettings("client", DynamoConfig.DEFAULT_LEASE.toNanos(), 5, Runnable::run);
            DynamoBackend backend = new DynamoBackend(
                    settings,
                    table,
                    Optional.of(new MemoryRecords(items, table)),
                    new DynalockLayout(time, true),
                    time,
                    new DirectLoop(),
                    new SeededChance(seed * 10 + i));
            counters.add(new Counter(LockClient.over(backend).keyValues(), i % 2 == 1));
        }
        counters.forEach(Counter::go);
        for (int second = 0; second < 600 && counters.stream().anyMatch(each -> each.ended < INCREMENTS); second++) {
            time.advance(Duration.ofSeconds(1));
        }
        // What is late arrives.
        time.advance(Duration.ofSeconds(30));
        check(seed, items, counters);
        return (int) counters.stream()
                .filter(each -> !each.plain)
                .mapToLong(each -> each.versions.size())
                .sum();
    }

    private static void check(long seed, MemoryItems items, List<Counter> counters) {
        List<Counter> counting = counters.stream().filter(each -> !each.plain).toList();
        long done = counting.stream().mapToLong(each -> each.versions.size()).sum();
        long perhaps = counting.stream().mapToLong(each -> each.uncertain).sum();
        String count = items.peek("count")
                .map(item -> item.text(DynalockRecord.PAYLOAD, ""))
                .orElse("0");
        assertThat(counters).as("seed %s", seed).allMatch(each -> each.ended == INCREMENTS);
        assertThat(Long.parseLong(count)).as("seed %s", seed).isBetween(done, done + perhaps);
        for (List<Counter> one :
                List.of(counting, counters.stream().filter(each -> each.plain).toList())) {
            assertThat(one.stream().flatMap(each -> each.versions.stream()).toList())
                    .as("seed %s", seed)
                    .doesNotHaveDuplicates();
        }
        counters.forEach(each -> assertThat(each.versions).as("seed %s", seed).isSorted());
        assertThat(items.violations()).as("seed %s", seed).isEmpty();
    }
}
