package io.claviger.server.grpc;

import io.claviger.protocol.ldlm.LDLMGrpc;
import io.claviger.protocol.ldlm.LockRequest;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.RefreshLockRequest;
import io.claviger.protocol.ldlm.RenewRequest;
import io.claviger.protocol.ldlm.TryLockRequest;
import io.claviger.protocol.ldlm.UnlockRequest;
import io.claviger.protocol.ldlm.UnlockResponse;
import io.claviger.server.Acquisition;
import io.claviger.server.MachineLoop;
import io.claviger.server.ldlm.LdlmReply;
import io.claviger.server.ldlm.LdlmSession;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The service of LDLM: brings each call to the session of its connection, on the thread of the machine. */
final class LdlmService extends LDLMGrpc.LDLMImplBase {
    private final MachineLoop loop;

    LdlmService(MachineLoop loop) {
        this.loop = loop;
    }

    @Override
    public void lock(LockRequest request, StreamObserver<LockResponse> answer) {
        acquire(answer, LdlmConnections.current(), (session, reply) -> session.lock(request, reply));
    }

    @Override
    public void tryLock(TryLockRequest request, StreamObserver<LockResponse> answer) {
        acquire(answer, LdlmConnections.current(), (session, reply) -> session.tryLock(request, reply));
    }

    @Override
    public void unlock(UnlockRequest request, StreamObserver<UnlockResponse> answer) {
        Reply<UnlockResponse> reply = new Reply<>(new UnaryReply<>(answer));
        LdlmSession session = LdlmConnections.current();
        loop.run(() -> session.unlock(request, reply));
    }

    @Override
    public void renew(RenewRequest request, StreamObserver<LockResponse> answer) {
        Reply<LockResponse> reply = new Reply<>(new UnaryReply<>(answer));
        LdlmSession session = LdlmConnections.current();
        loop.run(() -> session.renew(request, reply));
    }

    @Override
    public void refreshLock(RefreshLockRequest request, StreamObserver<LockResponse> answer) {
        renew(
                RenewRequest.newBuilder()
                        .setName(request.getName())
                        .setKey(request.getKey())
                        .setLockTimeoutSeconds(request.getLockTimeoutSeconds())
                        .build(),
                answer);
    }

    /** What asks a session for a lock. */
    private interface Asking {
        Acquisition ask(LdlmSession session, LdlmReply<LockResponse> reply);
    }

    private void acquire(StreamObserver<LockResponse> answer, LdlmSession session, Asking asking) {
        // Only within the method of the service may the call be told what to do when it is cancelled.
        UnaryReply<LockResponse> call = new UnaryReply<>(answer);
        LockCall lock = new LockCall();
        call.onCancel(() -> loop.run(lock::cancelled));
        loop.run(() -> lock.start(() -> asking.ask(session, new Reply<>(call))));
    }

    /** A call that asks for a lock, and may be broken off before and after it has asked. */
    private static final class LockCall {
        private @Nullable Acquisition acquisition;
        private boolean cancelled;

        void start(Supplier<Acquisition> asking) {
            if (!cancelled) {
                acquisition = asking.get();
            }
        }

        void cancelled() {
            cancelled = true;
            if (acquisition != null) {
                acquisition.cancelled();
            }
        }
    }

    private record Reply<T>(UnaryReply<T> call) implements LdlmReply<T> {
        @Override
        public void answer(T response) {
            call.answer(response);
        }

        @Override
        public void unavailable(String why) {
            call.fail(Status.UNAVAILABLE.withDescription(why));
        }
    }
}
