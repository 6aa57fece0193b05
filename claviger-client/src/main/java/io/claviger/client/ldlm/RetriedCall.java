package io.claviger.client.ldlm;

import static io.claviger.client.ldlm.LdlmCalls.LOG;

import io.claviger.client.Channels;
import io.claviger.client.Moment;
import io.claviger.spi.TimeSource.Timer;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call and its attempts. Attempts follow each other only while the server is unavailable. */
final class RetriedCall<Q, R> {
    private final LdlmCalls calls;
    private final Rpc<Q, R> rpc;
    private final Consumer<Reply<R>> unwanted;
    private final CompletableFuture<Reply<R>> result = new CompletableFuture<>();

    /** All below are guarded by this. */
    private @Nullable Attempt current;

    private @Nullable Timer retry;
    private int failures;
    private boolean perhapsDone;

    RetriedCall(LdlmCalls calls, Rpc<Q, R> rpc, Consumer<Reply<R>> unwanted) {
        this.calls = calls;
        this.rpc = rpc;
        this.unwanted = unwanted;
        result.whenComplete((reply, failure) -> {
            if (failure != null) {
                giveUp();
            }
        });
    }

    CompletableFuture<Reply<R>> result() {
        return result;
    }

    void attempt() {
        MethodDescriptor<Q, R> method = calls.isOldServer() ? rpc.olderMethod().orElse(rpc.method()) : rpc.method();
        Attempt attempt = new Attempt(method);
        synchronized (this) {
            if (result.isDone()) {
                return;
            }
            current = attempt;
        }
        attempt.start();
    }

    void fail(LdlmException failure) {
        result.completeExceptionally(failure);
    }

    private void giveUp() {
        Attempt abandoned;
        synchronized (this) {
            abandoned = current;
            if (retry != null) {
                retry.cancel();
            }
        }
        if (abandoned != null) {
            abandoned.cancel();
        }
    }

    private void answered(Attempt attempt, R message, long connection) {
        Reply<R> reply = new Reply<>(message, connection, attempt.sent, wasPerhapsDone());
        if (!result.complete(reply)) {
            unwanted.accept(reply);
        }
    }

    private synchronized boolean wasPerhapsDone() {
        return perhapsDone;
    }

    private void failed(Attempt attempt, Status status, boolean sent) {
        if (result.isDone()) {
            return;
        }
        if (status.getCode() == Status.Code.UNIMPLEMENTED
                && rpc.olderMethod().isPresent()
                && attempt.method.equals(rpc.method())) {
            calls.serverIsOld();
            attempt();
            return;
        }
        int failed = count(sent);
        int retries = rpc.retries();
        if (!calls.isWorthRetrying(status) || (retries >= 0 && failed > retries)) {
            fail(calls.failure(rpc, status, wasPerhapsDone()));
            return;
        }
        Duration delay = calls.settings().retryDelay();
        LOG.log(
                System.Logger.Level.WARNING,
                () -> "could not " + rpc.what() + ": "
                        + Channels.trouble(calls.settings().server(), status) + "; retry " + failed
                        + (retries < 0 ? "" : " of " + retries) + " in " + delay);
        scheduleRetry(delay);
    }

    private synchronized int count(boolean sent) {
        perhapsDone |= sent;
        return ++failures;
    }

    private synchronized void scheduleRetry(Duration delay) {
        if (!result.isDone()) {
            retry = calls.time().schedule(this::attempt, delay.toNanos());
        }
    }

    private final class Attempt implements LdlmWire.Outcome<R> {
        private final MethodDescriptor<Q, R> method;
        private final Moment sent = Moment.now(calls.time());

        /** All below are guarded by this attempt. */
        private @Nullable Runnable cancel;

        private @Nullable Timer deadline;
        private boolean ended;
        private boolean cancelled;
        private boolean overdue;

        Attempt(MethodDescriptor<Q, R> method) {
            this.method = method;
        }

        void start() {
            Runnable canceller = calls.wire().start(method, rpc.request(), this);
            boolean late;
            synchronized (this) {
                cancel = canceller;
                late = cancelled;
                if (!ended && !late && rpc.deadline().isPresent()) {
                    deadline = calls.time()
                            .schedule(this::expire, rpc.deadline().get().toNanos());
                }
            }
            if (late) {
                canceller.run();
            }
        }

        void cancel() {
            Runnable canceller;
            synchronized (this) {
                cancelled = true;
                canceller = ended ? null : cancel;
            }
            if (canceller != null) {
                canceller.run();
            }
        }

        private void expire() {
            synchronized (this) {
                overdue = true;
            }
            cancel();
        }

        /** Whether it was the deadline that ended it. */
        private synchronized boolean end() {
            ended = true;
            if (deadline != null) {
                deadline.cancel();
            }
            return overdue;
        }

        @Override
        public void answered(R reply, long connection) {
            end();
            RetriedCall.this.answered(this, reply, connection);
        }

        @Override
        public void failed(Status status, boolean wasSent) {
            if (end()) {
                RetriedCall.this.failed(
                        this,
                        Status.DEADLINE_EXCEEDED.withDescription("no answer within "
                                + rpc.deadline().map(Duration::toString).orElse("the deadline")),
                        wasSent);
            } else {
                RetriedCall.this.failed(this, status, wasSent);
            }
        }
    }
}
