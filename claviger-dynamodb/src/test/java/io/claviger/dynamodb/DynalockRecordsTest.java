package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Entry;
import io.claviger.IndeterminateException;
import io.claviger.KeyValueStore;
import io.claviger.Lease;
import io.claviger.NotHoldingException;
import io.claviger.PutOptions;
import io.claviger.RejectedException;
import io.claviger.Value;
import io.claviger.dynamodb.ScriptedTable.Accident;
import io.claviger.engine.Bytes;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Records in the layout of dynalock, as its own clients write and read them. */
@SuppressWarnings("MemberName")
class DynalockRecordsTest extends VirtualFixture {
    private final KeyValueStore store = a.keyValues();
    private final KeyValueStore other = b.keyValues();

    DynalockRecordsTest() {
        super(time -> new DynalockLayout(time, true));
    }

    private long nowSeconds() {
        return space.time.wallMillis() / 1_000;
    }

    /** What dynalock writes: it knows nothing of our attributes, and leaves them. */
    private void dynalockPuts(String key, Object payload, long seconds) {
        Item before = space.items.peek(key).orElse(Item.EMPTY);
        Item after = before.with("version", BigDecimal.valueOf(before.whole("version", 0) + 1))
                .with("payload", payload);
        space.items.put(key, seconds == 0 ? after : after.with("expires", BigDecimal.valueOf(nowSeconds() + seconds)));
    }

    private static BigDecimal number(long value) {
        return BigDecimal.valueOf(value);
    }

    @Test
    void everyEncodingOfDynalockIsRead() {
        Map<Object, Value> encodings = Map.of(
                "//4APw==",
                Value.bytes(new byte[] {-1, -2, 0, 63}),
                "",
                Value.bytes(new byte[0]),
                "not base64",
                Value.text("not base64"),
                Bytes.copyOf(new byte[] {1, 2}),
                Value.bytes(new byte[] {1, 2}),
                List.of(number(1), "x", true, Item.NULL),
                Value.json("[1,\"x\",true,null]"),
                number(17),
                Value.json("17"),
                new Item(Map.of("Name", "n", "Count", number(2))),
                Value.json("{\"Count\":2,\"Name\":\"n\"}"));
        encodings.forEach((payload, value) -> {
            dynalockPuts("key", payload, 0);
            assertThat(store.get("key").orElseThrow().value()).isEqualTo(value);
        });
        space.items.put("bare", Item.EMPTY.with("version", number(3)));
        assertThat(store.get("bare").orElseThrow().value().length()).isZero();
    }

    @Test
    void valuesAreWrittenAsDynalockReadsThem() {
        store.put("key", Value.bytes(new byte[] {-1, -2, 0, 63}), PutOptions.timeToLive(Duration.ofMillis(1_500)));
        assertThat(item("key").text("payload")).isEqualTo("//4APw==");
        assertThat(item("key").whole("expires", 0)).isEqualTo(nowSeconds() + 2);
        store.put("key", Value.text("AAAA"));
        assertThat(item("key").text("payload")).isEqualTo("AAAA");
        assertThat(item("key").has("expires")).isFalse();
        assertThat(store.get("key").orElseThrow().value()).isEqualTo(Value.text("AAAA"));
        store.put("key", Value.json("{\"a\": [1, 2.50, {\"b\": null}], \"ok\": true}"));
        assertThat(item("key").map("payload")).isNotNull();
        assertThat(store.get("key").orElseThrow().value().asText())
                .isEqualTo("{\"a\":[1,2.5,{\"b\":null}],\"ok\":true}");
        for (String json : List.of("[1]", "{\"\":1}", "{\"n\":1e400}", "{\"n\":1" + "1".repeat(38) + "}")) {
            store.put("key", Value.json(json));
            assertThat(item("key").text("payload")).isEqualTo(json);
            assertThat(store.get("key").orElseThrow().value()).isEqualTo(Value.json(json));
        }
    }

    @Test
    void whatDynalockWroteOverOursCounts_notWhatWeSaidBefore() {
        Entry ours = store.put("key", Value.text("AAAA"), PutOptions.timeToLive(Duration.ofSeconds(5)));
        dynalockPuts("key", "AAAA", 60);
        passSeconds(10);
        Entry theirs = store.get("key").orElseThrow();
        assertThat(theirs.value()).isEqualTo(Value.bytes(new byte[3]));
        assertThat(theirs.version()).isEqualTo(ours.version() + 1);
        assertThat(store.atomicPut("key", Value.text("x"), ours.version())).isEmpty();
        assertThat(store.atomicPut("key", Value.text("x"), theirs.version())).isPresent();
    }

    @Test
    void K1_deletionLeavesARecordThatHasEnded_andKeepsTheVersion() {
        long version = store.put("key", Value.text("x")).version();
        assertThat(version).isEqualTo(space.time.wallMillis());
        assertThat(store.delete("key")).isTrue();
        assertThat(item("key").whole("version", 0)).isEqualTo(version + 1);
        assertThat(item("key").whole("expires", 0)).isBetween(1L, nowSeconds() - 1);
        assertThat(item("key").has("payload")).isFalse();
        passSeconds(1);
        space.items.delete("key");
        assertThat(store.put("key", Value.text("y")).version()).isGreaterThan(version + 1);
    }

    @Test
    void K5_thereIsNoDeadSecond() {
        store.put("key", Value.text("x"), PutOptions.timeToLive(Duration.ofMillis(400)));
        pass(Duration.ofMillis(399));
        assertThat(store.exists("key")).isTrue();
        pass(Duration.ofMillis(1));
        assertThat(other.exists("key")).isFalse();
        assertThat(other.atomicPut("key", Value.text("y"), KeyValueStore.ABSENT))
                .isPresent();
        // Also where dynalock's own clients could neither create nor update.
        space.items.put("old", Item.EMPTY.with("version", number(1)).with("expires", number(nowSeconds())));
        assertThat(store.exists("old")).isFalse();
        assertThat(store.atomicPut("old", Value.text("z"), KeyValueStore.ABSENT)
                        .orElseThrow()
                        .version())
                .isEqualTo(2);
    }

    @Test
    void K4_lostAnswersAreRecognised() {
        for (Accident accident :
                List.of(Accident.REPEATED, Accident.DONE_UNANSWERED, Accident.LOST, Accident.THROTTLED)) {
            long before = store.put("key", Value.text("before")).version();
            tableOfA.expect(accident);
            CompletableFuture<Entry> put = store.putAsync("key", Value.text("after"));
            passSeconds(1);
            assertThat(done(put).version()).isEqualTo(before + 1);
            tableOfA.expect(accident);
            CompletableFuture<Boolean> deleted = store.atomicDeleteAsync("key", before + 1);
            passSeconds(1);
            assertThat(done(deleted)).isTrue();
            assertThat(item("key").whole("version", 0)).isEqualTo(before + 2);
        }
    }

    @Test
    void K4_whatOthersHaveWrittenSinceMakesALostAnswerUncertain_unlessItCannotHaveBeenDone() {
        long version = store.put("key", Value.text("1")).version();
        tableOfA.expect(Accident.LOST);
        CompletableFuture<Entry> lost = store.putAsync("key", Value.text("2"));
        other.put("key", Value.text("other"));
        passSeconds(1);
        assertThat(done(lost).version()).isEqualTo(version + 2);
        tableOfA.expect(Accident.DONE_UNANSWERED);
        CompletableFuture<Entry> perhaps = store.putAsync("key", Value.text("3"));
        other.put("key", Value.text("other"));
        passSeconds(1);
        assertThat(failure(perhaps)).isInstanceOf(IndeterminateException.class);
        assertThat(store.get("key").orElseThrow().value()).isEqualTo(Value.text("other"));
    }

    @Test
    void K4_aLostAnswerIsUncertain_ifDynalockHasDeletedTheRecordSinceAndBegunAnew() {
        store.put("key", Value.text("1"));
        tableOfA.expect(Accident.DONE_UNANSWERED);
        CompletableFuture<Entry> perhaps = store.putAsync("key", Value.text("2"));
        space.items.delete("key");
        dynalockPuts("key", "theirs", 0);
        passSeconds(1);
        assertThat(failure(perhaps)).isInstanceOf(IndeterminateException.class);
        assertThat(item("key").text("payload")).isEqualTo("theirs");
    }

    @Test
    void K3_guardIsTheGrant_alsoByItsToken_andADynalockThiefEndsIt() {
        Lease lease = take(a, "lock");
        store.ifHolding(lease).put("key", Value.text("1"));
        lease.renew();
        other.ifHolding("lock", lease.token()).put("key", Value.text("2"));
        dynalockPuts("lock", "thief", 60);
        assertThatThrownBy(() -> store.ifHolding(lease).put("key", Value.text("3")))
                .isInstanceOf(NotHoldingException.class);
        assertThat(store.get("key").orElseThrow().value()).isEqualTo(Value.text("2"));
    }

    @Test
    void K3_noWriteThatALockGuardsIsToItsOwnRecord() {
        Lease lease = take(a, "lock");
        for (KeyValueStore guarded : List.of(store.ifHolding(lease), store.ifHolding("lock", lease.token()))) {
            assertThatThrownBy(() -> guarded.put("lock", Value.text("x")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "in the layout dynalock 'lock' is the lock itself, and no write that it guards can be to its"
                                    + " own record; write another key");
            assertThatThrownBy(() -> guarded.atomicPut("lock", Value.text("x"), 1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> guarded.delete("lock")).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(lease.isValid()).isTrue();
        assertThat(store.ifHolding(lease).put("another", Value.text("x")).version())
                .isPositive();
    }

    @Test
    void anItemThatIsNoRecordIsLeftAlone() {
        space.items.put("odd", Item.EMPTY.with("color", "blue"));
        assertThat(store.get("odd")).isEmpty();
        assertThatThrownBy(() -> store.put("odd", Value.text("x")))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("no version");
        assertThatThrownBy(() -> store.put("é".repeat(513), Value.text("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("1024", "1026");
        assertThat(item("odd").has("version")).isFalse();
    }
}
