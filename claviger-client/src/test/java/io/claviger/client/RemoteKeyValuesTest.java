package io.claviger.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Entry;
import io.claviger.IndeterminateException;
import io.claviger.KeyValueStore;
import io.claviger.Lease;
import io.claviger.NotHoldingException;
import io.claviger.Page;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.Value;
import io.claviger.engine.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Records over connections that break: what is done once, what is not done, and what nobody can tell. */
@SuppressWarnings("MemberName")
class RemoteKeyValuesTest extends VirtualFixture {
    /** What the server takes as one message. */
    private static final int MAX_INBOUND_BYTES = 1024 * 1024;

    private static final Value LARGEST = Value.bytes(new byte[KeyValueStore.MAX_VALUE_BYTES]);

    @Test
    void K4_aWriteWhoseAnswerWasLostIsDoneOnce() {
        Entry first = store(b).put("x", Value.text("first"));
        a.lose(false, true);
        CompletableFuture<Entry> put = store(a).putAsync("x", Value.text("second"));
        CompletableFuture<Optional<Entry>> created =
                store(a).atomicPutAsync("y", Value.text("y"), KeyValueStore.ABSENT);
        CompletableFuture<Boolean> deleted = store(a).atomicDeleteAsync("y", 1);
        network.settle();
        Entry done = store(b).get("x").orElseThrow();
        assertThat(done.version()).isGreaterThan(first.version());
        assertThat(put).isNotDone();
        a.lose(false, false);
        a.cut();
        passSeconds(2);
        assertThat(put).isCompletedWithValue(done);
        assertThat(created).isCompleted();
        assertThat(created.join()).isEqualTo(store(b).get("y"));
        assertThat(deleted).isCompletedWithValue(false);
        assertThat(store(b).get("x")).contains(done);
    }

    @Test
    void K4_aDeletionWhoseAnswerWasLostIsStillToldAsOne() {
        store(b).put("x", Value.text("first"));
        a.lose(false, true);
        CompletableFuture<Boolean> deleted = store(a).deleteAsync("x");
        network.settle();
        assertThat(store(b).exists("x")).isFalse();
        Entry later = store(b).put("x", Value.text("later"));
        a.lose(false, false);
        a.cut();
        passSeconds(2);
        assertThat(deleted).isCompletedWithValue(true);
        assertThat(store(b).get("x")).contains(later);
    }

    @Test
    void K4_writesThatDidNotArriveAreSentAgainInOrder() {
        a.lose(true, true);
        List<CompletableFuture<Entry>> puts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            puts.add(store(a).putAsync("x", Value.text("" + i)));
        }
        network.settle();
        assertThat(store(b).exists("x")).isFalse();
        a.lose(false, false);
        a.cut();
        passSeconds(2);
        assertThat(puts).allSatisfy(put -> assertThat(put).isCompleted());
        assertThat(puts.stream().map(put -> put.join().version()).toList()).isSorted();
        assertThat(store(b).get("x")).contains(puts.get(9).join());
    }

    @Test
    void K4_aWriteThatWasSentIsNotSentInAnotherSession() {
        a.lose(false, true);
        CompletableFuture<Entry> put = store(a).putAsync("x", Value.text("x"));
        CompletableFuture<Boolean> deleted = store(a).deleteAsync("y");
        CompletableFuture<Optional<Entry>> read = store(a).getAsync("x");
        network.settle();
        a.lose(false, false);
        network.restart();
        passSeconds(2);
        assertThat(failure(put)).isInstanceOf(IndeterminateException.class).hasMessageContaining("'x'");
        assertThat(failure(deleted)).isInstanceOf(IndeterminateException.class);
        assertThat(read).isCompletedWithValue(Optional.empty());
        assertThat(store(b).exists("x")).isFalse();
    }

    @Test
    void aWriteThatNeverLeftIsNotDone() {
        a.refuse(true);
        a.cut();
        CompletableFuture<Entry> put = store(a).putAsync("x", Value.text("x"));
        CompletableFuture<Page> listed = store(a).listAsync("x");
        pass(CONNECT_TIMEOUT.plusSeconds(2));
        assertThat(failure(put)).isInstanceOf(UnavailableException.class).hasMessageContaining("not changed");
        assertThat(failure(listed)).isInstanceOf(UnavailableException.class).hasMessageContaining("refuses");
        a.refuse(false);
        passSeconds(5);
        assertThat(store(b).exists("x")).isFalse();
        assertThat(store(a).put("x", Value.text("y")))
                .isEqualTo(store(b).get("x").orElseThrow());
    }

    @Test
    void aWriteThatNeverLeftIsDoneInTheNextSession() {
        a.refuse(true);
        network.restart();
        CompletableFuture<Entry> put = store(a).putAsync("x", Value.text("x"));
        network.settle();
        assertThat(put).isNotDone();
        a.refuse(false);
        passSeconds(4);
        assertThat(put).isCompleted();
        assertThat(store(a).get("x")).contains(put.join());
    }

    @Test
    void K4_aWriteThatLeftWithARefusedAttachmentIsDoneInTheNextSession() {
        a.lose(true, true);
        CompletableFuture<Entry> sentBefore = store(a).putAsync("x", Value.text("before"));
        network.settle();
        a.lose(false, false);
        a.refuse(true);
        network.restart();
        List<CompletableFuture<Entry>> puts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            puts.add(store(a).putAsync("x", Value.text("" + i)));
        }
        a.refuse(false);
        passSeconds(4);
        assertThat(failure(sentBefore)).isInstanceOf(IndeterminateException.class);
        assertThat(puts).allSatisfy(put -> assertThat(put).isCompleted());
        assertThat(store(b).get("x")).contains(puts.get(4).join());
    }

    @Test
    void aWriteUnderWayIsIndeterminateWhenTheClientIsClosed() {
        a.lose(false, true);
        CompletableFuture<Entry> put = store(a).putAsync("x", Value.text("x"));
        network.settle();
        a.refuse(true);
        a.cut();
        CompletableFuture<Entry> unsent = store(a).putAsync("y", Value.text("y"));
        a.locks.close();
        assertThat(failure(put)).isInstanceOf(IndeterminateException.class);
        assertThat(failure(unsent)).isInstanceOf(RejectedException.class).hasMessageContaining("closed");
    }

    @Test
    void K3_aGuardedWriteIsRefusedWhenTheSessionOfTheGrantIsOver() {
        Lease lease = take(a, "lock");
        KeyValueStore guarded = store(a).ifHolding(lease);
        guarded.put("x", Value.text("x"));
        a.refuse(true);
        a.cut();
        pass(TTL.plusSeconds(1));
        a.refuse(false);
        passSeconds(12);
        CompletableFuture<Entry> put = guarded.putAsync("x", Value.text("y"));
        assertThat(failure(put)).isInstanceOf(NotHoldingException.class).hasMessageContaining("'lock'");
        assertThat(store(b).get("x").orElseThrow().value()).isEqualTo(Value.text("x"));
    }

    @Test
    void noFrameIsLargerThanTheServerTakes() {
        String longName = "\u20ac".repeat(Limits.MAX_NAME_LENGTH);
        KeyValueStore guarded = store(a).ifHolding(take(a, longName));
        List<CompletableFuture<Entry>> puts = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String key = "\u20ac".repeat(KeyValueStore.MAX_KEY_LENGTH - 1) + (char) ('a' + i);
            puts.add(guarded.putAsync(key, i % 3 == 2 ? LARGEST : Value.bytes(new byte[60_000])));
        }
        network.settle();
        assertThat(puts).allSatisfy(put -> assertThat(put).isCompleted());
        assertThat(a.largestFrame.get()).isBetween(KeyValueStore.MAX_VALUE_BYTES, MAX_INBOUND_BYTES);
    }

    @Test
    void valuesUnderWayHaveALimit() {
        RemoteKeyValues values = (RemoteKeyValues) a.backend.keyValues();
        a.refuse(true);
        a.cut();
        int most = (int) (RemoteKeyValues.MAX_BYTES_UNDER_WAY / KeyValueStore.MAX_VALUE_BYTES);
        List<CompletableFuture<Entry>> puts = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            puts.add(store(a).putAsync("x", LARGEST));
        }
        CompletableFuture<Entry> beyond = store(a).putAsync("y", LARGEST);
        assertThat(failure(beyond)).isInstanceOf(RejectedException.class).hasMessageContaining("67108864");
        a.refuse(false);
        passSeconds(4);
        assertThat(puts).allSatisfy(put -> assertThat(put).isCompleted());
        assertThat(values.bytesUnderWay()).isZero();
        assertThat(store(a).put("y", LARGEST).version())
                .isGreaterThan(puts.get(most - 1).join().version());
    }

    private static KeyValueStore store(VirtualNetwork.VirtualClient client) {
        return client.locks.keyValues();
    }
}
