package io.claviger.server.grpc;

import io.claviger.protocol.v1.Event;
import io.claviger.protocol.v1.ServerFrame;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What is to be told to a client: events in order, in frames of a bounded size. Not thread-safe. */
final class Outbox {
    private final ArrayDeque<ServerFrame> full = new ArrayDeque<>(0);
    private ServerFrame.@Nullable Builder open;
    private int openBytes;
    private int events;
    private long bytes;

    boolean isEmpty() {
        return open == null && full.isEmpty();
    }

    boolean isOverfull() {
        return events > GrpcLimits.MAX_WAITING_EVENTS || bytes > GrpcLimits.MAX_WAITING_BYTES;
    }

    /** Whether a whole frame waits. */
    boolean hasFullFrame() {
        return !full.isEmpty();
    }

    /**
     * Adds an event.
     *
     * @param base the newest client frame that was applied before this was caused. A frame says it of its first event,
     *     which is right for all, since this number only grows (S7)
     */
    void add(long base, Event event) {
        ServerFrame.Builder frame = open;
        if (frame == null) {
            frame = ServerFrame.newBuilder().setClientFrame(base);
            open = frame;
        }
        frame.addEvents(event);
        // Computed once: the event keeps it for the moment when it is written.
        int size = event.getSerializedSize();
        openBytes += size;
        bytes += size;
        events++;
        if (openBytes >= GrpcLimits.FRAME_BYTES) {
            closeFrame(frame);
        }
    }

    /** Sends as much as the client takes. */
    void sendReady(Outbound out) {
        while (!isEmpty() && out.isReady()) {
            sendNext(out);
        }
        if (isEmpty()) {
            events = 0;
            bytes = 0;
        }
    }

    /** Sends all, whether the client takes it or not: the last words. */
    void sendAll(Outbound out) {
        while (!isEmpty()) {
            sendNext(out);
        }
    }

    void clear() {
        full.clear();
        open = null;
    }

    private void sendNext(Outbound out) {
        if (full.isEmpty() && open != null) {
            closeFrame(open);
        }
        ServerFrame next = full.remove();
        out.send(next);
        events -= next.getEventsCount();
        bytes -= next.getSerializedSize();
    }

    private void closeFrame(ServerFrame.Builder frame) {
        full.add(frame.build());
        open = null;
        openBytes = 0;
    }
}
