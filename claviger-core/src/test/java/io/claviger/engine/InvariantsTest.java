package io.claviger.engine;

import static io.claviger.engine.Bench.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.engine.Command.Acquire;
import io.claviger.engine.Command.Waiting;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The checks themselves: each kind of damage is found and named. */
class InvariantsTest {
    private static final long LEASE = 1_000;

    private final MachineState state = new MachineState(1, 1);

    private static RecordState record(String key, long version) {
        return new RecordState(key, Bytes.EMPTY, version, Long.MAX_VALUE);
    }

    @Test
    void aSoundStatePasses() {
        fill();
        new Invariants(state).check();
        assertThat(state.claims.size()).isEqualTo(4);
    }

    @Test
    void damageIsFoundAndNamed() {
        assertFound("an idle name is remembered (L8)", broken -> broken.addLock("idle", 1));
        assertFound("permits are miscounted (S10)", broken -> lock(broken).used = 2);
        assertFound("more permits than the capacity (S1)", broken -> {
            LockState lock = broken.addLock("over", 1);
            Claim claim = new Claim(lock, session(broken), key(50), 2, 0);
            broken.register(claim);
            claim.number = ++broken.lastToken;
            lock.addHolder(claim);
        });
        assertFound("tokens out of order (S3)", broken -> holder(broken).number = broken.lastToken + 1);
        assertFound("queue out of order (L2)", broken -> waiter(broken).number = -broken.lastIndex - 1);
        assertFound("waiters are miscounted", broken -> queue(broken).length = 7);
        assertFound("a waiter that fits was not granted (L1)", broken -> {
            Claim holder = holder(broken);
            lock(broken).removeHolder(holder);
            broken.deadlines.disarm(holder);
            broken.claims.remove(holder);
            holder.session.remove(holder);
        });
        assertFound("a claim cannot be found by its key", broken -> {
            broken.claims.remove(holder(broken));
        });
        assertFound("claims in locks and claims by key differ", broken -> {
            Claim stray = new Claim(lock(broken), session(broken), key(51), 1, 0);
            broken.claims.add(stray);
        });
        assertFound("a claim of a session that has ended (S5)", broken -> {
            broken.sessions.remove(session(broken));
        });
        assertFound("claims are miscounted", broken -> session(broken).claimCount = 9);
        assertFound("claims in sessions and claims in locks differ", broken -> {
            session(broken).remove(waiter(broken));
        });
        assertFound("a record from the future", broken -> broken.put(record("r", 1_000)));
        assertFound("the bytes of records are miscounted", broken -> {
            broken.put(record("r", 1));
            broken.records.all().clear();
        });
        assertFound("a deadline that nobody watches", broken -> broken.deadlines.disarm(holder(broken)));
        assertFound("a deadline that nobody watches", broken -> {
            holder(broken).leaseNanos = 0;
        });
        assertFound("a claim of an unknown actor", broken -> holder(broken).markActor());
        assertFound("claims with and of actors differ", broken -> {
            broken.actors.add(new Claim(lock(broken), session(broken), key(52), 1, 0), "nobody's");
        });
        assertFound("a parked claim that waits, is revoked or never ends", broken -> {
            broken.park(holder(broken), key(90), 5);
            present(broken.parking.claims).revoke();
        });
    }

    @Test
    void tokensStopBelowTheLimit() {
        fill();
        state.lastToken = Limits.MAX_NUMBER - 5;
        int before = state.claims.size();
        assertThatThrownBy(() -> run(state, acquire("b", 40)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("tokens have reached 2^53");
        assertThat(state.claims.size()).isEqualTo(before);
        new Invariants(state).check();
    }

    @Test
    void permitsAreCountedAgainWhenTheyAreGranted() {
        fill();
        Claim claim = new Claim(lock(state), session(state), key(40), 1, 0);
        assertThatThrownBy(() -> state.grant(claim))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("more permits than the capacity");
    }

    @Test
    void claimsOutsideTheirRingsAreNoticed() {
        fill();
        Claim stray = new Claim(lock(state), session(state), key(40), 1, 0);
        assertThatThrownBy(() -> lock(state).removeHolder(stray)).hasMessage("a claim outside its ring");
        assertThatThrownBy(() -> session(state).remove(stray)).hasMessage("a claim outside its ring");
        LockState unused = new LockState("unused", 1);
        assertThatThrownBy(() -> unused.removeWaiter(stray)).hasMessage("a waiter without a queue");
    }

    private void assertFound(String what, Consumer<MachineState> damage) {
        MachineState broken = new MachineState(1, 1);
        fill(broken);
        damage.accept(broken);
        assertThatThrownBy(() -> new Invariants(broken).check())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(what);
    }

    private void fill() {
        fill(state);
    }

    private static void fill(MachineState state) {
        run(state, new Command.OpenSession(5, SessionKind.CONNECTION, 0, Bench.SECRET, ""));
        run(state, acquire("a", 10));
        run(state, acquire("a", 11));
        run(state, acquire("a", 12));
        run(state, acquire("z", 13));
    }

    private static Acquire acquire(String name, long key) {
        return new Acquire(Origin.unnumbered(5), name, key(key), 1, 1, LEASE, Waiting.QUEUE);
    }

    private static void run(MachineState state, Command command) {
        state.advance(state.lastIndex + 1, 0);
        new Step(state, state.lastIndex).run(command);
    }

    private static LockState lock(MachineState state) {
        return present(state.locks.find("a"));
    }

    private static SessionState session(MachineState state) {
        return present(state.sessions.find(5));
    }

    private static Claim holder(MachineState state) {
        return present(lock(state).holders);
    }

    private static LockState.WaitQueue queue(MachineState state) {
        return present(lock(state).queue);
    }

    private static Claim waiter(MachineState state) {
        return queue(state).head;
    }

    private static <T> T present(@org.jspecify.annotations.Nullable T value) {
        assertThat(value).isNotNull();
        return java.util.Objects.requireNonNull(value);
    }
}
