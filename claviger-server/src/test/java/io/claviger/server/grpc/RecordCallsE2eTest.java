package io.claviger.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.claviger.engine.Limits;
import io.claviger.protocol.v1.AcquireRequest;
import io.claviger.protocol.v1.AcquireResponse;
import io.claviger.protocol.v1.ClavigerGrpc;
import io.claviger.protocol.v1.ClavigerGrpc.ClavigerBlockingStub;
import io.claviger.protocol.v1.DeleteRecord;
import io.claviger.protocol.v1.DeleteRequest;
import io.claviger.protocol.v1.DeleteResponse;
import io.claviger.protocol.v1.GetRecord;
import io.claviger.protocol.v1.GetRequest;
import io.claviger.protocol.v1.GetResponse;
import io.claviger.protocol.v1.Guard;
import io.claviger.protocol.v1.ListRecords;
import io.claviger.protocol.v1.ListRequest;
import io.claviger.protocol.v1.ListResponse;
import io.claviger.protocol.v1.OpenSessionRequest;
import io.claviger.protocol.v1.PutRecord;
import io.claviger.protocol.v1.PutRequest;
import io.claviger.protocol.v1.PutResponse;
import io.claviger.protocol.v1.ReleaseRequest;
import io.claviger.protocol.v1.SessionRef;
import io.claviger.protocol.v1.StoredRecord;
import io.claviger.server.ServerConfig;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The key-value store by single calls. */
@SuppressWarnings("MemberName")
class RecordCallsE2eTest {
    private static final ByteString VALUE = ByteString.copyFrom(new byte[] {0, 1, -1});

    private final GrpcServer server = new GrpcServer(ServerConfig.builder().eventLoops(2));
    private final ClavigerBlockingStub calls = server.calls();
    private final SessionRef session =
            calls.openSession(OpenSessionRequest.getDefaultInstance()).getSession();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void recordsAreWrittenReadListedAndDeleted() {
        PutResponse put = put(1, record("k/1"));
        assertThat(put.getWritten()).isTrue();
        StoredRecord expected = StoredRecord.newBuilder()
                .setKey("k/1")
                .setValue(VALUE)
                .setVersion(put.getVersion())
                .build();
        assertThat(get("k/1").getRecord()).isEqualTo(expected);
        assertThat(get("k/2").hasRecord()).isFalse();
        put(2, record("k/2").setTtlNanos(3_600_000_000_000L));
        ListResponse first = list(ListRecords.newBuilder().setPrefix("k/").setLimit(1));
        assertThat(first.getRecordsList()).containsExactly(expected);
        assertThat(first.getMore()).isTrue();
        ListResponse second = list(ListRecords.newBuilder().setPrefix("k/").setAfter("k/1"));
        assertThat(second.getRecordsList()).hasSize(1);
        assertThat(second.getRecords(0).getLeftNanos()).isBetween(1L, 3_600_000_000_000L);
        assertThat(second.getMore()).isFalse();
        DeleteResponse deleted = delete(3, DeleteRecord.newBuilder().setKey("k/1"));
        assertThat(deleted.getDeleted()).isTrue();
        assertThat(deleted.getVersion()).isEqualTo(put.getVersion());
        assertThat(delete(4, DeleteRecord.newBuilder().setKey("k/1")).getDeleted())
                .isFalse();
        assertThat(get("k/1").hasRecord()).isFalse();
    }

    @Test
    void K2_conditionsAreAnsweredWithTheVersionThatStands() {
        PutResponse created = put(1, record("k").setExpectedVersion(0));
        PutResponse again = put(2, record("k").setExpectedVersion(0));
        assertThat(again.getWritten()).isFalse();
        assertThat(again.getVersion()).isEqualTo(created.getVersion());
        DeleteResponse kept = delete(3, DeleteRecord.newBuilder().setKey("k").setExpectedVersion(7));
        assertThat(kept.getDeleted()).isFalse();
        assertThat(kept.getVersion()).isEqualTo(created.getVersion());
    }

    @Test
    void K4_aRepeatedCallIsOneWrite() {
        PutResponse first = put(1, record("k"));
        assertThat(put(1, record("k"))).isEqualTo(first);
        assertThat(get("k").getRecord().getVersion()).isEqualTo(first.getVersion());
        DeleteResponse deleted = delete(2, DeleteRecord.newBuilder().setKey("k"));
        assertThat(delete(2, DeleteRecord.newBuilder().setKey("k"))).isEqualTo(deleted);
        PutResponse created = put(3, record("k").setExpectedVersion(0));
        assertThat(put(3, record("k").setExpectedVersion(0))).isEqualTo(created);
    }

    @Test
    void K3_guardedCallsNeedTheGrant() {
        AcquireResponse grant = calls.acquire(AcquireRequest.newBuilder()
                .setSession(session)
                .setSequence(1)
                .setName("lock")
                .build());
        Guard guard =
                Guard.newBuilder().setName("lock").setToken(grant.getToken()).build();
        assertThat(put(2, record("k").setGuard(guard)).getWritten()).isTrue();
        calls.release(ReleaseRequest.newBuilder()
                .setSession(session)
                .setSequence(3)
                .setKey(grant.getKey())
                .build());
        assertFails(() -> put(4, record("k").setGuard(guard)), Status.Code.FAILED_PRECONDITION, "not held");
        assertFails(
                () -> delete(5, DeleteRecord.newBuilder().setKey("k").setGuard(guard)),
                Status.Code.FAILED_PRECONDITION,
                "not held");
    }

    @Test
    void whatIsNotAllowedIsNamed() {
        assertFails(() -> put(0, record("k")), Status.Code.INVALID_ARGUMENT, "sequence number");
        assertFails(() -> put(1, record("")), Status.Code.INVALID_ARGUMENT, "1 to 1024 characters");
        ByteString tooLong = ByteString.copyFrom(new byte[Limits.MAX_VALUE_BYTES + 1]);
        assertFails(() -> put(2, record("k").setValue(tooLong)), Status.Code.INVALID_ARGUMENT, "393216 bytes");
        assertFails(() -> put(3, record("k").setTtlNanos(-1)), Status.Code.INVALID_ARGUMENT, "for a record");
        assertFails(() -> put(4, record("k").setExpectedVersion(-1)), Status.Code.INVALID_ARGUMENT, "below 2^53");
        assertFails(
                () -> delete(5, DeleteRecord.newBuilder().setKey("k").setExpectedVersion(-1)),
                Status.Code.INVALID_ARGUMENT,
                "below 2^53");
        assertFails(
                () -> list(ListRecords.newBuilder().setLimit(-1)), Status.Code.INVALID_ARGUMENT, "limit of -1 records");
        SessionRef foreign = session.toBuilder()
                .setSecret("123e4567-e89b-42d3-a456-426614174000")
                .build();
        assertFails(
                () -> calls.put(PutRequest.newBuilder()
                        .setSession(foreign)
                        .setSequence(1)
                        .setRecord(record("k"))
                        .build()),
                Status.Code.FAILED_PRECONDITION,
                "secret");
        assertThat(get("k").hasRecord()).isFalse();
    }

    @Test
    void clientsThatDoNotReadAreRefusedFurtherAnswers_untilTheyDo() {
        put(1, record("k").setValue(ByteString.copyFrom(new byte[Limits.MAX_VALUE_BYTES])));
        int more = (int) (2 * GrpcLimits.MAX_UNREAD_BYTES / Limits.MAX_VALUE_BYTES);
        ManagedChannel channel = server.channel();
        List<Unread> unread = new ArrayList<>();
        for (int i = 0; i < more; i++) {
            unread.add(new Unread(channel));
        }
        // The last one was refused, or is about to be: its answer needs no room in the window of the connection.
        Status refused =
                unread.get(more - 1).end.orTimeout(20, TimeUnit.SECONDS).join();
        assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getDescription()).contains("do not read");
        assertThat(unread.stream().filter(call -> call.end.isDone()).count()).isLessThan(more);
        unread.forEach(Unread::read);
        unread.forEach(call -> call.end.orTimeout(20, TimeUnit.SECONDS).join());
        assertThat(get("k").getRecord().getValue().size()).isEqualTo(Limits.MAX_VALUE_BYTES);
    }

    /** A call that asks for a record and does not read the answer. */
    private static final class Unread extends ClientCall.Listener<GetResponse> {
        final CompletableFuture<Status> end = new CompletableFuture<>();
        private final ClientCall<GetRequest, GetResponse> call;

        Unread(ManagedChannel channel) {
            call = channel.newCall(ClavigerGrpc.getGetMethod(), CallOptions.DEFAULT);
            call.start(this, new Metadata());
            call.sendMessage(GetRequest.newBuilder()
                    .setRecord(GetRecord.newBuilder().setKey("k"))
                    .build());
            call.halfClose();
        }

        void read() {
            call.request(2);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            end.complete(status);
        }
    }

    private static void assertFails(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Status.Code code, String words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failed -> assertThat(failed.getStatus().getCode()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    private static PutRecord.Builder record(String key) {
        return PutRecord.newBuilder().setKey(key).setValue(VALUE);
    }

    private PutResponse put(long sequence, PutRecord.Builder record) {
        return calls.put(PutRequest.newBuilder()
                .setSession(session)
                .setSequence(sequence)
                .setRecord(record)
                .build());
    }

    private DeleteResponse delete(long sequence, DeleteRecord.Builder record) {
        return calls.delete(DeleteRequest.newBuilder()
                .setSession(session)
                .setSequence(sequence)
                .setRecord(record)
                .build());
    }

    private GetResponse get(String key) {
        return calls.get(GetRequest.newBuilder()
                .setRecord(GetRecord.newBuilder().setKey(key))
                .build());
    }

    private ListResponse list(ListRecords.Builder list) {
        return calls.list(ListRequest.newBuilder().setRecords(list).build());
    }
}
