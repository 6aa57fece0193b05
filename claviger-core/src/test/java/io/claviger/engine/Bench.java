package io.claviger.engine;

import io.claviger.engine.Command.Acquire;
import io.claviger.engine.Command.Urgency;
import io.claviger.engine.Command.Waiting;
import io.claviger.engine.Event.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A machine on a work bench: virtual time, short commands, and every invariant checked after every one of them. */
final class Bench {
    static final long START = 1_000;
    static final OwnerKey SECRET = key(77);

    private LockMachine machine = new LockMachine(START, 42);
    private long nowNanos;
    private List<Event> last = List.of();

    static OwnerKey key(long number) {
        return new OwnerKey(~number, number);
    }

    LockMachine machine() {
        return machine;
    }

    Reply apply(Command command) {
        last = machine.apply(machine.lastIndex() + 1, nowNanos, command);
        machine.checkInvariants();
        return (Reply) last.get(0);
    }

    /** What the newest command did beside its answer. */
    List<Event> notices() {
        return last.subList(1, last.size());
    }

    void advance(Duration time) {
        nowNanos += time.toNanos();
    }

    /** Goes on with a copy made of this machine's snapshot, under another hash seed. */
    void restart() {
        machine = LockMachine.restore(machine.snapshot(), nowNanos ^ 0x5EED);
    }

    Reply connect(long session) {
        return apply(new Command.OpenSession(session, SessionKind.CONNECTION, 0, SECRET, "client " + session));
    }

    Reply open(long session, Duration ttl) {
        return apply(new Command.OpenSession(session, SessionKind.TIMED, ttl.toNanos(), SECRET, "client " + session));
    }

    Reply acquire(long session, String name, long key) {
        return acquire(session, name, key, 1, 1, Duration.ZERO, Waiting.QUEUE);
    }

    Reply tryAcquire(long session, String name, long key) {
        return acquire(session, name, key, 1, 1, Duration.ZERO, Waiting.NEVER);
    }

    Reply acquire(long session, String name, long key, int permits, int capacity, Duration lease, Waiting waiting) {
        return apply(
                new Acquire(Origin.unnumbered(session), name, key(key), permits, capacity, lease.toNanos(), waiting));
    }

    Reply read(long session, String name, long key) {
        return acquire(session, name, key, 1, Limits.READ_WRITE_CAPACITY, Duration.ZERO, Waiting.QUEUE);
    }

    Reply write(long session, String name, long key) {
        int all = Limits.READ_WRITE_CAPACITY;
        return acquire(session, name, key, all, all, Duration.ZERO, Waiting.QUEUE);
    }

    Reply release(long session, long key) {
        return apply(new Command.Release(Origin.unnumbered(session), key(key)));
    }

    Reply withdraw(long session, long key) {
        return apply(new Command.Withdraw(Origin.unnumbered(session), key(key)));
    }

    Reply renew(long session, long key) {
        return apply(new Command.Renew(Origin.unnumbered(session), key(key), 0));
    }

    Reply renewSession(long session) {
        return apply(new Command.RenewSession(Origin.unnumbered(session)));
    }

    Reply end(long session) {
        return apply(new Command.EndSession(Origin.unnumbered(session)));
    }

    Reply revoke(String name, Urgency urgency) {
        return apply(new Command.Revoke(name, Optional.empty(), urgency));
    }

    Reply tick() {
        return apply(new Command.Tick());
    }

    /** The token of a reply that must be a grant. */
    static long token(Reply reply) {
        return ((Event.Granted) reply).token();
    }

    /** The keys that the newest command granted to waiters, in order. */
    List<OwnerKey> grantedKeys() {
        List<OwnerKey> keys = new ArrayList<>();
        for (Event event : notices()) {
            if (event instanceof Event.Granted granted) {
                keys.add(granted.key());
            }
        }
        return keys;
    }
}
