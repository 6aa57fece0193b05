package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Capability;
import io.claviger.Entry;
import io.claviger.KeyValueStore;
import io.claviger.ListOptions;
import io.claviger.LockClient;
import io.claviger.Page;
import io.claviger.PutOptions;
import io.claviger.ReadConsistency;
import io.claviger.RecordCodec;
import io.claviger.RejectedException;
import io.claviger.Value;
import io.claviger.ValueCodec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Records: versions, conditions, times to live and listings. K1, K2 and K4 to K7. */
@SuppressWarnings("MemberName")
abstract class KeyValueContract extends ElectionContract {
    private static final int INCREMENTS = 20;
    private static final int MANY = 25;

    record Setting(String name, int level, List<String> tags, Optional<Setting> inner) {}

    final KeyValueStore store(LockClient client) {
        need(Capability.KEY_VALUE);
        return client.keyValues();
    }

    static Value text(String content) {
        return Value.text(content);
    }

    @Test
    final void storeIsThereExactlyIfTheBackendSaysSo() {
        if (backend.capabilities().contains(Capability.KEY_VALUE)) {
            assertThat(a.keyValues().get(name())).isEmpty();
        } else {
            assertThatThrownBy(() -> a.keyValues())
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining(" has no ");
        }
    }

    @Test
    final void K1_versionsOnlyGrow_alsoOverDeletion() {
        String key = name();
        long newest = 0;
        for (int round = 0; round < 3; round++) {
            for (LockClient client : List.of(a, b, c)) {
                long version = store(client).put(key, text("x")).version();
                assertThat(version).isGreaterThan(newest);
                newest = version;
            }
            assertThat(store(a).delete(key)).isTrue();
        }
        Entry created = store(b).atomicPut(key, text("y"), KeyValueStore.ABSENT).orElseThrow();
        assertThat(created.version()).isGreaterThan(newest);
    }

    @Test
    final void K1_versionsGrowOverTheEndOfARecord() {
        Entry first = store(a).put(name(), text("x"), PutOptions.timeToLive(lease()));
        pass(120);
        assertThat(store(b).get(name())).isEmpty();
        Entry second = store(b).put(name(), text("y"));
        assertThat(second.version()).isGreaterThan(first.version());
        assertThat(store(a).atomicPut(name(), text("z"), first.version())).isEmpty();
    }

    @Test
    final void K2_createTakesEffectOnlyIfThereIsNoRecord() {
        Entry created =
                store(a).atomicPut(name(), text("first"), KeyValueStore.ABSENT).orElseThrow();
        assertThat(store(b).atomicPut(name(), text("second"), KeyValueStore.ABSENT))
                .isEmpty();
        assertThat(store(c).get(name())).contains(created);
        assertThat(store(b).delete(name())).isTrue();
        assertThat(store(b).atomicPut(name(), text("third"), created.version())).isEmpty();
        assertThat(store(c).get(name())).isEmpty();
        assertThat(store(b).atomicPut(name(), text("fourth"), KeyValueStore.ABSENT))
                .isPresent();
    }

    @Test
    final void K2_writeTakesEffectOnlyAtTheExpectedVersion() {
        Entry first = store(a).put(name(), text("first"));
        Entry second =
                store(b).atomicPut(name(), text("second"), first.version()).orElseThrow();
        assertThat(second.version()).isGreaterThan(first.version());
        assertThat(store(a).atomicPut(name(), text("third"), first.version())).isEmpty();
        assertThat(store(a).atomicPut(name(), text("third"), second.version() + 1))
                .isEmpty();
        assertThat(store(c).get(name())).contains(second);
    }

    @Test
    final void K2_versionIsNotMistakenForThatOfALaterRecord() {
        Entry first =
                store(a).atomicPut(name(), text("x"), KeyValueStore.ABSENT).orElseThrow();
        store(b).delete(name());
        Entry later =
                store(b).atomicPut(name(), text("x"), KeyValueStore.ABSENT).orElseThrow();
        assertThat(store(a).atomicPut(name(), text("y"), first.version())).isEmpty();
        assertThat(store(a).atomicDelete(name(), first.version())).isFalse();
        assertThat(store(c).get(name())).contains(later);
    }

    @Test
    final void K2_deletionTakesEffectOnlyAtTheExpectedVersion() {
        Entry first = store(a).put(name(), text("first"));
        Entry second = store(a).put(name(), text("second"));
        assertThat(store(b).atomicDelete(name(), first.version())).isFalse();
        assertThat(store(c).get(name())).contains(second);
        assertThat(store(b).atomicDelete(name(), second.version())).isTrue();
        assertThat(store(c).get(name())).isEmpty();
        assertThat(store(b).atomicDelete(name(), second.version())).isFalse();
        assertThat(store(b).delete(name())).isFalse();
    }

    @Test
    final void K2_concurrentIncrementsAllCount() {
        List<Future<Integer>> workers = new ArrayList<>();
        for (LockClient client : List.of(a, b, c)) {
            KeyValueStore store = store(client);
            workers.add(new Blocking<>(() -> increment(store)).result);
        }
        workers.forEach(worker -> assertThat(await(worker)).isEqualTo(INCREMENTS));
        assertThat(store(a).get(name()).orElseThrow().value()).isEqualTo(text("" + 3 * INCREMENTS));
    }

    private int increment(KeyValueStore store) {
        for (int i = 0; i < INCREMENTS; i++) {
            boolean done = false;
            while (!done) {
                Optional<Entry> seen = store.get(name());
                long version = seen.map(Entry::version).orElse(KeyValueStore.ABSENT);
                int count = seen.map(entry -> Integer.parseInt(entry.value().asText()))
                        .orElse(0);
                done = store.atomicPut(name(), text("" + (count + 1)), version).isPresent();
            }
        }
        return INCREMENTS;
    }

    @Test
    final void K4_everyCallIsOneWrite() {
        List<CompletableFuture<Entry>> writes = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            writes.add(store(a).putAsync(name(), text("" + i)));
        }
        List<Entry> written = new ArrayList<>();
        writes.forEach(write -> written.add(await(write)));
        assertThat(written).extracting(Entry::version).doesNotHaveDuplicates();
        Entry newest = Collections.max(written, Comparator.comparingLong(Entry::version));
        assertThat(store(b).get(name())).contains(newest);
        assertThat(await(store(a).deleteAsync(name()))).isTrue();
        assertThat(await(store(a).deleteAsync(name()))).isFalse();
    }

    @Test
    final void K5_recordEndsAtItsTimeAndNotBefore() {
        Entry written = store(a).put(name(), text("x"), PutOptions.timeToLive(lease()));
        assertThat(written.timeLeft()).contains(lease());
        store(a).put(name("beside"), text("y"));
        pass(90);
        Entry seen = store(b).get(name()).orElseThrow();
        assertThat(seen.version()).isEqualTo(written.version());
        assertThat(seen.timeLeft().orElseThrow()).isPositive().isLessThan(lease().dividedBy(2));
        assertThat(store(b).exists(name())).isTrue();
        pass(30);
        assertThat(store(b).get(name())).isEmpty();
        assertThat(store(b).exists(name())).isFalse();
        assertThat(store(b).list(name()).entries()).isEmpty();
        assertThat(store(b).delete(name())).isFalse();
        assertThat(store(b).exists(name("beside"))).isTrue();
        assertThat(store(b).atomicPut(name(), text("z"), KeyValueStore.ABSENT)).isPresent();
    }

    @Test
    final void K5_everyWriteDecidesAnewWhenTheRecordEnds() {
        store(a).put(name("restarted"), text("x"), PutOptions.timeToLive(lease()));
        store(a).put(name("for ever"), text("x"), PutOptions.timeToLive(lease()));
        store(a).put(name("for ever too"), text("x"));
        pass(60);
        store(a).put(name("restarted"), text("y"), PutOptions.timeToLive(lease()));
        store(a).put(name("for ever"), text("y"));
        pass(60);
        assertThat(store(b).get(name("restarted")).orElseThrow().value()).isEqualTo(text("y"));
        pass(300);
        assertThat(store(b).exists(name("restarted"))).isFalse();
        assertThat(store(b).get(name("for ever")).orElseThrow().timeLeft()).isEmpty();
        assertThat(store(b).exists(name("for ever too"))).isTrue();
    }

    @Test
    final void K6_everyoneSeesWhatWasConfirmed() {
        assertThat(store(b).get(name())).isEmpty();
        assertThat(store(b).exists(name())).isFalse();
        for (LockClient writer : List.of(a, b, c)) {
            Entry written = store(writer).put(name(), text("by " + clientNumber(writer)));
            for (LockClient reader : List.of(a, b, c)) {
                assertThat(store(reader).get(name())).contains(written);
                assertThat(store(reader).exists(name())).isTrue();
                assertThat(store(reader).list(name()).entries()).containsExactly(written);
            }
        }
        assertThat(store(c).delete(name())).isTrue();
        assertThat(store(a).get(name())).isEmpty();
        assertThat(await(store(b).existsAsync(name()))).isFalse();
    }

    private int clientNumber(LockClient client) {
        return List.of(a, b, c).indexOf(client);
    }

    @Test
    final void K6_valuesComeBackByteForByte() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        byte[] largest = new byte[KeyValueStore.MAX_VALUE_BYTES];
        largest[largest.length - 1] = 7;
        for (Value value :
                List.of(Value.bytes(all), Value.bytes(new byte[0]), text("é\u0000😀"), Value.bytes(largest))) {
            store(a).put(name(), value);
            assertThat(store(b).get(name()).orElseThrow().value()).isEqualTo(value);
        }
        int room = Math.min(KeyValueStore.MAX_KEY_LENGTH, backend.maxKeyBytes() / 2);
        String longKey = name() + "é".repeat(room - name().length());
        store(a).put(longKey, text("x"));
        assertThat(store(b).get(longKey).orElseThrow().key()).isEqualTo(longKey);
    }

    @Test
    final void recordsOfJavaComeBackAsTheyWere() {
        ValueCodec<Setting> codec = RecordCodec.of(Setting.class);
        Setting inner = new Setting("inner", -1, List.of(), Optional.empty());
        Setting setting = new Setting("outer \"é\"", 3, List.of("a", "b"), Optional.of(inner));
        store(a).put(name(), codec.encode(setting));
        assertThat(store(b).get(name()).orElseThrow().value().as(codec)).isEqualTo(setting);
    }

    @Test
    final void K7_listsWhatBeginsSoInTheOrderOfCodePoints() {
        List<String> keys = List.of("p", "p/", "p/B", "p/a", "p/a/1", "p/é", "p/\uffee", "p/😀");
        for (int i = keys.size() - 1; i >= 0; i--) {
            store(a).put(name(keys.get(i)), text(keys.get(i)));
        }
        store(a).put(name("o"), text("o"));
        store(a).put(name("q"), text("q"));
        assertThat(keysOf(store(b).list(name("p")))).isEqualTo(names(keys));
        assertThat(keysOf(store(b).list(name("p/")))).isEqualTo(names(keys.subList(1, keys.size())));
        assertThat(keysOf(store(b).list(name("p/a")))).isEqualTo(names(keys.subList(3, 5)));
        assertThat(store(b).list(name("x"))).isEqualTo(new Page(List.of(), Optional.empty()));
        Page behind = store(b).list(
                        name("p"), ListOptions.DEFAULT.withAfter(name("p/a")).withLimit(2));
        assertThat(keysOf(behind)).isEqualTo(names(keys.subList(4, 6)));
        assertThat(behind.next()).contains(name("p/é"));
        Page rest = store(b).list(name("p"), ListOptions.DEFAULT.withAfter(name("p/é")));
        assertThat(keysOf(rest)).isEqualTo(names(keys.subList(6, 8)));
        assertThat(rest.next()).isEmpty();
    }

    @Test
    final void K7_pagesMeetEveryRecordOnce() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            keys.add(String.format("p/%03d", i));
            store(a).put(name(keys.get(i)), text("" + i));
        }
        for (int limit : List.of(1, 7, MANY - 1, MANY, MANY + 1)) {
            List<String> met = new ArrayList<>();
            store(b).entries(name("p/"), ListOptions.DEFAULT.withLimit(limit)).forEach(entry -> met.add(entry.key()));
            assertThat(met).as("pages of " + limit).isEqualTo(names(keys));
        }
        List<String> met = new CopyOnWriteArrayList<>();
        await(store(c).forEachEntryAsync(name("p/"), entry -> met.add(entry.key())));
        assertThat(met).isEqualTo(names(keys));
        IllegalStateException thrown = new IllegalStateException("enough");
        assertThat(failure(store(c).forEachEntryAsync(name("p/"), entry -> {
                    throw thrown;
                })))
                .isSameAs(thrown);
    }

    @Test
    final void K7_pagesOfLargeValuesEndEarlyAndLoseNothing() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            keys.add("p/" + i);
            store(a).put(name(keys.get(i)), Value.bytes(new byte[KeyValueStore.MAX_VALUE_BYTES - i]));
        }
        List<String> met = new ArrayList<>();
        for (Entry entry : store(b).entries(name("p/"))) {
            assertThat(entry.value().length()).isEqualTo(KeyValueStore.MAX_VALUE_BYTES - met.size());
            met.add(entry.key());
        }
        assertThat(met).isEqualTo(names(keys));
        keys.forEach(key -> store(a).delete(name(key)));
        assertThat(store(b).entries(name("p/"))).isEmpty();
    }

    @Test
    final void asynchronousFormsDoTheSame() {
        KeyValueStore store = store(a);
        Entry first = await(store.putAsync(name(), text("1"), PutOptions.timeToLive(lease())));
        assertThat(await(store.atomicPutAsync(name(), text("x"), first.version() + 1)))
                .isEmpty();
        Entry second =
                await(store.atomicPutAsync(name(), text("2"), first.version())).orElseThrow();
        assertThat(await(store.getAsync(name()))).contains(second);
        assertThat(await(store.getAsync(name(), ReadConsistency.EVENTUAL))).isPresent();
        assertThat(await(store.existsAsync(name(), ReadConsistency.EVENTUAL))).isTrue();
        assertThat(await(store.listAsync(name()))).isEqualTo(new Page(List.of(second), Optional.empty()));
        assertThat(await(store.atomicDeleteAsync(name(), first.version()))).isFalse();
        assertThat(await(store.atomicDeleteAsync(name(), second.version()))).isTrue();
        CompletableFuture<Boolean> exists = store.deleteAsync(name()).thenCompose(was -> store.existsAsync(name()));
        assertThat(await(exists)).isFalse();
    }

    @Test
    final void recordsOutliveTheirClient_andAClosedClientIsRefused() {
        store(c).put(name(), text("x"));
        KeyValueStore closed = store(c);
        c.close();
        assertThat(store(a).get(name()).orElseThrow().value()).isEqualTo(text("x"));
        assertThatThrownBy(() -> closed.put(name(), text("y"))).isInstanceOf(RejectedException.class);
        assertThatThrownBy(() -> closed.delete(name())).isInstanceOf(RejectedException.class);
        assertThatThrownBy(() -> closed.get(name())).isInstanceOf(RejectedException.class);
        assertThatThrownBy(() -> closed.list(name())).isInstanceOf(RejectedException.class);
        assertThat(failure(closed.putAsync(name(), text("y")))).isInstanceOf(RejectedException.class);
        assertThat(failure(closed.forEachEntryAsync(name(), entry -> {}))).isInstanceOf(RejectedException.class);
        assertThat(store(b).get(name()).orElseThrow().value()).isEqualTo(text("x"));
    }

    @Test
    final void whatIsBeyondALimitIsNamedAndNotDone() {
        KeyValueStore store = store(a);
        Value tooLong = Value.bytes(new byte[KeyValueStore.MAX_VALUE_BYTES + 1]);
        String longKey = "x".repeat(KeyValueStore.MAX_KEY_LENGTH + 1);
        assertRefused(() -> store.put(name(), tooLong), "393216", "393217");
        assertRefused(() -> store.putAsync(name(), tooLong), "393216", "393217");
        assertRefused(() -> store.put(longKey, text("x")), "1024", "1025");
        assertRefused(() -> store.put("", text("x")), "1 to 1024", "has 0");
        assertRefused(() -> store.get("\ud800"), "well-formed");
        assertRefused(() -> store.delete(""), "1 to 1024");
        assertRefused(() -> store.list(longKey), "prefix", "1024", "1025");
        assertRefused(() -> store.list("x", ListOptions.DEFAULT.withAfter(longKey)), "1024", "1025");
        assertRefused(() -> store.atomicPut(name(), text("x"), -1), "from 0", "-1");
        assertRefused(() -> store.atomicDelete(name(), KeyValueStore.ABSENT), "from 1", "is 0");
        assertRefused(() -> store.atomicDelete(name(), 1L << 53), "2^53");
        assertRefused(() -> PutOptions.timeToLive(lease().negated()), "time to live", "PT-");
        assertRefused(() -> PutOptions.timeToLive(PutOptions.MAX_TIME_TO_LIVE.plusNanos(1)), "time to live");
        assertRefused(() -> ListOptions.DEFAULT.withLimit(0), "1 to 1000", "is 0");
        assertRefused(() -> ListOptions.DEFAULT.withLimit(1_001), "1 to 1000", "1001");
        assertThat(store.get(name())).isEmpty();
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String... words) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll(words);
    }

    private static List<String> keysOf(Page page) {
        return page.entries().stream().map(Entry::key).toList();
    }

    private List<String> names(List<String> suffixes) {
        return suffixes.stream().map(this::name).toList();
    }
}
