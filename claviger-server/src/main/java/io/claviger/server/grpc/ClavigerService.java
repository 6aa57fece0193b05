package io.claviger.server.grpc;

import io.claviger.protocol.v1.AcquireRequest;
import io.claviger.protocol.v1.AcquireResponse;
import io.claviger.protocol.v1.ClavigerGrpc;
import io.claviger.protocol.v1.ClientFrame;
import io.claviger.protocol.v1.DeleteRequest;
import io.claviger.protocol.v1.DeleteResponse;
import io.claviger.protocol.v1.EndSessionRequest;
import io.claviger.protocol.v1.EndSessionResponse;
import io.claviger.protocol.v1.GetRequest;
import io.claviger.protocol.v1.GetResponse;
import io.claviger.protocol.v1.ListRequest;
import io.claviger.protocol.v1.ListResponse;
import io.claviger.protocol.v1.OpenSessionRequest;
import io.claviger.protocol.v1.OpenSessionResponse;
import io.claviger.protocol.v1.PutRequest;
import io.claviger.protocol.v1.PutResponse;
import io.claviger.protocol.v1.ReleaseRequest;
import io.claviger.protocol.v1.ReleaseResponse;
import io.claviger.protocol.v1.RenewRequest;
import io.claviger.protocol.v1.RenewResponse;
import io.claviger.protocol.v1.RenewSessionRequest;
import io.claviger.protocol.v1.RenewSessionResponse;
import io.claviger.protocol.v1.ServerFrame;
import io.claviger.server.Acquisition;
import io.claviger.server.MachineLoop;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.atomic.AtomicInteger;

/** The service of clients: brings each call to the thread of the machine. */
final class ClavigerService extends ClavigerGrpc.ClavigerImplBase {
    private final MachineLoop loop;
    private final NativeSessions sessions;
    private final UnaryCalls calls;
    private final RecordCalls records;
    private final UnreadAnswers unread = new UnreadAnswers();
    private final int maxStreams;
    private final AtomicInteger streams = new AtomicInteger();

    ClavigerService(MachineLoop loop, NativeSessions sessions, int maxStreams) {
        this.loop = loop;
        this.sessions = sessions;
        this.calls = new UnaryCalls(sessions);
        this.records = new RecordCalls(sessions, calls);
        this.maxStreams = maxStreams;
    }

    @Override
    public StreamObserver<ClientFrame> session(StreamObserver<ServerFrame> answers) {
        if (streams.incrementAndGet() > maxStreams) {
            streams.decrementAndGet();
            answers.onError(Status.RESOURCE_EXHAUSTED
                    .withDescription("there are " + maxStreams + " session streams, the most allowed; try again later")
                    .asRuntimeException());
            return new Deaf();
        }
        return new SessionCall(
                loop, sessions, (ServerCallStreamObserver<ServerFrame>) answers, streams::decrementAndGet);
    }

    @Override
    public void openSession(OpenSessionRequest request, StreamObserver<OpenSessionResponse> answer) {
        UnaryReply<OpenSessionResponse> reply = new UnaryReply<>(answer);
        loop.run(() -> calls.openSession(request, reply));
    }

    @Override
    public void renewSession(RenewSessionRequest request, StreamObserver<RenewSessionResponse> answer) {
        UnaryReply<RenewSessionResponse> reply = new UnaryReply<>(answer);
        loop.run(() -> calls.renewSession(request, reply));
    }

    @Override
    public void endSession(EndSessionRequest request, StreamObserver<EndSessionResponse> answer) {
        UnaryReply<EndSessionResponse> reply = new UnaryReply<>(answer);
        loop.run(() -> calls.endSession(request, reply));
    }

    @Override
    public void acquire(AcquireRequest request, StreamObserver<AcquireResponse> answer) {
        // Only within this method may the call be told what to do when it is cancelled.
        UnaryReply<AcquireResponse> reply = new UnaryReply<>(answer);
        Acquisition acquire = sessions.acquisition(loop, request.getSession().getSession(), new AcquireReply(reply));
        reply.onCancel(() -> loop.run(acquire::cancelled));
        loop.run(() -> calls.acquire(request, reply, acquire));
    }

    @Override
    public void release(ReleaseRequest request, StreamObserver<ReleaseResponse> answer) {
        UnaryReply<ReleaseResponse> reply = new UnaryReply<>(answer);
        loop.run(() -> calls.release(request, reply));
    }

    @Override
    public void renew(RenewRequest request, StreamObserver<RenewResponse> answer) {
        UnaryReply<RenewResponse> reply = new UnaryReply<>(answer);
        loop.run(() -> calls.renew(request, reply));
    }

    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> answer) {
        UnaryReply<PutResponse> reply = new UnaryReply<>(answer);
        loop.run(() -> records.put(request, reply));
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<DeleteResponse> answer) {
        UnaryReply<DeleteResponse> reply = new UnaryReply<>(answer);
        loop.run(() -> records.delete(request, reply));
    }

    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> answer) {
        UnaryReply<GetResponse> reply = new UnaryReply<>(answer);
        UnreadAnswers.Share share = unread.share();
        reply.onEnd(share::giveBack);
        loop.run(() -> records.get(request, reply, share));
    }

    @Override
    public void list(ListRequest request, StreamObserver<ListResponse> answer) {
        UnaryReply<ListResponse> reply = new UnaryReply<>(answer);
        UnreadAnswers.Share share = unread.share();
        reply.onEnd(share::giveBack);
        loop.run(() -> records.list(request, reply, share));
    }

    /** Listens to a client whose stream was refused. */
    private static final class Deaf implements StreamObserver<ClientFrame> {
        @Override
        public void onNext(ClientFrame frame) {}

        @Override
        public void onError(Throwable cancelled) {}

        @Override
        public void onCompleted() {}
    }
}
