package io.claviger.engine;

import static io.claviger.engine.Bench.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.engine.Command.Renewing;
import io.claviger.engine.Command.Urgency;
import io.claviger.engine.Command.Waiting;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Commands as bytes. */
class CodecTest {
    private static final Origin ORIGIN = new Origin(Long.MIN_VALUE, 7, 8, -1);

    private static final List<Command> ONE_OF_EACH = List.of(
            new Command.OpenSession(-5, SessionKind.TIMED, Long.MAX_VALUE, key(1), "Zoë \uD83D\uDE00"),
            new Command.OpenSession(5, SessionKind.CONNECTION, 0, key(1), ""),
            new Command.AttachSession(1, key(2), 3),
            new Command.RenewSession(ORIGIN),
            new Command.EndSession(ORIGIN),
            new Command.Acquire(ORIGIN, "a/b", key(3), 1, Integer.MAX_VALUE, 1L << 60, Waiting.QUEUE),
            new Command.Acquire(ORIGIN, "", key(3), Integer.MIN_VALUE, -1, -1, Waiting.NEVER),
            new Command.Withdraw(ORIGIN, key(4)),
            new Command.Release(ORIGIN, key(5)),
            new Command.Renew(ORIGIN, key(6), 17),
            new Command.Revoke("a", Optional.of(key(7)), Urgency.NOW),
            new Command.Revoke("a", Optional.empty(), Urgency.WHEN_SAFE),
            new Command.Acquire(ORIGIN, "a", key(3), 1, 1, 5, Waiting.QUEUE, Renewing.BY_KEY, "job \uD83D\uDE00"),
            new Command.HandOff(ORIGIN, key(8), key(9), 60),
            new Command.Adopt(ORIGIN, key(9), key(10), 0, Renewing.BY_SESSION, ""),
            new Command.Adopt(ORIGIN, key(9), key(10), Long.MAX_VALUE, Renewing.BY_KEY, "job"),
            new Command.PutRecord(
                    ORIGIN, "a/b", bytes(0, 255), 17, Command.ABSENT, Optional.of(new Guard("lock", 1L << 52))),
            new Command.PutRecord(ORIGIN, "", Bytes.EMPTY, -1, Command.ANY_VERSION, Optional.empty()),
            new Command.DeleteRecord(ORIGIN, "Zo\u00eb", 9, Optional.of(new Guard("", -1))),
            new Command.DeleteRecord(ORIGIN, "a", Command.ANY_VERSION, Optional.empty()),
            new Command.Tick());

    private static Bytes bytes(int... values) {
        byte[] array = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            array[i] = (byte) values[i];
        }
        return Bytes.copyOf(array);
    }

    @Test
    void everyCommandComesBack() {
        for (Command command : ONE_OF_EACH) {
            assertThat(CommandCodec.decode(CommandCodec.encode(command))).isEqualTo(command);
        }
    }

    @Test
    void fieldsOfALaterVersionAreSkipped() {
        for (Command command : ONE_OF_EACH) {
            byte[] bytes = CommandCodec.encode(command);
            ByteReader in = new ByteReader(bytes);
            ByteWriter later = new ByteWriter();
            later.writeByte(in.readByte());
            int length = in.readCount();
            byte[] body = Arrays.copyOfRange(bytes, bytes.length - length, bytes.length + 3);
            later.writeBytes(body);
            assertThat(CommandCodec.decode(later.toByteArray())).isEqualTo(command);
        }
    }

    @Test
    void aTypeOfALaterVersionIsRefused() {
        assertThatThrownBy(() -> CommandCodec.decode(new byte[] {99, 0}))
                .isInstanceOf(CorruptDataException.class)
                .hasMessage("unknown command type 99");
    }

    @Test
    void everyCutIsNoticed() {
        for (Command command : ONE_OF_EACH) {
            byte[] bytes = CommandCodec.encode(command);
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> CommandCodec.decode(cut)).isInstanceOf(CorruptDataException.class);
            }
            assertThatThrownBy(() -> CommandCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
                    .isInstanceOf(CorruptDataException.class);
        }
    }

    /** Whatever the bytes are, the answer is a command or one kind of exception, at once and in little memory. */
    @Test
    void anyBytesAtAllAreReadOrRefused() {
        long seed = Long.getLong("claviger.seed", System.nanoTime());
        Random random = new Random(seed);
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = mutated(random);
            try {
                Command command = CommandCodec.decode(bytes);
                read++;
                assertThat(CommandCodec.decode(CommandCodec.encode(command))).isEqualTo(command);
            } catch (CorruptDataException refused) {
                assertThat(refused).hasMessageNotContaining("null");
            } catch (RuntimeException | AssertionError unexpected) {
                throw new AssertionError(
                        "replay with -Dclaviger.seed=" + seed + ": " + Arrays.toString(bytes), unexpected);
            }
        }
        assertThat(read).as("mutations that are still commands").isPositive();
    }

    @Test
    void textsThatNoWireCanCarryAreRefusedBeforeTheyAreChanged() {
        Command half = new Command.Revoke("half \uD83D", Optional.empty(), Urgency.NOW);
        assertThatThrownBy(() -> CommandCodec.encode(half)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void numbersHaveOneForm() {
        assertThatThrownBy(() -> new ByteReader(new byte[] {(byte) 0x80, 0}).readNumber())
                .isInstanceOf(CorruptDataException.class);
        byte[] tenth = {-1, -1, -1, -1, -1, -1, -1, -1, -1, 2};
        assertThatThrownBy(() -> new ByteReader(tenth).readNumber()).isInstanceOf(CorruptDataException.class);
        tenth[9] = (byte) 0x81;
        assertThatThrownBy(() -> new ByteReader(tenth).readNumber()).isInstanceOf(CorruptDataException.class);
    }

    @Test
    void numbersOfAnySizeComeBack() {
        ByteWriter out = new ByteWriter();
        for (int shift = 0; shift < 64; shift++) {
            out.writeNumber(1L << shift);
            out.writeNumber(-(1L << shift));
        }
        ByteReader in = new ByteReader(out.toByteArray());
        for (int shift = 0; shift < 64; shift++) {
            assertThat(in.readNumber()).isEqualTo(1L << shift);
            assertThat(in.readNumber()).isEqualTo(-(1L << shift));
        }
        assertThat(in.remaining()).isZero();
    }

    /** The place of each constant is part of the format: new ones go to the end. */
    @Test
    void theOrderOfConstantsIsPinned() {
        assertThat(SessionKind.values()).startsWith(SessionKind.CONNECTION, SessionKind.TIMED);
        assertThat(Waiting.values()).startsWith(Waiting.QUEUE, Waiting.NEVER);
        assertThat(Urgency.values()).startsWith(Urgency.WHEN_SAFE, Urgency.NOW);
        assertThat(Rejection.values())
                .startsWith(
                        Rejection.INVALID_NAME,
                        Rejection.INVALID_CAPACITY,
                        Rejection.INVALID_PERMITS,
                        Rejection.INVALID_LEASE,
                        Rejection.INVALID_TIME_TO_LIVE,
                        Rejection.INVALID_LABEL,
                        Rejection.CAPACITY_MISMATCH,
                        Rejection.KEY_MISMATCH,
                        Rejection.KEY_WITHDRAWN,
                        Rejection.UNKNOWN_SESSION,
                        Rejection.SESSION_EXISTS,
                        Rejection.STALE_ATTACHMENT,
                        Rejection.WRONG_SECRET,
                        Rejection.SEQUENCE_FORGOTTEN,
                        Rejection.SEQUENCE_TOO_FAR_AHEAD,
                        Rejection.TOO_MANY_WAITERS,
                        Rejection.TOO_MANY_SESSIONS,
                        Rejection.TOO_MANY_CLAIMS,
                        Rejection.INVALID_SEQUENCE,
                        Rejection.INVALID_ACTOR,
                        Rejection.INVALID_RECORD_KEY,
                        Rejection.VALUE_TOO_LONG,
                        Rejection.TOO_MANY_RECORDS,
                        Rejection.NOT_HOLDING);
        assertThat(Renewing.values()).startsWith(Renewing.BY_SESSION, Renewing.BY_KEY);
    }

    @Test
    void keptRepliesComeBack() {
        List<Event.Reply> replies = List.of(
                new Event.HandedOff(9, key(1)),
                new Event.Deadlock(9, key(2), List.of(new Event.Wait("A", "x"))),
                new Event.Deadlock(9, key(2), List.of(new Event.Wait("", "y"), new Event.Wait("Zo\u00eb", "x"))),
                new Event.RecordPut(9, 4),
                new Event.RecordDeleted(9, 0),
                new Event.VersionMismatch(9, 1L << 52),
                new Event.NotHeld(9, key(3)));
        ByteWriter out = new ByteWriter();
        NameIndex written = new NameIndex();
        replies.forEach(reply -> ReplyCodec.write(reply, written, out));
        ByteReader in = new ByteReader(out.toByteArray());
        NameIndex read = new NameIndex();
        for (Event.Reply reply : replies) {
            assertThat(ReplyCodec.read(9, read, in)).isEqualTo(reply);
        }
        assertThat(in.remaining()).isZero();
    }

    @Test
    void onlyKeptRepliesHaveAForm() {
        ByteWriter out = new ByteWriter();
        assertThatThrownBy(() -> ReplyCodec.write(new Event.Ticked(1), new NameIndex(), out))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ReplyCodec.read(1, new NameIndex(), new ByteReader(new byte[] {77})))
                .isInstanceOf(CorruptDataException.class);
    }

    private static byte[] mutated(Random random) {
        byte[] bytes = CommandCodec.encode(ONE_OF_EACH.get(random.nextInt(ONE_OF_EACH.size())));
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 9)) : bytes;
    }
}
