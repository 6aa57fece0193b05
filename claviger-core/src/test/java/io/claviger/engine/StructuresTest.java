package io.claviger.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The machine's own data structures, against plain ones. */
class StructuresTest {

    /** A session table whose hashes collide on purpose. */
    private static final class Colliding extends ProbeTable<Long> {
        @Override
        int hashOf(Long element) {
            return (int) (element % 5);
        }
    }

    private static final class Alarm extends Timed {
        long deadline;

        @Override
        long deadlineNanos() {
            return deadline;
        }
    }

    @Test
    void aTableHoldsWhatASetHolds_alsoWhenHashesCollide() {
        Random random = new Random(1);
        Colliding table = new Colliding();
        List<Long> elements = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            boolean grow = random.nextInt(1_000) < (i < 2_500 ? 600 : 400);
            if (grow || elements.isEmpty()) {
                Long element = 1_000_000L + i;
                table.add(element);
                elements.add(element);
            } else {
                table.remove(elements.remove(random.nextInt(elements.size())));
            }
            if (i % 50 == 0) {
                assertThat(contents(table)).isEqualTo(new HashSet<>(elements));
            }
        }
        assertThat(table.size()).isEqualTo(elements.size());
    }

    @Test
    void removingWhatIsNotInATableFails() {
        Colliding table = new Colliding();
        table.add(1_001L);
        assertThatThrownBy(() -> table.remove(2_001L)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aHeapGivesTheEarliestFirst_alsoWhenDeadlinesMove() {
        Random random = new Random(2);
        DeadlineHeap heap = new DeadlineHeap();
        List<Alarm> alarms = new ArrayList<>();
        long now = 0;
        for (int i = 0; i < 20_000; i++) {
            int kind = random.nextInt(10);
            if (kind < 4 || alarms.isEmpty()) {
                Alarm alarm = new Alarm();
                alarm.deadline = now + 1 + random.nextInt(1_000);
                heap.arm(alarm);
                alarms.add(alarm);
            } else if (kind < 7) {
                Alarm moved = alarms.get(random.nextInt(alarms.size()));
                moved.deadline = now + 1 + random.nextInt(1_000);
                heap.arm(moved);
            } else if (kind < 8) {
                heap.disarm(alarms.remove(random.nextInt(alarms.size())));
            } else {
                now += random.nextInt(60);
                drain(heap, alarms, now);
            }
            assertThat(heap.size()).isEqualTo(alarms.size());
        }
        drain(heap, alarms, Long.MAX_VALUE - 1);
        assertThat(alarms).isEmpty();
        assertThat(heap.nextNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void armingForNeverDisarms() {
        DeadlineHeap heap = new DeadlineHeap();
        Alarm alarm = new Alarm();
        alarm.deadline = 5;
        heap.arm(alarm);
        alarm.deadline = Long.MAX_VALUE;
        heap.arm(alarm);
        heap.disarm(alarm);
        assertThat(heap.size()).isZero();
        assertThat(heap.isArmedInTime(alarm)).isFalse();
    }

    @Test
    void aReplyWindowHoldsWhatAMapHolds() {
        Random random = new Random(3);
        ReplyWindow window = new ReplyWindow();
        TreeMap<Long, Event.Reply> model = new TreeMap<>();
        for (int i = 0; i < 20_000; i++) {
            long sequence = window.floor() + 1 + random.nextInt(40);
            Event.Reply reply = new Event.Ticked(i);
            window.put(sequence, reply);
            model.put(sequence, reply);
            if (random.nextInt(8) == 0) {
                window.acknowledge(window.floor() + random.nextInt(random.nextInt(10) == 0 ? 200 : 20));
                model.headMap(window.floor(), true).clear();
            }
            long probe = window.floor() + 1 + random.nextInt(200);
            assertThat(window.get(probe)).isEqualTo(model.get(probe));
        }
        TreeMap<Long, Event.Reply> contents = new TreeMap<>();
        window.forEach(contents::put);
        assertThat(contents).isEqualTo(model);
        assertThat(window.count()).isEqualTo(model.size());
        window.acknowledge(window.floor() + 1_000);
        assertThat(window.count()).isZero();
    }

    @Test
    void aReplyWindowCountsTheNamesThatItKeeps() {
        ReplyWindow window = new ReplyWindow();
        OwnerKey key = Bench.key(1);
        window.put(1, new Event.Granted(1, key, "four", 1, 1, 0));
        window.put(2, new Event.Queued(1, key, "four"));
        window.put(3, new Event.NotGranted(1, key, "four"));
        window.put(4, new Event.Released(1, key, "four", 1));
        window.put(9, new Event.NotHeld(1, key));
        assertThat(window.characters()).isEqualTo(16);
        window.acknowledge(3);
        assertThat(window.characters()).isEqualTo(4);
        window.acknowledge(9);
        assertThat(window.characters()).isZero();
    }

    @Test
    void hashesDependOnTheSeedAndSpread() {
        KeyedHash one = new KeyedHash(1);
        KeyedHash two = new KeyedHash(2);
        Set<Integer> hashes = new HashSet<>();
        int same = 0;
        for (int i = 0; i < 10_000; i++) {
            String name = "name-" + i;
            hashes.add(one.of(name) & 0xFFFF);
            same += one.of(name) == two.of(name) ? 1 : 0;
        }
        // 10,000 balls in 65,536 boxes leave about 9,280 boxes with any.
        assertThat(hashes).hasSizeGreaterThan(9_000);
        assertThat(same).isLessThan(3);
        assertThat(one.of("Aa")).isNotEqualTo(one.of("BB"));
        assertThat(one.of("")).isNotEqualTo(one.of("\0"));
        assertThat(one.of("\5")).isNotEqualTo(one.of("\3\0\0"));
    }

    @Test
    void anOwnerKeyIsAUuidAndHidesItself() {
        UUID uuid = UUID.fromString("0123abcd-0000-1000-8000-00000000ffff");
        OwnerKey key = OwnerKey.of(uuid);
        assertThat(key.text()).isEqualTo(uuid.toString());
        assertThat(OwnerKey.parse(key.text())).contains(key);
        assertThat(OwnerKey.parse(key.text().toUpperCase(java.util.Locale.ROOT)))
                .contains(key);
        assertThat(OwnerKey.parse("0123abcd")).isEmpty();
        assertThat(OwnerKey.parse("0123abcd-0000-1000-8000-00000000fffg")).isEmpty();
        assertThat(OwnerKey.parse("123abcd-00000-1000-8000-00000000ffff")).isEmpty();
        assertThat(key.toString()).doesNotContain("123abcd");
    }

    private static Set<Long> contents(ProbeTable<Long> table) {
        Set<Long> contents = new HashSet<>();
        table.forEach(contents::add);
        return contents;
    }

    private static void drain(DeadlineHeap heap, List<Alarm> alarms, long now) {
        List<Timed> due = new ArrayList<>();
        heap.drainDue(now, due);
        assertThat(due).allSatisfy(timed -> assertThat(timed.deadlineNanos()).isLessThanOrEqualTo(now));
        alarms.removeIf(due::contains);
        assertThat(alarms).allSatisfy(alarm -> assertThat(alarm.deadline).isGreaterThan(now));
        assertThat(alarms)
                .allSatisfy(alarm -> assertThat(heap.isArmedInTime(alarm)).isTrue());
    }
}
