package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.LockClient;
import io.claviger.dynamodb.RoughTable.Fate;
import io.claviger.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Clients that write records over a rough network, beside each other, alone and under a lock: nothing is lost, nothing is done twice,
 * and no lost answer is taken for a rival (K1 to K4, S8).
 */
@SuppressWarnings("MemberName")
class RecordSchedulesTest {
    private static final int RUNS = 200;
    private static final int CLIENTS_OF_A_KIND = 3;
    private static final int ROUGH_PERCENT = 40;

    private final Map<Fate, Integer> accidents = new EnumMap<>(Fate.class);

    @Test
    void K2_K3_K4_S8_whatWasConfirmedIsDoneOnce_andTheRestPerhaps() {
        int counted = 0;
        int guarded = 0;
        for (int seed = 1; seed <= RUNS; seed++) {
            List<RecordWriter> writers = run(seed);
            counted += confirmed(writers, RecordWriter.Counting.class);
            guarded += confirmed(writers, RecordWriter.Guarded.class);
        }
        int half = RUNS * CLIENTS_OF_A_KIND * RecordWriter.WRITES / 2;
        assertThat(counted).as("most come to an end").isGreaterThan(half);
        assertThat(guarded).as("most come to an end").isGreaterThan(half);
        assertThat(accidents).as("each accident happened").containsOnlyKeys(Fate.values());
    }

    private List<RecordWriter> run(long seed) {
        VirtualTime time = new VirtualTime();
        time.suspend(Duration.ofDays(20_454));
        MemoryItems items = new MemoryItems(DynalockRecord.ID);
        List<RecordWriter> writers = new ArrayList<>();
        List<RoughTable> tables = new ArrayList<>();
        for (int i = 0; i < CLIENTS_OF_A_KIND; i++) {
            for (int kind = 0; kind < 4; kind++) {
                RoughTable table = new RoughTable(items, time).readingConsistently();
                table.rough(ROUGH_PERCENT, seed * 100 + i * 10L + kind);
                tables.add(table);
                LockClient client = client(table, time, seed * 100 + i * 10L + kind);
                writers.add(
                        switch (kind) {
                            case 0 -> new RecordWriter.Counting(client);
                            case 1 -> new RecordWriter.Plain(client);
                            case 2 -> new RecordWriter.Alone(client, i);
                            default -> new RecordWriter.Guarded(client);
                        });
            }
        }
        writers.forEach(RecordWriter::go);
        for (int second = 0;
                second < 1_200 && writers.stream().anyMatch(each -> each.ended < RecordWriter.WRITES);
                second++) {
            time.advance(Duration.ofSeconds(1));
        }
        // What is late arrives.
        time.advance(Duration.ofSeconds(30));
        check(seed, items, writers);
        tables.forEach(table -> table.happened.forEach((fate, count) -> accidents.merge(fate, count, Integer::sum)));
        return writers;
    }

    private static LockClient client(RoughTable table, VirtualTime time, long seed) {
        DynamoSettings settings = new DynamoSettings("client", DynamoConfig.DEFAULT_LEASE.toNanos(), 5, Runnable::run);
        return LockClient.over(new DynamoBackend(
                settings,
                table,
                Optional.of(new RoughRecords(table)),
                new DynalockLayout(time, true),
                time,
                new DirectLoop(),
                new SeededChance(seed)));
    }

    private static int confirmed(List<RecordWriter> writers, Class<? extends RecordWriter> kind) {
        return writers.stream()
                .filter(kind::isInstance)
                .mapToInt(each -> each.versions.size())
                .sum();
    }

    private static void check(long seed, MemoryItems items, List<RecordWriter> writers) {
        for (Class<? extends RecordWriter> counting :
                List.of(RecordWriter.Counting.class, RecordWriter.Guarded.class)) {
            List<RecordWriter> these =
                    writers.stream().filter(counting::isInstance).toList();
            int done = confirmed(writers, counting);
            int perhaps = these.stream().mapToInt(each -> each.uncertain).sum();
            String count = items.peek(these.get(0).key)
                    .map(item -> item.text(DynalockRecord.PAYLOAD, ""))
                    .orElse("0");
            assertThat(Integer.parseInt(count)).as("seed %s", seed).isBetween(done, done + perhaps);
        }
        for (RecordWriter each : writers) {
            assertThat(each.ended).as("seed %s, %s", seed, each.key).isEqualTo(RecordWriter.WRITES);
            assertThat(each.violations).as("seed %s", seed).isEmpty();
            assertThat(each.versions).as("seed %s", seed).isSorted();
            List<Long> all = writers.stream()
                    .filter(other -> other.key.equals(each.key))
                    .flatMap(other -> other.versions.stream())
                    .toList();
            assertThat(all).as("seed %s", seed).doesNotHaveDuplicates();
        }
        assertThat(items.violations()).as("seed %s", seed).isEmpty();
    }
}
