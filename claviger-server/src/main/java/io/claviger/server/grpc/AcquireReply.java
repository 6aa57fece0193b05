package io.claviger.server.grpc;

import io.claviger.engine.Event;
import io.claviger.protocol.v1.AcquireResponse;
import io.claviger.server.Acquisition;
import io.grpc.Status;

/** Answers a native single call that asks for permits. Confined to the thread of the machine. */
record AcquireReply(UnaryReply<AcquireResponse> call) implements Acquisition.Outcome {

    @Override
    public void granted(Event.Granted granted) {
        call.answer(AcquireResponse.newBuilder()
                .setGranted(true)
                .setToken(granted.token())
                .setKey(granted.key().text())
                .setLeaseNanos(granted.leaseNanos())
                .build());
    }

    @Override
    public void notGranted() {
        call.answer(AcquireResponse.getDefaultInstance());
    }

    @Override
    public void refused(Event.Reply answer) {
        if (answer instanceof Event.Deadlock deadlock) {
            call.fail(Status.FAILED_PRECONDITION.withDescription(sentence(deadlock)));
        } else {
            call.refuse(answer);
        }
    }

    @Override
    public void ended(Acquisition.Ending ending) {
        call.fail(
                switch (ending) {
                    case SESSION_ENDED ->
                        Status.NOT_FOUND.withDescription(
                                "the session ended while the request waited; renew it meanwhile");
                    case SERVER_CLOSES -> Status.UNAVAILABLE.withDescription("the server is closing");
                    case REPEATED ->
                        Status.ABORTED.withDescription("a newer call repeats this request and waits in its place");
                });
    }

    @Override
    public void unavailable(Throwable failure) {
        call.unavailable(failure);
    }

    private static String sentence(Event.Deadlock deadlock) {
        StringBuilder cycle = new StringBuilder("the wait would never end:");
        deadlock.cycle()
                .forEach(wait -> cycle.append(" '")
                        .append(wait.actor())
                        .append("' waits for '")
                        .append(wait.name())
                        .append("';"));
        cycle.setLength(cycle.length() - 1);
        return cycle.toString();
    }
}
