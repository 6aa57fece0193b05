package io.claviger.server.grpc;

import static io.claviger.server.grpc.FakeClient.acquire;
import static io.claviger.server.grpc.FakeClient.release;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.claviger.engine.Limits;
import io.claviger.engine.OwnerKey;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.DeleteRecord;
import io.claviger.protocol.v1.Event;
import io.claviger.protocol.v1.GetRecord;
import io.claviger.protocol.v1.Guard;
import io.claviger.protocol.v1.ListRecords;
import io.claviger.protocol.v1.PutRecord;
import io.claviger.protocol.v1.RecordRead;
import io.claviger.protocol.v1.RecordsListed;
import io.claviger.protocol.v1.RefusalReason;
import io.claviger.protocol.v1.StoredRecord;
import io.claviger.server.grpc.Outbound.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The key-value store, as a session stream has it. */
@SuppressWarnings("MemberName")
class RecordStreamTest {
    private static final ByteString LARGEST = ByteString.copyFrom(new byte[Limits.MAX_VALUE_BYTES]);

    private final InlineSequencer sequencer = new InlineSequencer();
    private final AtomicLong counter = new AtomicLong();
    private final NativeSessions sessions = new NativeSessions(
            sequencer, counter::incrementAndGet, () -> new OwnerKey(-1, counter.incrementAndGet()), sequencer::later);
    private final FakeClient one = new FakeClient(sessions, sequencer::turn);

    @Test
    void K6_readsStandBetweenTheCommandsBeforeThemAndThoseBehind() {
        one.open(0, inOrder());
        assertInOrder(one.take());
    }

    @Test
    void K6_soTheyDoWhenAnswersComeLate() {
        sequencer.answerLate();
        one.open(0, inOrder());
        assertInOrder(one.take());
    }

    private static Command[] inOrder() {
        return new Command[] {
            get(1, "k"),
            put(2, PutRecord.newBuilder().setKey("k").setValue(bytes("v"))),
            get(3, "k"),
            list(4, "", "", 0),
            delete(5, DeleteRecord.newBuilder().setKey("k")),
            get(6, "k"),
            list(7, "", "", 0)
        };
    }

    private static void assertInOrder(List<Event> events) {
        assertThat(events)
                .extracting(event -> event.getSequence() + " " + event.getKindCase())
                .containsExactly(
                        "0 OPENED",
                        "1 RECORD_READ",
                        "2 RECORD_PUT",
                        "3 RECORD_READ",
                        "4 RECORDS_LISTED",
                        "5 RECORD_DELETED",
                        "6 RECORD_READ",
                        "7 RECORDS_LISTED");
        long version = events.get(2).getRecordPut().getVersion();
        StoredRecord record = StoredRecord.newBuilder()
                .setKey("k")
                .setValue(bytes("v"))
                .setVersion(version)
                .build();
        assertThat(events.get(1).getRecordRead()).isEqualTo(RecordRead.getDefaultInstance());
        assertThat(events.get(3).getRecordRead().getRecord()).isEqualTo(record);
        assertThat(events.get(4).getRecordsListed())
                .isEqualTo(RecordsListed.newBuilder().addRecords(record).build());
        assertThat(events.get(5).getRecordDeleted().getVersion()).isEqualTo(version);
        assertThat(events.get(6).getRecordRead().hasRecord()).isFalse();
        assertThat(events.get(7).getRecordsListed().getRecordsCount()).isZero();
    }

    @Test
    void K2_conditionsAreThoseOfTheMachine() {
        one.open(0, put(1, create("k")), put(2, create("k")));
        List<Event> events = one.take();
        long version = events.get(1).getRecordPut().getVersion();
        assertThat(version).isPositive();
        assertThat(events.get(2).getVersionMismatch().getVersion()).isEqualTo(version);
        one.frame(
                2,
                delete(3, DeleteRecord.newBuilder().setKey("k").setExpectedVersion(version + 1)),
                put(
                        4,
                        PutRecord.newBuilder()
                                .setKey("k")
                                .setExpectedVersion(version)
                                .setTtlNanos(5_000)),
                put(5, PutRecord.newBuilder().setKey("absent").setExpectedVersion(version)));
        assertThat(one.take())
                .extracting(Event::getKindCase)
                .containsExactly(
                        Event.KindCase.VERSION_MISMATCH, Event.KindCase.RECORD_PUT, Event.KindCase.VERSION_MISMATCH);
        one.frame(3, get(6, "k"));
        assertThat(one.take().get(0).getRecordRead().getRecord().getLeftNanos()).isEqualTo(5_000);
    }

    @Test
    void K3_guardsAreThoseOfTheMachine() {
        one.open(0, acquire(1, "lock", 1));
        long token = one.take().get(1).getGranted().getToken();
        Guard held = Guard.newBuilder().setName("lock").setToken(token).build();
        PutRecord.Builder put = PutRecord.newBuilder().setKey("k").setGuard(held);
        one.frame(
                2,
                put(2, put),
                release(3, 1),
                put(4, put),
                delete(5, DeleteRecord.newBuilder().setKey("k").setGuard(held)));
        List<Event> events = one.take();
        assertThat(events.get(0).hasRecordPut()).isTrue();
        assertThat(events.subList(2, 4))
                .extracting(event -> event.getRefused().getReason())
                .containsOnly(RefusalReason.REFUSAL_REASON_NOT_HOLDING);
    }

    @Test
    void whatIsNotAllowedIsRefusedWithItsReason() {
        one.open(
                0,
                put(1, PutRecord.newBuilder()),
                put(2, PutRecord.newBuilder().setKey("k").setValue(LARGEST.concat(bytes("x")))),
                put(3, PutRecord.newBuilder().setKey("k").setTtlNanos(-1)),
                delete(4, DeleteRecord.newBuilder().setKey("k".repeat(Limits.MAX_RECORD_KEY_LENGTH + 1))),
                get(5, ""));
        assertThat(one.take().subList(1, 5))
                .extracting(event -> event.getRefused().getReason())
                .containsExactly(
                        RefusalReason.REFUSAL_REASON_INVALID_RECORD_KEY,
                        RefusalReason.REFUSAL_REASON_VALUE_TOO_LONG,
                        RefusalReason.REFUSAL_REASON_INVALID_TIME_TO_LIVE,
                        RefusalReason.REFUSAL_REASON_INVALID_RECORD_KEY);
    }

    @Test
    void aVersionBeyondAllNumbersIsNotTakenForNone() {
        one.open(0);
        one.frame(2, put(1, PutRecord.newBuilder().setKey("k").setExpectedVersion(-1)));
        assertThat(one.ending).isEqualTo(Ending.INVALID);
        assertThat(one.reason).contains("PUT", "18446744073709551615", "2^53");
    }

    @Test
    void soItIsForADeletionAndALimitOfAList() {
        one.open(0);
        one.frame(2, delete(1, DeleteRecord.newBuilder().setKey("k").setExpectedVersion(1L << 53)));
        assertThat(one.reason).contains("DELETE", "2^53");
        FakeClient two = new FakeClient(sessions, sequencer::turn);
        two.open(0);
        two.frame(2, list(1, "", "", GrpcLimits.MAX_PAGE + 1));
        assertThat(two.reason).contains("LIST", "1001", "1000");
        FakeClient three = new FakeClient(sessions, sequencer::turn);
        three.open(0);
        three.frame(2, get(0, "k"));
        assertThat(three.reason).contains("GET", "sequence number");
    }

    @Test
    void K7_pagesEndByTheirBytes() {
        one.open(0);
        putLargest(10);
        one.frame(20, list(50, "k", "", 0));
        RecordsListed page = one.take().get(0).getRecordsListed();
        assertThat(page.getRecordsCount()).isEqualTo(2);
        assertThat(page.getMore()).isTrue();
        assertThat(page.getSerializedSize()).isLessThan(GrpcLimits.RECORDS_BYTES);
        one.frame(21, list(51, "k", "k7", 0));
        page = one.take().get(0).getRecordsListed();
        assertThat(page.getRecordsList()).extracting(StoredRecord::getKey).containsExactly("k8", "k9");
        assertThat(page.getMore()).isFalse();
        one.frame(22, list(52, "k", "", 1));
        assertThat(one.take().get(0).getRecordsListed().getRecordsCount()).isEqualTo(1);
    }

    @Test
    void whoDoesNotReadHasTheServerHoldOneAnswerAndNotAll() {
        one.open(0);
        putLargest(1);
        one.ready = false;
        List<Command> reads = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            reads.add(i % 2 == 0 ? get(100 + i, "k0") : list(100 + i, "", "", 0));
        }
        int before = sequencer.queries;
        one.frame(20, reads.toArray(Command[]::new));
        assertThat(one.frames).isEmpty();
        assertThat(one.ending).isNull();
        assertThat(sequencer.queries - before).isEqualTo(1);
        one.ready = true;
        one.stream.ready();
        sequencer.turn();
        assertThat(one.frames)
                .allSatisfy(frame -> assertThat(frame.getSerializedSize()).isLessThan(2 * 1024 * 1024));
        assertThat(one.kinds()).hasSize(200).startsWith("100 RECORD_READ").endsWith("299 RECORDS_LISTED");
    }

    @Test
    void valuesCanBeLeftOut() {
        one.open(0);
        putLargest(1);
        Command exists = Command.newBuilder()
                .setSequence(60)
                .setGet(GetRecord.newBuilder().setKey("k0").setWithoutValue(true))
                .build();
        one.frame(20, exists);
        RecordRead read = one.take().get(0).getRecordRead();
        assertThat(read.hasRecord()).isTrue();
        assertThat(read.getSerializedSize()).isLessThan(100);
    }

    private void putLargest(int count) {
        for (int i = 0; i < count; i++) {
            one.frame(2 + i, put(1 + i, PutRecord.newBuilder().setKey("k" + i).setValue(LARGEST)));
        }
        for (int i = 2 + count; i < 20; i++) {
            one.frame(i);
        }
        one.take();
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static PutRecord.Builder create(String key) {
        return PutRecord.newBuilder().setKey(key).setExpectedVersion(0);
    }

    private static Command put(long sequence, PutRecord.Builder put) {
        return Command.newBuilder().setSequence(sequence).setPut(put).build();
    }

    private static Command delete(long sequence, DeleteRecord.Builder delete) {
        return Command.newBuilder().setSequence(sequence).setDelete(delete).build();
    }

    private static Command get(long sequence, String key) {
        return Command.newBuilder()
                .setSequence(sequence)
                .setGet(GetRecord.newBuilder().setKey(key))
                .build();
    }

    private static Command list(long sequence, String prefix, String after, int limit) {
        return Command.newBuilder()
                .setSequence(sequence)
                .setList(ListRecords.newBuilder()
                        .setPrefix(prefix)
                        .setAfter(after)
                        .setLimit(limit))
                .build();
    }
}
