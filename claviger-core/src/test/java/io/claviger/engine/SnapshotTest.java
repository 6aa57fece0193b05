package io.claviger.engine;

import static io.claviger.engine.Bench.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.engine.Command.Urgency;
import io.claviger.engine.Command.Waiting;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
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
                .hasMessage("snapshot of version 99, this program reads version 1");
        assertThatThrownBy(() -> LockMachine.restore(new byte[] {1, 2, 3}, 0))
                .hasMessage("not a snapshot of a lock machine");
    }

    @Test
    void aStateThatCannotBeIsRefusedEvenIfItsChecksumIsRight() {
        assertThatThrownBy(() -> LockMachine.restore(signed(out -> out.writeNumber(-1)), 0))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining("out of range");
        assertThatThrownBy(() -> LockMachine.restore(
                        signed(out -> {
                            out.writeNumber(1);
                            out.writeNumber(1);
                            out.writeNumber(0);
                            out.writeNumber(0);
                            out.writeByte(7);
                        }),
                        0))
                .isInstanceOf(CorruptDataException.class)
                .hasMessage("bytes behind the last session");
    }

    @Test
    void aReplyOutsideItsWindowIsRefused() {
        assertThatThrownBy(() -> LockMachine.restore(signed(out -> sessionWithReply(out, 5, 5)), 0))
                .hasMessage("a reply with number 5 outside its window");
        long far = 6 + Limits.MAX_UNACKNOWLEDGED;
        assertThatThrownBy(() -> LockMachine.restore(signed(out -> sessionWithReply(out, 5, far)), 0))
                .isInstanceOf(CorruptDataException.class);
        assertThat(LockMachine.restore(signed(out -> sessionWithReply(out, 5, 6)), 0)
                        .sessionCount())
                .isEqualTo(1);
    }

    private static void sessionWithReply(ByteWriter out, long floor, long sequence) {
        out.writeNumber(1);
        out.writeNumber(1);
        out.writeNumber(0);
        out.writeNumber(1);
        out.writeNumber(9);
        out.writeEnum(SessionKind.CONNECTION);
        out.writeNumber(0);
        out.writeKey(key(1));
        out.writeText("");
        out.writeNumber(0);
        out.writeNumber(1);
        out.writeNumber(0);
        out.writeByte(1);
        out.writeNumber(floor);
        out.writeNumber(1);
        out.writeNumber(sequence);
        ReplyCodec.write(new Event.NotHeld(9, key(2)), out);
        out.writeNumber(0);
    }

    private interface Body {
        void write(ByteWriter out);
    }

    private static byte[] signed(Body body) {
        ByteWriter out = new ByteWriter();
        out.writeNumber(SnapshotWriter.MAGIC);
        out.writeNumber(SnapshotWriter.VERSION);
        body.write(out);
        byte[] bytes = out.toByteArray();
        return ByteBuffer.allocate(bytes.length + SnapshotWriter.CHECKSUM_BYTES)
                .put(bytes)
                .putInt(SnapshotWriter.checksum(bytes, bytes.length))
                .array();
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
    }
}
