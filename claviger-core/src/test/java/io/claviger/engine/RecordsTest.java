package io.claviger.engine;

import static io.claviger.engine.Bench.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.engine.Command.Urgency;
import io.claviger.engine.Command.Waiting;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records: versions that only grow, expected versions, guards, time to live, pages. */
class RecordsTest {
    private final Bench bench = new Bench();

    @BeforeEach
    void connect() {
        bench.connect(1);
        bench.connect(2);
    }

    @Test
    void versionsGrowOverDeletionAndExpiry() {
        long first = version(put("a", "1", Command.ANY_VERSION));
        long second = version(put("a", "2", Command.ANY_VERSION));
        assertThat(second).isGreaterThan(first);
        assertThat(delete("a", Command.ANY_VERSION)).isEqualTo(new Event.RecordDeleted(1, second));
        assertThat(bench.machine().record("a")).isEmpty();
        long third = version(put("a", Duration.ofSeconds(1)));
        assertThat(third).isGreaterThan(second);
        bench.advance(Duration.ofSeconds(1));
        assertThat(bench.tick()).isEqualTo(new Event.Ticked(1));
        assertThat(bench.machine().recordCount()).isZero();
        bench.restart();
        assertThat(version(put("a", "4", Command.ABSENT))).isGreaterThan(third);
    }

    @Test
    void aWriteThatExpectsAnotherVersionChangesNothing() {
        long version = version(put("a", "1", Command.ABSENT));
        assertThat(put("a", "2", Command.ABSENT)).isEqualTo(new Event.VersionMismatch(1, version));
        assertThat(put("a", "2", version + 1)).isEqualTo(new Event.VersionMismatch(1, version));
        assertThat(put("b", "2", version)).isEqualTo(new Event.VersionMismatch(1, 0));
        assertThat(delete("a", Command.ABSENT)).isEqualTo(new Event.VersionMismatch(1, version));
        assertThat(delete("b", version)).isEqualTo(new Event.VersionMismatch(1, 0));
        assertThat(value("a")).isEqualTo("1");
        long next = version(put("a", "2", version));
        assertThat(delete("a", version)).isEqualTo(new Event.VersionMismatch(1, next));
        assertThat(delete("a", next)).isEqualTo(new Event.RecordDeleted(1, next));
        assertThat(delete("a", Command.ANY_VERSION)).isEqualTo(new Event.RecordDeleted(1, 0));
        assertThat(delete("a", Command.ABSENT)).isEqualTo(new Event.RecordDeleted(1, 0));
    }

    @Test
    void S4_aGuardedWriteNeedsTheGrantInForce() {
        long token = Bench.token(bench.acquire(1, "lock", 10));
        assertThat(guarded("a", "lock", token)).isInstanceOf(Event.RecordPut.class);
        assertRefused(guarded("a", "lock", token + 1));
        assertRefused(guarded("a", "other", token));
        bench.release(1, 10);
        long next = Bench.token(bench.acquire(2, "lock", 11));
        assertRefused(guarded("a", "lock", token));
        assertThat(guarded("a", "lock", next)).as("whoever knows it").isInstanceOf(Event.RecordPut.class);
        bench.revoke("lock", Urgency.WHEN_SAFE);
        assertRefused(guarded("a", "lock", next));
        assertRefused(bench.apply(new Command.DeleteRecord(
                Origin.unnumbered(1), "a", Command.ANY_VERSION, Optional.of(new Guard("lock", next)))));
        assertThat(bench.machine().record("a")).isPresent();
    }

    @Test
    void S4_oneOfManyHoldersIsEnoughAndAParkedGrantIsNot() {
        for (int i = 0; i < 3; i++) {
            bench.acquire(1, "slots", 10 + i, 1, 3, Duration.ZERO, Waiting.QUEUE);
        }
        long last = bench.machine().lastToken();
        for (long token = last - 2; token <= last; token++) {
            assertThat(guarded("a", "slots", token)).isInstanceOf(Event.RecordPut.class);
        }
        assertRefused(guarded("a", "slots", last - 3));
        bench.apply(new Command.HandOff(Origin.unnumbered(1), key(12), key(99), 1_000));
        assertRefused(guarded("a", "slots", last));
    }

    @Test
    void S6_noRecordEndsBeforeItsTimeAndARewriteBeginsItAnew() {
        put("a", Duration.ofSeconds(10));
        put("b", Duration.ZERO);
        bench.advance(Duration.ofSeconds(9));
        put("a", Duration.ofSeconds(10));
        bench.advance(Duration.ofSeconds(9));
        bench.tick();
        assertThat(bench.machine().record("a").orElseThrow().leftNanos())
                .isEqualTo(Duration.ofSeconds(1).toNanos());
        put("a", Duration.ZERO);
        bench.advance(Duration.ofDays(1_000));
        bench.tick();
        assertThat(bench.machine().records("", "", 10, 1_000))
                .extracting(RecordView::leftNanos)
                .containsExactly(Long.MAX_VALUE, Long.MAX_VALUE);
    }

    @Test
    void S8_aRetriedWriteIsDoneOnceAndAnsweredAlike() {
        Command put =
                new Command.PutRecord(new Origin(1, 1, 1, 0), "a", bytes("1"), 0, Command.ABSENT, Optional.empty());
        Event.Reply first = bench.apply(put);
        assertThat(bench.apply(put)).isEqualTo(first).isInstanceOf(Event.RecordPut.class);
        bench.restart();
        assertThat(bench.apply(put)).isEqualTo(first);
        Command delete = new Command.DeleteRecord(new Origin(1, 1, 2, 0), "a", version(first), Optional.empty());
        assertThat(bench.apply(delete)).isEqualTo(bench.apply(delete));
        assertThat(bench.machine().record("a")).isEmpty();
    }

    @Test
    void whatIsBeyondTheLimitsIsRefused() {
        assertRejected(put("", "1", Command.ANY_VERSION), Rejection.INVALID_RECORD_KEY);
        assertRejected(delete("", Command.ANY_VERSION), Rejection.INVALID_RECORD_KEY);
        assertRejected(put("\uD83D", "1", Command.ANY_VERSION), Rejection.INVALID_RECORD_KEY);
        String longest = "k".repeat(Limits.MAX_RECORD_KEY_LENGTH);
        assertThat(put(longest, "1", Command.ANY_VERSION)).isInstanceOf(Event.RecordPut.class);
        assertRejected(put(longest + "k", "1", Command.ANY_VERSION), Rejection.INVALID_RECORD_KEY);
        assertRejected(put("a", Duration.ofNanos(-1)), Rejection.INVALID_TIME_TO_LIVE);
        assertRejected(put("a", Duration.ofDays(40_000)), Rejection.INVALID_TIME_TO_LIVE);
        String largest = "v".repeat(Limits.MAX_VALUE_BYTES);
        assertThat(put("a", largest, Command.ANY_VERSION)).isInstanceOf(Event.RecordPut.class);
        assertRejected(put("a", largest + "v", Command.ANY_VERSION), Rejection.VALUE_TOO_LONG);
    }

    @Test
    void theStoreIsBounded() {
        String largest = "v".repeat(Limits.MAX_VALUE_BYTES);
        int stored = 0;
        while (put("k" + stored, largest, Command.ANY_VERSION) instanceof Event.RecordPut) {
            stored++;
        }
        assertThat((long) stored * Limits.MAX_VALUE_BYTES)
                .isBetween(Limits.MAX_RECORD_BYTES * 9 / 10, Limits.MAX_RECORD_BYTES);
        assertRejected(put("one more", largest, Command.ANY_VERSION), Rejection.TOO_MANY_RECORDS);
        assertThat(put("k0", largest, Command.ANY_VERSION))
                .as("in the place of one")
                .isInstanceOf(Event.RecordPut.class);
        delete("k0", Command.ANY_VERSION);
        assertThat(put("one more", largest, Command.ANY_VERSION)).isInstanceOf(Event.RecordPut.class);
    }

    @Test
    void aMachineMayHaveLessRoom() {
        long room = 3L * (Limits.RECORD_OVERHEAD_BYTES + 3);
        LockMachine small = new LockMachine(0, 42, room);
        small.apply(1, 0, new Command.OpenSession(1, SessionKind.CONNECTION, 0, key(1), ""));
        for (int i = 0; i < 3; i++) {
            assertThat(putInto(small, "" + i, "x")).isInstanceOf(Event.RecordPut.class);
        }
        assertRejected(putInto(small, "3", "x"), Rejection.TOO_MANY_RECORDS);
        assertRejected(putInto(small, "2", "xx"), Rejection.TOO_MANY_RECORDS);
        assertThat(putInto(small, "2", "y")).isInstanceOf(Event.RecordPut.class);
        assertThatThrownBy(() -> new LockMachine(0, 42, Limits.MAX_RECORD_BYTES + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LockMachine(0, 42, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Event.Reply putInto(LockMachine machine, String key, String value) {
        Command put = new Command.PutRecord(
                Origin.unnumbered(1),
                key,
                Bytes.copyOf(value.getBytes(StandardCharsets.UTF_8)),
                0,
                Command.ANY_VERSION,
                Optional.empty());
        return (Event.Reply) machine.apply(machine.lastIndex() + 1, 0, put).get(0);
    }

    @Test
    void recordsAreListedByPrefixInPagesInTheOrderOfTheirBytes() {
        List<String> keys = List.of("a", "a/", "a/b", "a/\u00e9", "a/\uffee", "a/\uD83D\uDE00", "a/\uD83D\uDE01", "b");
        List<String> shuffled = new ArrayList<>(keys);
        shuffled.sort((x, y) -> Integer.compare(x.hashCode(), y.hashCode()));
        shuffled.forEach(key -> put(key, "1", Command.ANY_VERSION));
        List<String> sorted = new ArrayList<>(keys);
        sorted.sort((x, y) -> java.util.Arrays.compareUnsigned(
                x.getBytes(StandardCharsets.UTF_8), y.getBytes(StandardCharsets.UTF_8)));
        assertThat(sorted).as("the order of their bytes").isEqualTo(keys);
        assertThat(keys("", "", 100)).isEqualTo(keys);
        assertThat(keys("a/", "", 100)).isEqualTo(keys.subList(1, 7));
        assertThat(keys("a/", "a/", 2)).containsExactly("a/b", "a/\u00e9");
        assertThat(keys("a/", "a/\uD83D\uDE00", 2)).containsExactly("a/\uD83D\uDE01");
        assertThat(keys("c", "", 2)).isEmpty();
        assertThat(keys("", "b", 2)).isEmpty();
    }

    @Test
    void aPageEndsBeforeItHasTooManyBytesButNotBeforeItsFirst() {
        put("a", "x".repeat(1_000), Command.ANY_VERSION);
        put("b", "x".repeat(1_000), Command.ANY_VERSION);
        assertThat(bench.machine().records("", "", 10, 1)).hasSize(1);
        assertThat(bench.machine().records("", "", 10, 2_000)).hasSize(1);
        assertThat(bench.machine().records("", "", 10, 3_000)).hasSize(2);
    }

    @Test
    void bytesAreEqualByTheirContentAndDoNotShowIt() {
        byte[] array = {1, 2};
        Bytes bytes = Bytes.copyOf(array);
        array[0] = 9;
        bytes.toArray()[0] = 9;
        assertThat(bytes).isEqualTo(Bytes.copyOf(new byte[] {1, 2})).hasSameHashCodeAs(Bytes.copyOf(new byte[] {1, 2}));
        assertThat(bytes).isNotEqualTo(Bytes.EMPTY).isNotEqualTo(new byte[] {1, 2});
        assertThat(bytes).hasToString("Bytes[2]");
        assertThat(Bytes.copyOf(new byte[0])).isSameAs(Bytes.EMPTY);
    }

    private List<String> keys(String prefix, String after, int limit) {
        return bench.machine().records(prefix, after, limit, Long.MAX_VALUE).stream()
                .map(RecordView::key)
                .toList();
    }

    private Event.Reply put(String key, String value, long expected) {
        return bench.apply(
                new Command.PutRecord(Origin.unnumbered(1), key, bytes(value), 0, expected, Optional.empty()));
    }

    private Event.Reply put(String key, Duration ttl) {
        return bench.apply(new Command.PutRecord(
                Origin.unnumbered(1), key, Bytes.EMPTY, ttl.toNanos(), Command.ANY_VERSION, Optional.empty()));
    }

    private Event.Reply guarded(String key, String name, long token) {
        return bench.apply(new Command.PutRecord(
                Origin.unnumbered(1), key, Bytes.EMPTY, 0, Command.ANY_VERSION, Optional.of(new Guard(name, token))));
    }

    private Event.Reply delete(String key, long expected) {
        return bench.apply(new Command.DeleteRecord(Origin.unnumbered(1), key, expected, Optional.empty()));
    }

    private String value(String key) {
        byte[] value = bench.machine().record(key).orElseThrow().value().toArray();
        return new String(value, StandardCharsets.UTF_8);
    }

    private static long version(Event.Reply reply) {
        return ((Event.RecordPut) reply).version();
    }

    private static Bytes bytes(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(Event.Reply reply) {
        assertRejected(reply, Rejection.NOT_HOLDING);
    }

    private static void assertRejected(Event.Reply reply, Rejection reason) {
        assertThat(reply).isEqualTo(new Event.Rejected(1, reason));
    }
}
