package io.claviger.dynamodb;

import static io.claviger.dynamodb.Dynalock.readConsistentDisable;
import static io.claviger.dynamodb.Dynalock.writeWithAttributeValue;
import static io.claviger.dynamodb.Dynalock.writeWithBytes;
import static io.claviger.dynamodb.Dynalock.writeWithNoExpires;
import static io.claviger.dynamodb.Dynalock.writeWithPreviousKV;
import static io.claviger.dynamodb.Dynalock.writeWithTTL;
import static io.claviger.dynamodb.DynalockLocker.lockWithBytes;
import static io.claviger.dynamodb.DynalockLocker.lockWithNoRenew;
import static io.claviger.dynamodb.DynalockLocker.lockWithNoTryPolling;
import static io.claviger.dynamodb.DynalockLocker.lockWithRenewLock;
import static io.claviger.dynamodb.DynalockLocker.lockWithTTL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.dynamodb.Dynalock.KVPair;
import io.claviger.dynamodb.DynalockLocker.LockAcquireCancelledException;
import io.claviger.dynamodb.DynalockLocker.LockAcquireFailedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The words of dynalock. */
class DynalockTest {
    private static final byte[] VALUE = {-1, -2, 0, 63};

    private final VirtualSpace space = new VirtualSpace(time -> new DynalockLayout(time, false));
    private final Dynalock store = Dynalock.over(space.backend("a"), "Agent");
    private final Dynalock other = Dynalock.over(space.backend("b"), "Agent");

    @AfterEach
    void close() {
        store.close();
        other.close();
        space.close();
    }

    @Test
    void putGetListDeleteExists() {
        store.put("w/1", writeWithBytes(VALUE));
        store.put("w/2", writeWithAttributeValue(AttributeValue.fromS("test")), writeWithTTL(Duration.ofMinutes(5)));
        KVPair pair = other.get("w/1");
        assertThat(pair.bytesValue().orElseThrow()).isEqualTo(VALUE);
        assertThat(pair.expires()).isZero();
        assertThat(pair.partition()).isEqualTo("Agent");
        assertThat(other.get("w/2", readConsistentDisable()).attributeValue()).contains(AttributeValue.fromS("test"));
        assertThat(other.list("w/")).extracting(KVPair::key).containsExactly("w/1", "w/2");
        space.advance(Duration.ofMinutes(5));
        // Without a time to live it is there still; dynalock's default of 20 s is not ours.
        assertThat(other.list("")).extracting(KVPair::key).containsExactly("w/1");
        store.delete("w/1");
        store.delete("w/1");
        assertThat(store.exists("w/1")).isFalse();
        assertThatThrownBy(() -> store.get("w/1"))
                .isInstanceOf(Dynalock.KeyNotFoundException.class)
                .hasMessageContaining("key not found in table");
        assertThatThrownBy(() -> store.list("w/")).isInstanceOf(Dynalock.KeyNotFoundException.class);
    }

    @Test
    void atomicWritesExpectThePreviousRecord() {
        KVPair first = store.atomicPut("k", writeWithBytes(VALUE), writeWithTTL(Duration.ofSeconds(100)));
        assertThatThrownBy(() -> other.atomicPut("k", writeWithBytes(VALUE)))
                .isInstanceOf(Dynalock.KeyExistsException.class);
        KVPair second = other.atomicPut("k", writeWithPreviousKV(first));
        assertThat(second.version()).isEqualTo(first.version() + 1);
        assertThat(second.expires()).isEqualTo(first.expires());
        assertThat(other.get("k").bytesValue().orElseThrow()).isEqualTo(VALUE);
        assertThatThrownBy(() -> store.atomicPut("k", writeWithPreviousKV(first)))
                .isInstanceOf(Dynalock.KeyModifiedException.class);
        assertThatThrownBy(() -> store.atomicDelete("k", first)).isInstanceOf(Dynalock.KeyModifiedException.class);
        KVPair third = store.atomicPut("k", writeWithPreviousKV(second), writeWithNoExpires());
        assertThat(third.expires()).isZero();
        store.atomicDelete("k", third);
        assertThatThrownBy(() -> store.atomicDelete("k", third)).isInstanceOf(Dynalock.KeyNotFoundException.class);
    }

    @Test
    void thePreviousRecordHandsItsEndOn_notTheTimeThatItHadWhenItWasRead() {
        KVPair first = store.atomicPut("k", writeWithBytes(VALUE), writeWithTTL(Duration.ofSeconds(100)));
        space.advance(Duration.ofSeconds(40));
        KVPair second = other.atomicPut("k", writeWithPreviousKV(first));
        assertThat(second.expires()).isEqualTo(first.expires());
        KVPair read = other.get("k");
        assertThat(read.expires()).isEqualTo(first.expires());
        space.advance(Duration.ofSeconds(40));
        store.put("k", writeWithPreviousKV(read));
        assertThat(store.get("k").expires()).isEqualTo(first.expires());
        KVPair longer =
                store.atomicPut("k", writeWithPreviousKV(store.get("k")), writeWithTTL(Duration.ofSeconds(100)));
        assertThat(longer.expires()).isEqualTo(first.expires() + 80);
        // Its own time is over, so nothing is left to be handed on.
        space.advance(Duration.ofSeconds(40));
        store.put("k", writeWithPreviousKV(read));
        space.advance(Duration.ofMillis(1));
        assertThat(store.exists("k")).isFalse();
    }

    @Test
    void lockIsHeldLostAndTakenAgain() throws InterruptedException {
        DynalockLocker lock = store.newLock("l", lockWithTTL(Duration.ofSeconds(3)), lockWithBytes(VALUE));
        CompletableFuture<Void> lost = lock.lock();
        space.advance(Duration.ofSeconds(30));
        assertThat(lost).isNotDone();
        assertThat(other.get("l").bytesValue().orElseThrow()).isEqualTo(VALUE);
        assertThatThrownBy(lock::lock).isInstanceOf(IllegalStateException.class);
        DynalockLocker rival = other.newLock("l", lockWithNoTryPolling());
        assertThatThrownBy(rival::lock)
                .isInstanceOf(LockAcquireFailedException.class)
                .hasMessageContaining("failed to acquire lock");
        DynalockLocker patient = other.newLock("l");
        assertThatThrownBy(() -> patient.lock(CompletableFuture.completedFuture(null)))
                .isInstanceOf(LockAcquireCancelledException.class);
        lock.unlock();
        assertThat(lost).isCompleted();
        assertThat(store.exists("l")).isFalse();
        assertThatThrownBy(lock::unlock).isInstanceOf(Dynalock.KeyNotFoundException.class);
        CompletableFuture<Void> theirs = rival.lock();
        // Whoever overwrites the record takes the lock, as there.
        store.put("l", writeWithTTL(Duration.ofSeconds(1)));
        space.advance(Duration.ofSeconds(20));
        assertThat(theirs).isCompleted();
        assertThatThrownBy(rival::unlock).isInstanceOf(Dynalock.KeyNotFoundException.class);
        rival.lock();
        rival.unlock();
    }

    @Test
    void renewingCanBeLeftOutOrStopped() throws InterruptedException {
        DynalockLocker brief = store.newLock("a", lockWithTTL(Duration.ofSeconds(3)), lockWithNoRenew());
        CompletableFuture<Void> stop = new CompletableFuture<>();
        DynalockLocker stopped = store.newLock("b", lockWithTTL(Duration.ofSeconds(3)), lockWithRenewLock(stop));
        CompletableFuture<Void> briefLost = brief.lock();
        CompletableFuture<Void> stoppedLost = stopped.lock();
        space.advance(Duration.ofSeconds(3));
        assertThat(briefLost).isCompleted();
        assertThat(stoppedLost).isNotDone();
        stop.complete(null);
        space.advance(Duration.ofSeconds(4));
        assertThat(stoppedLost).isCompleted();
    }
}
