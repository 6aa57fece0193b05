package io.claviger.server.ipc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection on the side of the server: reads a request, has it answered, writes the answer, and so on. Confined to the
 * thread of the socket, except that answers may come on any.
 */
final class IpcConnection {
    private final SocketChannel channel;
    private final SelectionKey key;
    private final LockDesk desk;
    private final Consumer<Runnable> loop;
    private final long limitNanos;
    private final FrameReader reader = new FrameReader(IpcLimits.MAX_REQUEST_BYTES);
    private @Nullable ByteBuffer answer;
    private boolean last;
    private long deadlineNanos;

    /**
     * @param loop runs an action on the thread of the socket
     * @param limitNanos how long the client may take to send a request or to read its answer
     */
    IpcConnection(
            SocketChannel channel,
            SelectionKey key,
            LockDesk desk,
            Consumer<Runnable> loop,
            long limitNanos,
            long nowNanos) {
        this.limitNanos = limitNanos;
        this.channel = channel;
        this.key = key;
        this.desk = desk;
        this.loop = loop;
        awaitClient(SelectionKey.OP_READ, nowNanos);
    }

    /** Does what can be done now. */
    void ready(long nowNanos) {
        try {
            ByteBuffer writing = answer;
            if (writing == null) {
                read(nowNanos);
            } else {
                write(writing, nowNanos);
            }
        } catch (IOException ended) {
            // By the client, or by its mistake: there is nobody to tell, and nothing to clean up.
            close();
        }
    }

    boolean isOverdue(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    long leftNanos(long nowNanos) {
        return deadlineNanos - nowNanos;
    }

    boolean isClosed() {
        return !channel.isOpen();
    }

    void close() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException alreadyBroken) {
            // It is gone either way.
            return;
        }
    }

    private void read(long nowNanos) throws IOException {
        byte[] body = null;
        IpcRequest request;
        try {
            body = reader.read(channel);
            if (body == null) {
                return;
            }
            request = IpcCodec.request(body);
        } catch (FrameReader.FrameTooLongException tooLong) {
            refuse(tooLong, nowNanos);
            return;
        } catch (IOException broken) {
            if (body == null) {
                throw broken;
            }
            refuse(broken, nowNanos);
            return;
        }
        awaitClient(0, nowNanos);
        desk.answer(request)
                .exceptionally(failed -> new IpcAnswer.Refused("the server is closing"))
                .thenAccept(answered -> loop.accept(() -> send(answered, System.nanoTime())));
    }

    private void refuse(IOException malformed, long nowNanos) {
        last = true;
        // What ends too early has no message of its own.
        String problem = malformed.getMessage() == null ? "it ends too early" : malformed.getMessage();
        send(new IpcAnswer.Refused("the request cannot be understood: " + problem), nowNanos);
    }

    private void send(IpcAnswer answered, long nowNanos) {
        if (!key.isValid()) {
            return;
        }
        answer = IpcCodec.encode(answered);
        awaitClient(SelectionKey.OP_WRITE, nowNanos);
        ready(nowNanos);
    }

    private void write(ByteBuffer writing, long nowNanos) throws IOException {
        channel.write(writing);
        if (writing.hasRemaining()) {
            return;
        }
        answer = null;
        if (last) {
            close();
        } else {
            awaitClient(SelectionKey.OP_READ, nowNanos);
        }
    }

    /** The limit of time is for the whole of a request or an answer, so a client that trickles gains nothing. */
    private void awaitClient(int operation, long nowNanos) {
        key.interestOps(operation);
        deadlineNanos = nowNanos + limitNanos;
    }
}
