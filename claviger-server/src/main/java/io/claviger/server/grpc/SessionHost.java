package io.claviger.server.grpc;

import io.claviger.engine.Event;
import io.claviger.engine.OwnerKey;
import io.claviger.server.Acquisition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who listens here to what happens to one session: a stream, and single calls that wait for a grant. */
final class SessionHost implements Consumer<Event.Notice> {
    private @Nullable NativeStream stream;
    private @Nullable Map<OwnerKey, Acquisition> waiting;

    @Nullable
    NativeStream stream() {
        return stream;
    }

    void stream(@Nullable NativeStream newStream) {
        stream = newStream;
    }

    boolean isIdle() {
        return stream == null && waiting == null;
    }

    /** Adds a call that waits. Returns the one that it takes the place of, since a key is one request. */
    @Nullable
    Acquisition add(OwnerKey key, Acquisition call) {
        if (waiting == null) {
            waiting = new HashMap<>();
        }
        return waiting.put(key, call);
    }

    void remove(OwnerKey key, Acquisition call) {
        if (waiting != null && waiting.remove(key, call) && waiting.isEmpty()) {
            waiting = null;
        }
    }

    @Override
    public void accept(Event.Notice notice) {
        if (waiting != null && notice instanceof Event.Granted granted) {
            Acquisition call = waiting.get(granted.key());
            if (call != null) {
                call.granted(granted);
                return;
            }
        }
        if (notice instanceof Event.SessionEnded end) {
            ended(end, null);
        } else if (stream != null) {
            stream.notice(notice);
        }
    }

    /** The session is over; {@code by} knows it already. */
    void ended(Event.SessionEnded end, @Nullable NativeStream by) {
        if (waiting != null) {
            List.copyOf(waiting.values()).forEach(call -> call.end(Acquisition.Ending.SESSION_ENDED));
        }
        if (stream != null && stream != by) {
            stream.notice(end);
        }
    }

    /** The server closes. */
    void close() {
        if (waiting != null) {
            List.copyOf(waiting.values()).forEach(call -> call.end(Acquisition.Ending.SERVER_CLOSES));
        }
        if (stream != null) {
            stream.serverCloses();
        }
    }
}
