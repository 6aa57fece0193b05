package io.claviger.server.grpc;

import io.claviger.protocol.v1.ClientFrame;
import io.claviger.protocol.v1.ServerFrame;
import io.claviger.server.MachineLoop;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * Ties a {@link NativeStream} to a call. The next frame is asked for only when the last one is answered and the client
 * takes answers, so a client that does not read is not read from either.
 */
final class SessionCall implements StreamObserver<ClientFrame>, Outbound {
    private final MachineLoop loop;
    private final ServerCallStreamObserver<ServerFrame> call;
    private final Runnable over;
    private final NativeStream stream;
    private boolean isOver;

    /**
     * Takes the call over. To be made within the method of the service.
     *
     * @param over runs once, when the call is over
     */
    SessionCall(MachineLoop loop, NativeSessions sessions, ServerCallStreamObserver<ServerFrame> call, Runnable over) {
        this.loop = loop;
        this.call = call;
        this.over = over;
        this.stream = new NativeStream(sessions, this);
        call.disableAutoRequest();
        call.setOnReadyThreshold(GrpcLimits.FRAME_BYTES);
        call.setOnReadyHandler(() -> loop.run(stream::ready));
        call.setOnCancelHandler(() -> loop.run(this::gone));
        call.request(1);
    }

    @Override
    public void onNext(ClientFrame frame) {
        if (loop.isHere()) {
            stream.frame(frame);
        } else {
            loop.run(() -> stream.frame(frame));
        }
    }

    @Override
    public void onError(Throwable cancelled) {
        loop.run(this::gone);
    }

    @Override
    public void onCompleted() {
        loop.run(stream::closed);
    }

    @Override
    public boolean isReady() {
        return call.isReady();
    }

    @Override
    public void send(ServerFrame frame) {
        call.onNext(frame);
    }

    @Override
    public void receive() {
        call.request(1);
    }

    @Override
    public void end(Ending ending, String reason) {
        if (isOver) {
            return;
        }
        over();
        if (ending == Ending.DONE) {
            call.onCompleted();
        } else {
            call.onError(status(ending).withDescription(reason).asRuntimeException());
        }
    }

    private void gone() {
        if (!isOver) {
            over();
            stream.gone();
        }
    }

    private void over() {
        isOver = true;
        over.run();
    }

    private static Status status(Ending ending) {
        return switch (ending) {
            case DONE -> Status.OK;
            case INVALID -> Status.INVALID_ARGUMENT;
            case SUPERSEDED -> Status.ABORTED;
            case TOO_SLOW -> Status.RESOURCE_EXHAUSTED;
            case UNAVAILABLE -> Status.UNAVAILABLE;
        };
    }
}
