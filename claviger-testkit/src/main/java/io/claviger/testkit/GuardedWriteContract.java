package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Capability;
import io.claviger.Entry;
import io.claviger.KeyValueStore;
import io.claviger.Lease;
import io.claviger.NotHoldingException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Writes that are done only under a grant: K3. */
@SuppressWarnings("MemberName")
abstract class GuardedWriteContract extends KeyValueContract {

    @Test
    final void K3_guardedWritesAreDoneWhileTheGrantIsHeld() {
        Lease lease = take(a.lock(name()));
        KeyValueStore guarded = store(a).ifHolding(lease);
        Entry first = guarded.put(name("key"), text("1"));
        assertThat(store(b).get(name("key"))).contains(first);
        assertThat(guarded.atomicPut(name("key"), text("x"), KeyValueStore.ABSENT))
                .isEmpty();
        Entry second =
                guarded.atomicPut(name("key"), text("2"), first.version()).orElseThrow();
        assertThat(guarded.get(name("key"))).contains(second);
        assertThat(guarded.atomicDelete(name("key"), first.version())).isFalse();
        assertThat(await(guarded.deleteAsync(name("key")))).isTrue();
        lease.release();
    }

    @Test
    final void K3_guardedWriteIsRefusedOnceTheGrantHasEnded() {
        Lease lease = take(a.lock(name()));
        KeyValueStore guarded = store(a).ifHolding(lease);
        Entry before = guarded.put(name("key"), text("before"));
        lease.release();
        assertNothingIsWritten(guarded, before);
        Lease next = take(b.lock(name()));
        assertNothingIsWritten(guarded, before);
        Entry after = store(b).ifHolding(next).put(name("key"), text("after"));
        assertNothingIsWritten(guarded, after);
        assertThat(store(a).put(name("key"), text("without a guard")).version()).isGreaterThan(after.version());
    }

    private void assertNothingIsWritten(KeyValueStore guarded, Entry before) {
        assertThatThrownBy(() -> guarded.put(name("key"), text("x")))
                .isInstanceOf(NotHoldingException.class)
                .hasMessageContaining(name("key"))
                .hasMessageContaining("'" + name() + "'");
        assertThatThrownBy(() -> guarded.atomicPut(name("key"), text("x"), before.version()))
                .isInstanceOf(NotHoldingException.class);
        assertThatThrownBy(() -> guarded.delete(name("key"))).isInstanceOf(NotHoldingException.class);
        assertThatThrownBy(() -> guarded.atomicDelete(name("key"), before.version()))
                .isInstanceOf(NotHoldingException.class);
        CompletableFuture<Entry> written = guarded.putAsync(name("key"), text("x"));
        assertThat(failure(written)).isInstanceOf(NotHoldingException.class);
        assertThat(store(c).get(name("key"))).contains(before);
    }

    @Test
    final void K3_guardedWriteIsRefusedAfterALossOfTime() {
        Lease lease = take(a.lock(name(), manual()));
        KeyValueStore guarded = store(a).ifHolding(lease);
        pass(80);
        guarded.put(name("key"), text("x"));
        pass(40);
        assertThatThrownBy(() -> guarded.put(name("key"), text("y"))).isInstanceOf(NotHoldingException.class);
        assertThat(store(b).get(name("key")).orElseThrow().value()).isEqualTo(text("x"));
    }

    @Test
    final void K3_guardedWriteIsRefusedAsSoonAsTheGrantIsTakenBack() {
        Lease lease = take(a.lock(name()));
        KeyValueStore guarded = store(a).ifHolding(lease);
        guarded.put(name("key"), text("x"));
        backend.revoke(name());
        backend.settle();
        // Its holder has not confirmed, so nobody else holds it either.
        assertThatThrownBy(() -> guarded.put(name("key"), text("y"))).isInstanceOf(NotHoldingException.class);
        assertThat(store(b).get(name("key")).orElseThrow().value()).isEqualTo(text("x"));
        lease.close();
    }

    @Test
    final void K3_guardedWriteIsRefusedOnceTheLeaseIsHandedOff() {
        need(Capability.HAND_OFF);
        Lease lease = take(a.lock(name()));
        KeyValueStore guarded = store(a).ifHolding(name(), lease.token());
        guarded.put(name("key"), text("x"));
        String text = lease.handOff();
        assertThatThrownBy(() -> guarded.put(name("key"), text("y"))).isInstanceOf(NotHoldingException.class);
        Lease adopted = b.adopt(text);
        assertThatThrownBy(() -> guarded.put(name("key"), text("y"))).isInstanceOf(NotHoldingException.class);
        store(b).ifHolding(adopted).put(name("key"), text("z"));
        assertThat(store(c).get(name("key")).orElseThrow().value()).isEqualTo(text("z"));
    }

    @Test
    final void K3_guardedWriteIsRefusedOnceTheClientOfTheGrantIsClosed() {
        Lease lease = take(a.lock(name()));
        KeyValueStore guarded = store(b).ifHolding(name(), lease.token());
        guarded.put(name("key"), text("x"));
        a.close();
        backend.settle();
        assertThatThrownBy(() -> guarded.delete(name("key"))).isInstanceOf(NotHoldingException.class);
        assertThat(store(b).exists(name("key"))).isTrue();
    }

    @Test
    final void K3_guardIsOneGrantOfOneName() {
        Lease lease = take(a.lock(name()));
        Lease other = take(a.lock(name("other")));
        KeyValueStore mixed = store(a).ifHolding(name("other"), lease.token());
        assertThatThrownBy(() -> mixed.put(name("key"), text("x"))).isInstanceOf(NotHoldingException.class);
        KeyValueStore free = store(a).ifHolding(name("free"), other.token());
        assertThatThrownBy(() -> free.put(name("key"), text("x"))).isInstanceOf(NotHoldingException.class);
        assertThat(store(a).get(name("key"))).isEqualTo(Optional.empty());
        assertThatThrownBy(() -> store(a).ifHolding("", lease.token())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    final void K3_everyHolderOfASemaphoreMayWrite() {
        need(Capability.SEMAPHORES);
        Lease first = take(a.semaphore(name(), 3));
        Lease second = take(b.semaphore(name(), 3).permits(2));
        store(a).ifHolding(first).put(name("key"), text("first"));
        store(b).ifHolding(second).put(name("key"), text("second"));
        first.release();
        assertThatThrownBy(() -> store(a).ifHolding(first).put(name("key"), text("x")))
                .isInstanceOf(NotHoldingException.class);
        store(b).ifHolding(second).put(name("key"), text("still second"));
        assertThat(store(c).get(name("key")).orElseThrow().value()).isEqualTo(text("still second"));
    }
}
