package io.claviger.server.grpc;

import com.google.protobuf.MessageLite;
import io.claviger.engine.Event;
import io.claviger.engine.LockMachine;
import io.claviger.protocol.v1.DeleteRecord;
import io.claviger.protocol.v1.DeleteRequest;
import io.claviger.protocol.v1.DeleteResponse;
import io.claviger.protocol.v1.GetRequest;
import io.claviger.protocol.v1.GetResponse;
import io.claviger.protocol.v1.ListRequest;
import io.claviger.protocol.v1.ListResponse;
import io.claviger.protocol.v1.PutRecord;
import io.claviger.protocol.v1.PutRequest;
import io.claviger.protocol.v1.PutResponse;
import io.claviger.protocol.v1.RecordsListed;
import io.claviger.server.Sequencer;
import io.grpc.Status;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The single calls of the key-value store. Confined to the thread of the machine. */
final class RecordCalls {
    private final NativeSessions sessions;
    private final UnaryCalls calls;

    RecordCalls(NativeSessions sessions, UnaryCalls calls) {
        this.sessions = sessions;
        this.calls = calls;
    }

    void put(PutRequest request, UnaryReply<PutResponse> reply) {
        PutRecord record = request.getRecord();
        String fault = record.hasExpectedVersion() ? RecordWords.faultOfVersion(record.getExpectedVersion()) : null;
        if (isRight(fault, reply) && UnaryCalls.isNumbered(request.getSequence(), reply)) {
            calls.inSession(
                    request.getSession(),
                    reply,
                    () -> calls.submit(
                            RecordWords.put(
                                    record,
                                    UnaryCalls.origin(
                                            request.getSession(), request.getSequence(), request.getAcknowledged())),
                            reply,
                            answer -> put(answer, reply)));
        }
    }

    private static void put(Event.Reply answer, UnaryReply<PutResponse> reply) {
        PutResponse.Builder response = PutResponse.newBuilder();
        if (answer instanceof Event.RecordPut put) {
            reply.answer(response.setWritten(true).setVersion(put.version()).build());
        } else if (answer instanceof Event.VersionMismatch mismatch) {
            reply.answer(response.setVersion(mismatch.version()).build());
        } else {
            reply.refuse(answer);
        }
    }

    void delete(DeleteRequest request, UnaryReply<DeleteResponse> reply) {
        DeleteRecord record = request.getRecord();
        String fault = record.hasExpectedVersion() ? RecordWords.faultOfVersion(record.getExpectedVersion()) : null;
        if (isRight(fault, reply) && UnaryCalls.isNumbered(request.getSequence(), reply)) {
            calls.inSession(
                    request.getSession(),
                    reply,
                    () -> calls.submit(
                            RecordWords.delete(
                                    record,
                                    UnaryCalls.origin(
                                            request.getSession(), request.getSequence(), request.getAcknowledged())),
                            reply,
                            answer -> delete(answer, reply)));
        }
    }

    private static void delete(Event.Reply answer, UnaryReply<DeleteResponse> reply) {
        DeleteResponse.Builder response = DeleteResponse.newBuilder();
        if (answer instanceof Event.RecordDeleted deleted) {
            reply.answer(response.setDeleted(deleted.version() != 0)
                    .setVersion(deleted.version())
                    .build());
        } else if (answer instanceof Event.VersionMismatch mismatch) {
            reply.answer(response.setVersion(mismatch.version()).build());
        } else {
            reply.refuse(answer);
        }
    }

    void get(GetRequest request, UnaryReply<GetResponse> reply, UnreadAnswers.Share share) {
        ask(
                machine -> {
                    GetResponse.Builder response = GetResponse.newBuilder();
                    var read = RecordWords.read(machine, request.getRecord());
                    return read.hasRecord()
                            ? response.setRecord(read.getRecord()).build()
                            : response.build();
                },
                reply,
                share);
    }

    void list(ListRequest request, UnaryReply<ListResponse> reply, UnreadAnswers.Share share) {
        if (isRight(RecordWords.faultOfLimit(request.getRecords().getLimit()), reply)) {
            ask(
                    machine -> {
                        RecordsListed listed = RecordWords.list(machine, request.getRecords());
                        return ListResponse.newBuilder()
                                .addAllRecords(listed.getRecordsList())
                                .setMore(listed.getMore())
                                .build();
                    },
                    reply,
                    share);
        }
    }

    private <T extends MessageLite> void ask(
            Function<LockMachine, T> question, UnaryReply<T> reply, UnreadAnswers.Share share) {
        Sequencer.pass(
                sessions.sequencer().query(question),
                answer -> {
                    if (share.take(answer.getSerializedSize())) {
                        reply.answer(answer);
                    } else {
                        reply.fail(Status.RESOURCE_EXHAUSTED.withDescription("answers of " + GrpcLimits.MAX_UNREAD_BYTES
                                + " bytes wait for clients that do not read them; read yours, or try again"));
                    }
                },
                reply::unavailable);
    }

    private static boolean isRight(@Nullable String fault, UnaryReply<?> reply) {
        if (fault != null) {
            reply.invalid(fault);
        }
        return fault == null;
    }
}
