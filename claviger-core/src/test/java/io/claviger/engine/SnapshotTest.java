package io.claviger.engine;

import static io.claviger.engine.Bench.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.engine.Command.Urgency;
import io.claviger.engine.Command.Waiting;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The state as bytes and back. */
class SnapshotTest {
    private final Bench bench = new Bench();

    @Test
    void S3_tokensAndIndicesGoOnAfterASnapshot() {
        bench.connect(1);
        long before = Bench.token(bench.acquire(1, "a", 10));
        bench.release(1, 10);
        bench.restart();
        assertThat(Bench.token(bench.acquire(1, "a", 11))).isEqualTo(before + 1);
        assertThat(bench.machine().lastIndex()).isEqualTo(Bench.START + 4);
    }

    @Test
    void theWholeStateComesBack() {
        fill();
        LockMachine original = bench.machine();
        byte[] bytes = original.snapshot();
        LockMachine copy = LockMachine.restore(bytes, 4711);
        assertThat(copy.snapshot()).isEqualTo(bytes);
        assertThat(copy.locks("", "", 100, 100)).isEqualTo(original.locks("", "", 100, 100));
        assertThat(copy.sessions()).isEqualTo(original.sessions());
        assertThat(copy.nowNanos()).isEqualTo(original.nowNanos());
        assertThat(copy.nextTickNanos())
                .isLessThanOrEqualTo(Duration.ofSeconds(20).toNanos());
    }

    @Test
    void aCopyGoesOnAsTheOriginalDoes() {
        fill();
        LockMachine original = bench.machine();
        LockMachine copy = LockMachine.restore(original.snapshot(), 4711);
        long index = original.lastIndex();
        for (int second = 0; second < 100; second++) {
            long now = original.nowNanos() + Duration.ofSeconds(second).toNanos();
            Command command = second % 3 == 0 ? new Command.EndSession(Origin.unnumbered(second)) : new Command.Tick();
            index++;
            assertThat(copy.apply(index, now, command)).isEqualTo(original.apply(index, now, command));
        }
        assertThat(copy.snapshot()).isEqualTo(original.snapshot());
    }

    @Test
    void everyChangedByteAndEveryCutIsNoticed() {
        fill();
        byte[] bytes = bench.machine().snapshot();
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 0x10;
            assertRefused(changed);
            assertRefused(Arrays.copyOf(bytes, i));
        }
        assertRefused(Arrays.copyOf(bytes, bytes.length + 1));
    }

    @Test
    void aNewerVersionIsNamed() {
        ByteWriter out = new ByteWriter();
        out.writeNumber(SnapshotWriter.MAGIC);
        out.writeNumber(99);
        assertThatThrownBy(() -> LockMachine.restore(out.toByteArray(), 0))
                .isInstanceOf(CorruptDataException.class)
                .hasMessage("snapshot of version 99, this program reads version 3");
        assertThatThrownBy(() -> LockMachine.restore(new byte[] {1, 2, 3}, 0))
                .hasMessage("not a snapshot of a lock machine");
    }

    @Test
    void contentThatCannotBeIsRefusedEvenIfItsChecksumIsRight() {
        assertThat(LockMachine.restore(new Content().sign(), 0).claimCount()).isEqualTo(2);
        assertNamed("last index -1", content -> content.lastIndex = -1);
        assertNamed("last index", content -> content.lastIndex = Limits.MAX_NUMBER);
        assertNamed("last token -50", content -> content.lastToken = -50);
        assertNamed("machine time -1", content -> content.now = -1);
        assertNamed("machine time", content -> content.now = Long.MAX_VALUE);
        assertNamed("number of a claim", content -> content.token = Limits.MAX_NUMBER);
        assertNamed("time of a renewal", content -> content.renewed = Limits.MAX_LEASE_NANOS + 1);
        assertNamed("number of a kept reply", content -> {
            content.floor = Limits.MAX_NUMBER - 1;
            content.sequence = Limits.MAX_NUMBER;
        });
        assertNamed("session id 0", content -> content.session = 0);
        assertNamed("session id 9", content -> content.sessions = 2);
        assertNamed("time to live -4", content -> content.ttl = -4);
        assertNamed("length of a label", content -> content.label = "x".repeat(Limits.MAX_LABEL_LENGTH + 1));
        assertNamed("attachment 0", content -> content.attachment = 0);
        assertNamed("acknowledged sequence number -5", content -> content.floor = -5);
        assertNamed("number of a kept reply 5", content -> content.sequence = 5);
        assertNamed("number of a kept reply", content -> content.sequence = 6 + Limits.MAX_UNACKNOWLEDGED);
        assertNamed("length of a name 0", content -> content.name = "");
        assertNamed("length of a name", content -> content.name = "x".repeat(Limits.MAX_NAME_LENGTH + 1));
        assertNamed("capacity 0", content -> content.capacity = 0);
        assertNamed("permits -3", content -> content.permits = -3);
        assertNamed("permits 2", content -> content.permits = 2);
        assertNamed("number of a claim 0", content -> content.token = 0);
        assertNamed("lease -1", content -> content.lease = -1);
        assertNamed("time of a renewal -2", content -> content.renewed = -2);
        assertNamed("seconds since a claim began -1", content -> content.since = -1);
        assertNamed("seconds since a claim began", content -> content.since = Claim.MAX_SECONDS + 1);
        assertNamed("length of an actor", content -> content.actor = "x".repeat(Limits.MAX_ACTOR_LENGTH + 1));
        assertNamed("a flag of 2", content -> content.byKey = 2);
        assertNamed("unknown reply type 99", content -> content.reply = 99);
        assertNamed("revocation", content -> content.revokedWaiter = 1);
        assertNamed("a flag of 7", content -> content.revokedWaiter = 7);
        assertNamed("key used twice", content -> content.waiterKey = content.holderKey);
        assertNamed("capacity beside another", content -> content.waiterCapacity = 2);
        assertNamed("permits beyond the capacity 1", content -> {
            content.lastToken = 3;
            content.waiterNumber = 3;
        });
        assertNamed("token given twice 2", content -> {
            content.capacity = 2;
            content.waiterCapacity = 2;
            content.waiterNumber = 2;
        });
        assertNamed("tokens out of order", content -> content.lastToken = 1);
        assertNamed("name number 7", content -> content.nameNumber = 7);
    }

    @Test
    void whatIsParkedHoldsAndEnds() {
        assertThat(LockMachine.restore(new Content().park().sign(), 0).claimCount())
                .isEqualTo(3);
        String broken = "a parked claim that waits, is revoked or never ends";
        assertNamed(broken, content -> content.park().parkedLease = 0);
        assertNamed(broken, content -> {
            content.park().parkedRevoked = 1;
            content.parkedLease = 1;
        });
        assertNamed(broken, content -> content.park().parkedNumber = -4);
    }

    @Test
    void recordsAreReadAndHeldAgainstTheirLimits() {
        Content one = new Content();
        one.records = 1;
        RecordView record = LockMachine.restore(one.sign(), 0).record("r").orElseThrow();
        assertThat(record).isEqualTo(new RecordView("r", Bytes.copyOf(new byte[3]), 4, 10));
        one.end = Long.MAX_VALUE;
        assertThat(LockMachine.restore(one.sign(), 0).records("", "", 10, 1_000))
                .extracting(RecordView::leftNanos)
                .containsExactly(Long.MAX_VALUE);
        assertNamed("length of a record's key 0", content -> content.record().recordKey = "");
        assertNamed("length of a record's key 1", content -> content.record().records = 2);
        assertNamed("bytes of a value", content -> content.record().valueLength = Limits.MAX_VALUE_BYTES + 1);
        assertNamed("version of a record 0", content -> content.record().version = 0);
        assertNamed("version of a record 5", content -> content.record().version = 5);
        assertNamed("end of a record -1", content -> content.record().end = -1);
        assertNamed("end of a record", content -> content.record().end = Long.MAX_VALUE - 1);
        assertNamed("a count of", content -> content.records = Limits.MAX_RECORDS + 1);
    }

    @Test
    void bytesBehindTheEndAreRefused() {
        assertNamed("bytes behind the last record", content -> content.extra = true);
    }

    private static void assertNamed(String what, Consumer<Content> change) {
        Content content = new Content();
        change.accept(content);
        assertThatThrownBy(() -> LockMachine.restore(content.sign(), 0))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining(what);
    }

    /** A small snapshot, field by field: one session, one kept reply, a holder and a waiter. */
    private static final class Content {
        long lastIndex = 4;
        long lastToken = 2;
        long now = 10;
        int sessions = 1;
        long session = 9;
        long ttl;
        String label = "label";
        int attachment = 1;
        long floor = 5;
        long sequence = 6;
        int nameNumber;
        String name = "a";
        int capacity = 1;
        OwnerKey holderKey = key(1);
        int permits = 1;
        long token = 2;
        long lease;
        long renewed;
        int since;
        OwnerKey waiterKey = key(2);
        int waiterCapacity = 1;
        long waiterNumber = -3;
        int revokedWaiter;
        String actor = "";
        int byKey;
        int reply;
        int parked;
        long parkedNumber = 4;
        long parkedLease = 7;
        int parkedRevoked;
        int records;
        String recordKey = "r";
        int valueLength = 3;
        long version = 4;
        long end = 20;
        boolean extra;

        /** A second holder, of a name of its own, that was handed off: beside all others. */
        Content park() {
            parked = 1;
            lastToken = 4;
            return this;
        }

        Content record() {
            records = 1;
            return this;
        }

        byte[] sign() {
            ByteWriter out = new ByteWriter();
            out.writeNumber(SnapshotWriter.MAGIC);
            out.writeNumber(SnapshotWriter.VERSION);
            out.writeNumber(lastIndex);
            out.writeNumber(lastToken);
            out.writeNumber(now);
            out.writeNumber(sessions);
            writeSession(out);
            if (sessions == 2) {
                out.writeNumber(session);
            }
            out.writeNumber(parked);
            if (parked == 1) {
                writeParked(out);
            }
            out.writeNumber(records);
            for (int i = 0; i < Math.min(records, 2); i++) {
                out.writeText(recordKey);
                out.writeBytes(new byte[valueLength]);
                out.writeNumber(version);
                out.writeNumber(end);
            }
            if (extra) {
                out.writeByte(0);
            }
            byte[] bytes = out.toByteArray();
            return ByteBuffer.allocate(bytes.length + SnapshotWriter.CHECKSUM_BYTES)
                    .put(bytes)
                    .putInt(SnapshotWriter.checksum(bytes, bytes.length))
                    .array();
        }

        private void writeSession(ByteWriter out) {
            out.writeNumber(session);
            out.writeEnum(SessionKind.CONNECTION);
            out.writeNumber(ttl);
            out.writeKey(key(1));
            out.writeText(label);
            out.writeNumber(0);
            out.writeNumber(attachment);
            out.writeNumber(0);
            out.writeByte(1);
            out.writeNumber(floor);
            out.writeNumber(1);
            out.writeNumber(sequence);
            if (reply == 0) {
                ReplyCodec.write(new Event.NotHeld(9, key(2)), new NameIndex(), out);
            } else {
                out.writeByte(reply);
            }
            out.writeNumber(2);
            out.writeNumber(nameNumber);
            out.writeText(name);
            writeClaim(out, capacity, holderKey, token);
            out.writeNumber(renewed);
            out.writeNumber(since);
            out.writeByte(0);
            out.writeByte(byKey);
            out.writeText(actor);
            out.writeNumber(0);
            writeClaim(out, waiterCapacity, waiterKey, waiterNumber);
            out.writeNumber(0);
            out.writeNumber(0);
            out.writeByte(revokedWaiter);
            out.writeByte(0);
            out.writeText("");
        }

        private void writeParked(ByteWriter out) {
            out.writeNumber(1);
            out.writeText("parked");
            out.writeNumber(1);
            out.writeKey(key(3));
            out.writeNumber(1);
            out.writeNumber(parkedNumber);
            out.writeNumber(parkedLease);
            out.writeNumber(0);
            out.writeNumber(0);
            out.writeByte(parkedRevoked);
            out.writeByte(1);
            out.writeText("");
        }

        private void writeClaim(ByteWriter out, int claimCapacity, OwnerKey key, long number) {
            out.writeNumber(claimCapacity);
            out.writeKey(key);
            out.writeNumber(permits);
            out.writeNumber(number);
            out.writeNumber(lease);
        }
    }

    private static void assertRefused(byte[] bytes) {
        assertThatThrownBy(() -> LockMachine.restore(bytes, 0)).isInstanceOf(CorruptDataException.class);
    }

    /** Something of everything. */
    private void fill() {
        bench.connect(3);
        bench.connect(6);
        bench.open(9, Duration.ofSeconds(20));
        bench.acquire(3, "mutex", 30);
        bench.acquire(6, "mutex", 60);
        bench.acquire(9, "mutex", 90);
        bench.acquire(3, "s", 31, 2, 5, Duration.ofSeconds(40), Waiting.QUEUE);
        bench.acquire(6, "s", 61, 3, 5, Duration.ofSeconds(30), Waiting.QUEUE);
        bench.acquire(9, "s", 91, 4, 5, Duration.ofSeconds(10), Waiting.QUEUE);
        bench.advance(Duration.ofSeconds(3));
        bench.write(6, "rw", 62);
        bench.read(3, "rw", 32);
        bench.read(9, "rw", 92);
        bench.acquire(9, "revoked", 93);
        bench.revoke("revoked", Urgency.WHEN_SAFE);
        bench.apply(new Command.Acquire(new Origin(6, 1, 1, 0), "s", key(63), 1, 5, 0, Waiting.NEVER));
        bench.apply(new Command.Acquire(new Origin(6, 1, 2, 0), "s", key(64), 1, 5, 0, Waiting.QUEUE));
        bench.apply(new Command.Acquire(new Origin(6, 1, 3, 0), "numbered", key(65), 1, 5, 0, Waiting.QUEUE));
        bench.apply(new Command.Withdraw(new Origin(6, 1, 4, 0), key(66)));
        fillActorsAndParking();
    }

    private void fillActorsAndParking() {
        bench.apply(asked(9, 1, "x", 94, "A"));
        bench.apply(asked(9, 2, "y", 95, "B"));
        bench.apply(asked(9, 3, "y", 96, "A"));
        assertThat(bench.apply(asked(9, 4, "x", 97, "B"))).isInstanceOf(Event.Deadlock.class);
        bench.acquire(9, "given", 98);
        bench.acquire(9, "given too", 99);
        long parkNanos = Duration.ofSeconds(25).toNanos();
        assertThat(bench.apply(new Command.HandOff(new Origin(9, 1, 5, 0), key(98), key(1), parkNanos)))
                .isInstanceOf(Event.HandedOff.class);
        bench.apply(new Command.HandOff(new Origin(9, 1, 6, 0), key(99), key(2), 2 * parkNanos));
    }

    private static Command asked(long session, long sequence, String name, long key, String actor) {
        return new Command.Acquire(
                new Origin(session, 1, sequence, 0),
                name,
                key(key),
                1,
                1,
                Duration.ofSeconds(15).toNanos(),
                Waiting.QUEUE,
                Command.Renewing.BY_KEY,
                actor);
    }
}
