package io.claviger.server.http;

import io.claviger.protocol.ldlm.Error;
import io.claviger.protocol.ldlm.ErrorCode;
import io.claviger.protocol.ldlm.LockRequest;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.RenewRequest;
import io.claviger.protocol.ldlm.TryLockRequest;
import io.claviger.protocol.ldlm.UnlockRequest;
import io.claviger.protocol.ldlm.UnlockResponse;
import io.claviger.server.Acquisition;
import io.claviger.server.MachineLoop;
import io.claviger.server.ldlm.LdlmSession;
import io.javalin.http.Context;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The requests of a session: reads the body, hops to the machine, and answers on a thread that may write. */
final class LockApi {
    /** LDLM's word for a request that was broken off. Only a client that reads on, having said its last, sees it. */
    private static final Error CANCELLED = Error.newBuilder()
            .setCode(ErrorCode.Unknown)
            .setMessage("context canceled")
            .build();

    private final MachineLoop loop;
    private final Executor threads;

    LockApi(MachineLoop loop, Executor threads) {
        this.loop = loop;
        this.threads = threads;
    }

    /** Locks at once or not at all; with {@code wait_timeout_seconds}, waits. */
    void lock(Context context) {
        answer(context, utf8 -> {
            JsonBody body = JsonBody.read(utf8, Field.OF_LOCK);
            return body.number(Field.WAIT_TIMEOUT) == null ? tryLock(context, body) : waitForLock(context, body);
        });
    }

    void unlock(Context context) {
        answer(context, utf8 -> {
            JsonBody body = JsonBody.read(utf8, Field.OF_UNLOCK);
            UnlockRequest request = UnlockRequest.newBuilder()
                    .setName(body.text(Field.NAME))
                    .setKey(body.text(Field.KEY))
                    .build();
            RestCall<UnlockResponse> call = new RestCall<>(Gate.session(context), JsonText::of);
            return run(context, call, session -> {
                session.unlock(request, call);
                return null;
            });
        });
    }

    void renew(Context context) {
        answer(context, utf8 -> {
            JsonBody body = JsonBody.read(utf8, Field.OF_RENEW);
            Integer lease = body.number(Field.LOCK_TIMEOUT);
            RenewRequest request = RenewRequest.newBuilder()
                    .setName(body.text(Field.NAME))
                    .setKey(body.text(Field.KEY))
                    .setLockTimeoutSeconds(lease == null ? 0 : lease)
                    .build();
            RestCall<LockResponse> call = new RestCall<>(Gate.session(context), JsonText::of);
            return run(context, call, session -> {
                session.renew(request, call);
                return null;
            });
        });
    }

    private CompletableFuture<Answer> tryLock(Context context, JsonBody body) {
        TryLockRequest.Builder request = TryLockRequest.newBuilder().setName(body.text(Field.NAME));
        Integer size = body.number(Field.SIZE);
        if (size != null) {
            request.setSize(size);
        }
        Integer lease = body.number(Field.LOCK_TIMEOUT);
        if (lease != null) {
            request.setLockTimeoutSeconds(lease);
        }
        TryLockRequest asked = request.build();
        RestCall<LockResponse> call = lockCall(context);
        return run(context, call, session -> session.tryLock(asked, call));
    }

    private CompletableFuture<Answer> waitForLock(Context context, JsonBody body) {
        LockRequest.Builder request = LockRequest.newBuilder().setName(body.text(Field.NAME));
        Integer wait = body.number(Field.WAIT_TIMEOUT);
        if (wait != null) {
            request.setWaitTimeoutSeconds(wait);
        }
        Integer size = body.number(Field.SIZE);
        if (size != null) {
            request.setSize(size);
        }
        Integer lease = body.number(Field.LOCK_TIMEOUT);
        if (lease != null) {
            request.setLockTimeoutSeconds(lease);
        }
        LockRequest asked = request.build();
        RestCall<LockResponse> call = lockCall(context);
        LockResponse cancelled = LockResponse.newBuilder()
                .setName(asked.getName())
                .setError(CANCELLED)
                .build();
        WatchedEndPoint connection = WatchedEndPoint.of(context.req());
        connection.watch(() -> loop.run(() -> call.clientLeft(cancelled)));
        return run(context, call, session -> session.lock(asked, call))
                .whenComplete((answer, failure) -> connection.unwatch());
    }

    private RestCall<LockResponse> lockCall(Context context) {
        RestCall<LockResponse> call = new RestCall<>(Gate.session(context), JsonText::of);
        Gate.whenDone(context, failure -> {
            if (failure != null) {
                loop.run(call::undelivered);
            }
        });
        return call;
    }

    /** What a request asks of LDLM's session. */
    private interface Asking {
        @Nullable
        Acquisition ask(LdlmSession session);
    }

    private CompletableFuture<Answer> run(Context context, RestCall<?> call, Asking asking) {
        LdlmSession session = Gate.session(context).ldlm();
        loop.run(() -> call.start(() -> asking.ask(session)));
        // Not on the machine's thread: writing to a client takes its time.
        return call.answer().thenApplyAsync(answer -> answer, threads);
    }

    /** What a request does when its body is there. */
    private interface Doing {
        CompletableFuture<Answer> with(byte[] body) throws BadBodyException;
    }

    private static void answer(Context context, Doing doing) {
        context.future(() -> RequestBody.read(context.req())
                .thenCompose(body -> {
                    WatchedEndPoint.of(context.req()).requestArrived();
                    try {
                        return doing.with(body);
                    } catch (BadBodyException bad) {
                        return CompletableFuture.failedFuture(bad);
                    }
                })
                .exceptionally(LockApi::refusal)
                .thenAccept(answer -> answer.answer(context)));
    }

    private static Answer refusal(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof BadBodyException bad) {
            return bad.answer();
        }
        throw failure instanceof CompletionException same ? same : new CompletionException(failure);
    }
}
