package io.claviger.server.grpc;

import io.claviger.engine.EndReason;
import io.claviger.engine.Event;
import io.claviger.engine.OwnerKey;
import io.claviger.server.Acquisition;
import io.claviger.server.MachineLoop;
import io.claviger.server.Sequencer;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.util.List;
import java.util.concurrent.Executor;
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

    /** Makes a single call's request of permits. */
    Acquisition acquisition(MachineLoop loop, long session, Acquisition.Outcome outcome) {
        Acquisition.Waiters waiters = new Acquisition.Waiters() {
            @Override
            public @Nullable Acquisition await(OwnerKey key, Acquisition request) {
                return host(session).add(key, request);
            }

            @Override
            public void forget(OwnerKey key, Acquisition request) {
                SessionHost host = hosts.get(session);
                if (host != null) {
                    host.remove(key, request);
                    leaveIfIdle(session, host);
                }
            }
        };
        return new Acquisition(sequencer, loop, waiters, session, outcome);
    }

    /** Tells those who listen to a session that it was ended here, except the stream that ended it and knows. */
    void ended(long session, @Nullable NativeStream by) {
        SessionHost host = hosts.get(session);
        if (host != null) {
            host.ended(new Event.SessionEnded(session, EndReason.CLOSED), by);
        }
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
