package io.claviger.client.ldlm;

import io.claviger.LossReason;
import io.claviger.protocol.ldlm.LockRequest;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.RenewRequest;
import io.claviger.protocol.ldlm.TryLockRequest;
import io.claviger.protocol.ldlm.UnlockResponse;
import io.claviger.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The locks of one client: asks for them, keeps those that are held, gives them back. Its futures complete in threads that must
 * not be blocked. Thread-safe.
 */
final class LdlmLocks {
    /** What servers send that have no fencing tokens. */
    private static final long NO_TOKEN = 0;

    private final LdlmSettings settings;
    private final LdlmWire wire;
    private final TimeSource time;
    private final LdlmCalls calls;
    private final Map<LockKey, Holding> held = new ConcurrentHashMap<>();
    private volatile boolean closed;

    LdlmLocks(LdlmSettings settings, LdlmWire wire, TimeSource time) {
        this.settings = settings;
        this.wire = wire;
        this.time = time;
        this.calls = new LdlmCalls(settings, wire, time);
        wire.onConnectionEnd(this::connectionEnded);
    }

    // ------------------------------------------------------------------------------------------ to lock

    /** Makes what the user gets of what was granted: a lock or a context. */
    interface View<L extends LdlmLock> extends BiFunction<String, @Nullable Holding, L> {}

    <L extends LdlmLock> CompletableFuture<L> lock(String name, LdlmOptions options, View<L> view) {
        LockRequest.Builder request = LockRequest.newBuilder().setName(name);
        options.waitTimeout()
                .filter(wait -> !wait.isZero())
                .map(WholeSeconds::of)
                .ifPresent(request::setWaitTimeoutSeconds);
        options.size().ifPresent(request::setSize);
        Duration lockTimeout = settings.lockTimeout(options);
        if (!lockTimeout.isZero()) {
            request.setLockTimeoutSeconds(WholeSeconds.of(lockTimeout));
        }
        return asked(name, Rpc.lock(request.build(), settings), lockTimeout, view);
    }

    <L extends LdlmLock> CompletableFuture<L> tryLock(String name, LdlmOptions options, View<L> view) {
        TryLockRequest.Builder request = TryLockRequest.newBuilder().setName(name);
        options.size().ifPresent(request::setSize);
        Duration lockTimeout = settings.lockTimeout(options);
        if (!lockTimeout.isZero()) {
            request.setLockTimeoutSeconds(WholeSeconds.of(lockTimeout));
        }
        return asked(name, Rpc.tryLock(request.build(), settings), lockTimeout, view);
    }

    private <Q, L extends LdlmLock> CompletableFuture<L> asked(
            String name, Rpc<Q, LockResponse> rpc, Duration lockTimeout, View<L> view) {
        CompletableFuture<Reply<LockResponse>> source = calls.start(rpc, late -> giveBack(name, late));
        CompletableFuture<L> target = new CompletableFuture<>();
        source.whenComplete((reply, failure) -> {
            if (failure != null) {
                target.completeExceptionally(unwrapped(failure));
            } else {
                answered(name, reply, lockTimeout, view, target);
            }
        });
        target.whenComplete((lock, failure) -> {
            if (failure != null) {
                source.cancel(true);
            }
        });
        return target;
    }

    private <L extends LdlmLock> void answered(
            String name, Reply<LockResponse> reply, Duration lockTimeout, View<L> view, CompletableFuture<L> target) {
        LockResponse message = reply.message();
        if (message.getLocked()) {
            granted(name, reply, lockTimeout, view, target);
        } else if (message.hasError() && message.getError().getCodeValue() != LockWaitTimeoutException.CODE) {
            target.completeExceptionally(ErrorTable.of(message.getError()));
        } else {
            target.complete(view.apply(name, null));
        }
    }

    private <L extends LdlmLock> void granted(
            String name, Reply<LockResponse> reply, Duration lockTimeout, View<L> view, CompletableFuture<L> target) {
        LockKey key = new LockKey(name, reply.message().getKey());
        Holding holding = new Holding(this, key, reply.message().getFencingToken());
        L lock = view.apply(name, holding);
        holding.belongsTo(lock);
        long third = RenewalRule.EVERY_THIRD.interval(lockTimeout).toNanos();
        if (lockTimeout.isZero() || reply.sent().elapsedNanos(time) < third) {
            hold(holding, lockTimeout, reply);
            deliver(lock, target);
            return;
        }
        // It had to wait, and nobody here knows when it was granted. What is renewed now counts from now.
        CompletableFuture<Reply<LockResponse>> renewal = calls.start(renewal(key, lockTimeout), late -> {});
        renewal.whenComplete((renewed, failure) -> {
            RuntimeException refused = failure == null ? refusal(renewed.message()) : unwrapped(failure);
            if (refused == null) {
                hold(holding, lockTimeout, renewed);
                deliver(lock, target);
            } else {
                unlockQuietly(key);
                target.completeExceptionally(refused);
            }
        });
        target.whenComplete((value, failure) -> {
            if (failure != null) {
                renewal.cancel(true);
            }
        });
    }

    private void hold(Holding holding, Duration lockTimeout, Reply<LockResponse> since) {
        held.put(holding.key(), holding);
        holding.begin(lockTimeout, since.sent(), since.connection());
        if (closed) {
            holding.lose(LossReason.CLIENT_CLOSED);
        } else if (!wire.isLive(since.connection())) {
            holding.connectionEnded(since.connection());
        }
    }

    /** Gives a lock to whoever waits for it; if nobody does any more, back to the server. */
    private static <L extends LdlmLock> void deliver(L lock, CompletableFuture<L> target) {
        if (!target.complete(lock)) {
            lock.abandon();
        }
    }

    // ------------------------------------------------------------------------------------------ to unlock

    /** Unlocks what a client may or may not know of. */
    CompletableFuture<Void> unlock(LockKey key) {
        Holding holding = held.get(key);
        return holding != null ? holding.release() : unlockAtServer(key);
    }

    CompletableFuture<Void> unlockAtServer(LockKey key) {
        CompletableFuture<Reply<UnlockResponse>> source = calls.start(Rpc.unlock(key, settings), late -> {});
        CompletableFuture<Void> target = new CompletableFuture<>();
        source.whenComplete((reply, failure) -> {
            RuntimeException refused = failure == null ? refusal(key.name(), reply) : unwrapped(failure);
            if (refused == null) {
                target.complete(null);
            } else {
                target.completeExceptionally(refused);
            }
        });
        return target;
    }

    private static @Nullable LdlmException refusal(String name, Reply<UnlockResponse> reply) {
        if (reply.message().getUnlocked()) {
            return null;
        }
        if (!reply.message().hasError()) {
            return new LdlmException(0, "the server did not unlock '" + name + "', and did not say why");
        }
        LdlmException refused = ErrorTable.of(reply.message().getError());
        // Either the attempt whose answer was lost has unlocked it, or the end of its connection.
        return reply.isRepeat() && ErrorTable.isNotHeld(refused) ? null : refused;
    }

    /** Unlocks what nobody wants; how that ends is nobody's concern, since the connection or the timeout ends it as well. */
    void unlockQuietly(LockKey key) {
        unlockAtServer(key).whenComplete((done, failure) -> {
            if (failure != null) {
                LdlmCalls.LOG.log(
                        System.Logger.Level.DEBUG,
                        () -> "'" + key.name() + "' was not given back: " + failure.getMessage());
            }
        });
    }

    private void giveBack(String name, Reply<LockResponse> late) {
        if (late.message().getLocked()) {
            unlockQuietly(new LockKey(name, late.message().getKey()));
        }
    }

    // ------------------------------------------------------------------------------------------ to renew

    /** Renews what a client may or may not know of. */
    CompletableFuture<LdlmLock> renew(LockKey key, Duration lockTimeout) {
        Holding known = held.get(key);
        if (known != null) {
            return known.renew(lockTimeout).thenApply(done -> known.lock());
        }
        return calls.start(renewal(key, lockTimeout), late -> {}).handle((reply, failure) -> {
            RuntimeException refused = failure == null ? refusal(reply.message()) : unwrapped(failure);
            if (refused != null) {
                throw refused;
            }
            Holding holding = held.computeIfAbsent(key, unknown -> new Holding(this, unknown, NO_TOKEN));
            // Whoever locked it keeps it; over which connection that was nobody here knows.
            holding.renewedFor(lockTimeout, reply.sent());
            if (closed) {
                holding.lose(LossReason.CLIENT_CLOSED);
            }
            return holding.lock();
        });
    }

    /** As a user asks for it: with the retries of all calls. */
    Rpc<RenewRequest, LockResponse> renewal(LockKey key, Duration lockTimeout) {
        return Rpc.renew(key, lockTimeout, settings.rpcDeadline(), settings.retries());
    }

    /** Returns why a renewal did not succeed; null = it did. */
    static @Nullable LdlmException refusal(LockResponse renewed) {
        if (renewed.hasError()) {
            return ErrorTable.ofRenewal(renewed.getError());
        }
        if (!renewed.getLocked()) {
            return new LockDoesNotExistOrInvalidKeyException("the lock expired while it was renewed");
        }
        return null;
    }

    /** Returns the failure of a future as it may be thrown. */
    static RuntimeException unwrapped(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RuntimeException known ? known : new CompletionException(cause);
    }

    // ------------------------------------------------------------------------------------------ what holdings use

    LdlmCalls calls() {
        return calls;
    }

    LdlmSettings settings() {
        return settings;
    }

    TimeSource time() {
        return time;
    }

    void forget(Holding holding) {
        held.remove(holding.key(), holding);
    }

    /** Returns how many locks are held. */
    int known() {
        return held.size();
    }

    // ------------------------------------------------------------------------------------------ what ends

    private void connectionEnded(long connection) {
        calls.connectionEnded();
        List.copyOf(held.values()).forEach(holding -> holding.connectionEnded(connection));
    }

    /** Ends everything; the server unlocks what was locked over the connection. */
    void close() {
        closed = true;
        List.copyOf(held.values()).forEach(holding -> holding.lose(LossReason.CLIENT_CLOSED));
        calls.close();
        wire.close();
    }
}
