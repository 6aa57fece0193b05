package io.claviger.server.grpc;

import io.claviger.engine.Event;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** The one answer to a single call. Confined to the thread of the machine. */
final class UnaryReply<T> {
    private final ServerCallStreamObserver<T> call;
    private boolean answered;

    UnaryReply(StreamObserver<T> observer) {
        this.call = (ServerCallStreamObserver<T>) observer;
    }

    void onCancel(Runnable action) {
        call.setOnCancelHandler(action);
    }

    /** Has something done once all of the answer has left, or the client is gone. */
    void onEnd(Runnable action) {
        call.setOnCloseHandler(action);
        call.setOnCancelHandler(action);
    }

    void answer(T message) {
        if (!answered && !call.isCancelled()) {
            answered = true;
            call.onNext(message);
            call.onCompleted();
        }
    }

    void fail(Status status) {
        if (!answered && !call.isCancelled()) {
            answered = true;
            call.onError(status.asRuntimeException());
        }
    }

    void invalid(String sentence) {
        fail(Status.INVALID_ARGUMENT.withDescription(sentence));
    }

    /** The machine answered something that is not what was asked for. */
    void refuse(Event.Reply reply) {
        if (reply instanceof Event.Rejected rejected) {
            fail(Refusals.status(rejected.reason()));
        } else if (reply instanceof Event.NotHeld) {
            fail(
                    Status.FAILED_PRECONDITION.withDescription(
                            "the request of this number was withdrawn, or its grant has ended; ask again with a new key and number"));
        } else {
            fail(Status.INTERNAL.withDescription(
                    "an unexpected answer: " + reply.getClass().getSimpleName()));
        }
    }

    void unavailable(Throwable failure) {
        fail(Status.UNAVAILABLE.withDescription("the server takes no commands: " + failure.getMessage()));
    }
}
