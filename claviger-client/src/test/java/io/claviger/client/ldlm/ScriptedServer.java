package io.claviger.client.ldlm;

import io.claviger.protocol.ldlm.Error;
import io.claviger.protocol.ldlm.LockRequest;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.RefreshLockRequest;
import io.claviger.protocol.ldlm.RenewRequest;
import io.claviger.protocol.ldlm.TryLockRequest;
import io.claviger.protocol.ldlm.UnlockRequest;
import io.claviger.protocol.ldlm.UnlockResponse;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A server behind the wire, in the calling thread. It grants everything, unless a test has told it to do otherwise with the next
 * calls. What is left unanswered can be answered later.
 */
final class ScriptedServer implements LdlmWire {
    /** A call as it arrived. */
    record Call(String method, Object request, Outcome<Object> outcome) {
        void answer(Object reply, long connection) {
            outcome.answered(reply, connection);
        }

        void fail(Status status) {
            outcome.failed(status, true);
        }
    }

    private final Deque<Consumer<Call>> script = new ArrayDeque<>();
    private final Set<String> unknown = new HashSet<>();
    private final Set<Long> live = new HashSet<>(Set.of(1L));
    private final List<Call> calls = new ArrayList<>();
    private final List<Call> cancelled = new ArrayList<>();
    private ConnectionEnd listener = connection -> {};
    private long connection = 1;
    private int keys;
    private boolean closed;
    private boolean down;

    // ------------------------------------------------------------------------------------------ what tests say

    /** The next call that is not scripted yet is treated so. */
    ScriptedServer then(Consumer<Call> treatment) {
        script.add(treatment);
        return this;
    }

    ScriptedServer thenFail(Status status, int times) {
        for (int i = 0; i < times; i++) {
            then(call -> call.outcome().failed(status, false));
        }
        return this;
    }

    /** The request arrives, and its answer is lost. */
    ScriptedServer thenLoseTheAnswer() {
        return then(call -> call.outcome().failed(Status.UNAVAILABLE, true));
    }

    ScriptedServer thenAnswer(Object reply) {
        return then(call -> call.answer(reply, connection));
    }

    ScriptedServer thenSayNothing() {
        return then(call -> {});
    }

    /** All calls fail until it is up again. */
    void down(boolean isDown) {
        down = isDown;
    }

    /** Does not know a method. */
    void doesNotKnow(String method) {
        unknown.add(method);
    }

    void knows(String method) {
        unknown.remove(method);
    }

    /** The connection ends, and calls from now on come over the next one. */
    void endConnection() {
        long ended = connection++;
        live.remove(ended);
        live.add(connection);
        listener.ended(ended);
    }

    long connection() {
        return connection;
    }

    List<Call> calls() {
        return calls;
    }

    List<Call> cancelled() {
        return cancelled;
    }

    /** Returns the names of the methods that were called. */
    List<String> methods() {
        return calls.stream().map(Call::method).toList();
    }

    List<Object> requests() {
        return calls.stream().map(Call::request).toList();
    }

    Call last() {
        return calls.get(calls.size() - 1);
    }

    long count(String method) {
        return methods().stream().filter(method::equals).count();
    }

    boolean isClosed() {
        return closed;
    }

    // ------------------------------------------------------------------------------------------ what it answers

    static LockResponse refusal(int code, String message) {
        return LockResponse.newBuilder().setError(error(code, message)).build();
    }

    static UnlockResponse unlockRefusal(int code, String message) {
        return UnlockResponse.newBuilder().setError(error(code, message)).build();
    }

    private static Error error(int code, String message) {
        return Error.newBuilder().setCodeValue(code).setMessage(message).build();
    }

    LockResponse grant(String name) {
        return LockResponse.newBuilder()
                .setLocked(true)
                .setName(name)
                .setKey("key-" + ++keys)
                .build();
    }

    private static LockResponse renewed(String name, String key) {
        return LockResponse.newBuilder()
                .setLocked(true)
                .setName(name)
                .setKey(key)
                .build();
    }

    private Object granting(Object request) {
        if (request instanceof LockRequest lock) {
            return grant(lock.getName());
        } else if (request instanceof TryLockRequest lock) {
            return grant(lock.getName());
        } else if (request instanceof RenewRequest renew) {
            return renewed(renew.getName(), renew.getKey());
        } else if (request instanceof RefreshLockRequest refresh) {
            return renewed(refresh.getName(), refresh.getKey());
        }
        return UnlockResponse.newBuilder()
                .setUnlocked(true)
                .setName(((UnlockRequest) request).getName())
                .build();
    }

    // ------------------------------------------------------------------------------------------ the wire

    @SuppressWarnings("unchecked")
    @Override
    public <Q, R> Runnable start(MethodDescriptor<Q, R> method, Q request, Outcome<R> outcome) {
        Call call = new Call(String.valueOf(method.getBareMethodName()), request, (Outcome<Object>) outcome);
        calls.add(call);
        if (closed || down) {
            call.outcome().failed(Status.UNAVAILABLE, false);
        } else if (unknown.contains(call.method())) {
            call.fail(Status.UNIMPLEMENTED);
        } else if (script.isEmpty()) {
            call.answer(granting(request), connection);
        } else {
            script.remove().accept(call);
        }
        return () -> {
            cancelled.add(call);
            call.fail(Status.CANCELLED);
        };
    }

    @Override
    public boolean isLive(long number) {
        return live.contains(number);
    }

    @Override
    public void onConnectionEnd(ConnectionEnd told) {
        listener = told;
    }

    @Override
    public void close() {
        closed = true;
    }
}
