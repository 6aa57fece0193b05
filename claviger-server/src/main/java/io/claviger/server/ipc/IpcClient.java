package io.claviger.server.ipc;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks a server over its socket. Not thread-safe. */
public final class IpcClient implements AutoCloseable {
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final FrameReader reader = new FrameReader(IpcLimits.MAX_ANSWER_BYTES);

    private IpcClient(SocketChannel channel, Selector selector) throws IOException {
        this.channel = channel;
        this.selector = selector;
        this.key = channel.register(selector, 0);
    }

    /**
     * Connects to a server.
     *
     * <p><b>Blocks</b> for {@link IpcLimits#CONNECT_LIMIT} at most.
     *
     * @throws IOException if that is not possible; a {@link java.net.ConnectException} if there is a file but no server
     */
    public static IpcClient connect(Path file) throws IOException {
        return connect(file, IpcLimits.CONNECT_LIMIT);
    }

    static IpcClient connect(Path file, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                // Not blocking: while a server that stands still has its queue full, connecting would wait for ever.
                channel.configureBlocking(false);
                if (SocketFile.hasRoom(channel, file)) {
                    return new IpcClient(channel, Selector.open());
                }
                channel.close();
            } catch (IOException | RuntimeException failed) {
                channel.close();
                throw failed;
            }
            awaitNextTry(deadline, limit);
        }
    }

    /** A unix socket has no connection under way that could be waited for: it is there, or is tried again. */
    private static void awaitNextTry(long deadline, Duration limit) throws IOException {
        if (System.nanoTime() - deadline >= 0) {
            throw new IOException(
                    "its queue is full, and the server has accepted nobody within " + limit.toSeconds() + " s");
        }
        try {
            Thread.sleep(IpcLimits.CONNECT_EVERY.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while connecting");
        }
    }

    /**
     * Asks, and waits for the answer.
     *
     * <p><b>Blocks</b> for {@link IpcLimits#ANSWER_LIMIT} at most.
     *
     * @throws IOException if there is no answer: perhaps what was asked for is done
     */
    public IpcAnswer ask(IpcRequest request) throws IOException {
        long deadline = System.nanoTime() + IpcLimits.ANSWER_LIMIT.toNanos();
        ByteBuffer frame = IpcCodec.encode(request);
        while (frame.hasRemaining()) {
            if (channel.write(frame) == 0) {
                await(SelectionKey.OP_WRITE, deadline);
            }
        }
        byte @Nullable [] body = reader.read(channel);
        while (body == null) {
            await(SelectionKey.OP_READ, deadline);
            body = reader.read(channel);
        }
        return IpcCodec.answer(body);
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }

    private void await(int operation, long deadline) throws IOException {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new IOException("no answer within " + IpcLimits.ANSWER_LIMIT.toSeconds() + " s");
        }
        key.interestOps(operation);
        selector.select(TimeUnit.NANOSECONDS.toMillis(left) + 1);
        selector.selectedKeys().clear();
    }
}
