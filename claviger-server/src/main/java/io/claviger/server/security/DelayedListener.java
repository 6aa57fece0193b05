package io.claviger.server.security;

import io.grpc.ServerCall;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Listens for a call that has not started: keeps what happens and tells it, in order, to the listener that it becomes.
 * There is little to keep, since nobody asks for messages before the start.
 */
final class DelayedListener<Q> extends ServerCall.Listener<Q> {
    private List<Consumer<ServerCall.Listener<Q>>> kept = new ArrayList<>();
    private ServerCall.@Nullable Listener<Q> target;

    /** Tells the listener what was kept, and from now on everything. To be called once. */
    void become(ServerCall.Listener<Q> listener) {
        while (true) {
            List<Consumer<ServerCall.Listener<Q>>> events;
            synchronized (this) {
                if (kept.isEmpty()) {
                    target = listener;
                    return;
                }
                events = kept;
                kept = new ArrayList<>();
            }
            // Not under the lock: what is told may take its time, and what comes meanwhile is kept behind it.
            events.forEach(event -> event.accept(listener));
        }
    }

    @Override
    public void onMessage(Q message) {
        // One that is not read yet can be read only within this call, so it is read now if it must wait.
        Q kept = message instanceof InputStream bytes && !hasTarget() ? read(bytes) : message;
        tell(listener -> listener.onMessage(kept));
    }

    @SuppressWarnings("unchecked") // Q is InputStream here, or anything above it
    private Q read(InputStream bytes) {
        try {
            return (Q) new ByteArrayInputStream(bytes.readAllBytes());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private synchronized boolean hasTarget() {
        return target != null;
    }

    @Override
    public void onHalfClose() {
        tell(ServerCall.Listener::onHalfClose);
    }

    @Override
    public void onCancel() {
        tell(ServerCall.Listener::onCancel);
    }

    @Override
    public void onComplete() {
        tell(ServerCall.Listener::onComplete);
    }

    @Override
    public void onReady() {
        tell(ServerCall.Listener::onReady);
    }

    private void tell(Consumer<ServerCall.Listener<Q>> event) {
        ServerCall.Listener<Q> listener;
        synchronized (this) {
            listener = target;
            if (listener == null) {
                kept.add(event);
                return;
            }
        }
        event.accept(listener);
    }
}
