package io.claviger.server.grpc;

import io.claviger.engine.EndReason;
import io.claviger.engine.Event;
import io.claviger.engine.OwnerKey;
import io.claviger.server.Sequencer;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the native sessions of a server share: the machine, where ids and secrets come from, and who listens to which
 * session.
 *
 * <p>Confined to one thread, that on which the sequencer tells; streams and calls of these sessions are driven there too.
 */
public final class NativeSessions {
    private final Sequencer sequencer;
    private final LongSupplier ids;
    private final Supplier<OwnerKey> secrets;
    private final Executor turns;
    private final LongObjectMap<SessionHost> hosts = new LongObjectHashMap<>();

    /**
     * Makes a server's sessions.
     *
     * @param sequencer whose stages and observers are told on the confining thread
     * @param ids gives ids of sessions, each once
     * @param secrets gives secrets and keys that nobody can guess
     * @param turns runs a task on the confining thread, later, behind the tasks that were given before
     */
    public NativeSessions(Sequencer sequencer, LongSupplier ids, Supplier<OwnerKey> secrets, Executor turns) {
        this.sequencer = sequencer;
        this.ids = ids;
        this.secrets = secrets;
        this.turns = turns;
    }

    Sequencer sequencer() {
        return sequencer;
    }

    long nextId() {
        return ids.getAsLong();
    }

    OwnerKey nextSecret() {
        return secrets.get();
    }

    /** Runs a task in a later turn of the thread. */
    void later(Runnable task) {
        turns.execute(task);
    }

    /** Whether the session is bound to a stream that is here. */
    boolean isBoundToStream(long session) {
        SessionHost host = hosts.get(session);
        NativeStream stream = host == null ? null : host.stream();
        return stream != null && stream.isConnectionBound();
    }

    /** Tells a stream what happens to a session, and no other stream any more. Returns the one that was told before. */
    @Nullable
    NativeStream attach(long session, NativeStream stream) {
        SessionHost host = host(session);
        NativeStream older = host.stream();
        host.stream(stream);
        return older;
    }

    void detach(long session, NativeStream stream) {
        SessionHost host = hosts.get(session);
        if (host != null && host.stream() == stream) {
            host.stream(null);
            leaveIfIdle(session, host);
        }
    }

    /** Tells a call of the grant of a key. Returns the call that was told before, since it was the same request. */
    @Nullable
    UnaryAcquire await(long session, OwnerKey key, UnaryAcquire call) {
        return host(session).add(key, call);
    }

    void forget(long session, OwnerKey key, UnaryAcquire call) {
        SessionHost host = hosts.get(session);
        if (host != null) {
            host.remove(key, call);
            leaveIfIdle(session, host);
        }
    }

    /** Tells those who listen to a session that it was ended here, except the stream that ended it and knows. */
    void ended(long session, @Nullable NativeStream by) {
        SessionHost host = hosts.get(session);
        if (host != null) {
            host.ended(new Event.SessionEnded(session, EndReason.CLOSED), by);
        }
    }

    /** Passes on the answer to a command or question, at once if it is there already, which costs no callback. */
    static <T> void pass(CompletionStage<T> stage, Consumer<T> then, Consumer<Throwable> failed) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        if (future.isDone() && !future.isCompletedExceptionally()) {
            then.accept(future.join());
            return;
        }
        stage.whenComplete((value, failure) -> {
            if (failure != null) {
                failed.accept(failure);
            } else {
                then.accept(value);
            }
        });
    }

    /** Ends all streams, and all calls that wait, because the server closes. */
    void close() {
        List.copyOf(hosts.values()).forEach(SessionHost::close);
    }

    private SessionHost host(long session) {
        SessionHost host = hosts.get(session);
        if (host == null) {
            SessionHost added = new SessionHost();
            hosts.put(session, added);
            sequencer.host(session, added);
            return added;
        }
        return host;
    }

    private void leaveIfIdle(long session, SessionHost host) {
        if (host.isIdle()) {
            hosts.remove(session);
            sequencer.leave(session);
        }
    }
}
