package io.claviger.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A non-blocking socket that speaks in lines, built to cost little: one write for many requests, one read for many
 * answers, no allocation per line. Not thread-safe.
 */
final class LineSocket {
    private final Selector selector;
    private final InetSocketAddress server;
    private final ByteBuffer reading;
    private final byte[] lines;
    private int unfinished;
    private ByteBuffer writing = ByteBuffer.allocateDirect(0);
    private @Nullable SocketChannel open;

    /** What is done with an answer line. */
    interface LineHandler {
        void line(byte[] bytes, int from, int to) throws IOException;
    }

    /** Makes a socket that is not connected yet and that takes no line longer than {@code readBytes}. */
    LineSocket(Selector selector, InetSocketAddress server, int readBytes) {
        this.selector = selector;
        this.server = server;
        this.reading = ByteBuffer.allocateDirect(readBytes);
        this.lines = new byte[readBytes];
    }

    /**
     * Begins to connect, also once more after {@link #close()}.
     *
     * @param attachment what the selector's key will carry
     * @return whether it is connected; else {@link #finishConnect()} has to be called when the selector says so
     */
    boolean connect(Object attachment) throws IOException {
        SocketChannel channel = SocketChannel.open();
        open = channel;
        unfinished = 0;
        writing.limit(0);
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        boolean connected = channel.connect(server);
        channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, attachment);
        return connected;
    }

    /** Completes the connection after the selector has announced it, and listens for answers. */
    void finishConnect() throws IOException {
        channel().finishConnect();
        listenFor(SelectionKey.OP_READ);
    }

    /** Writes as much as the socket takes; {@link #flush()} writes the rest when the selector says so. */
    void write(byte[] bytes, int length) throws IOException {
        if (writing.hasRemaining()) {
            throw new IllegalStateException("the requests before these are not written yet");
        }
        if (writing.capacity() < length) {
            writing = ByteBuffer.allocateDirect(length);
        }
        writing.clear().put(bytes, 0, length).flip();
        flush();
    }

    void flush() throws IOException {
        channel().write(writing);
        listenFor(writing.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    boolean hasUnwritten() {
        return writing.hasRemaining();
    }

    /** Reads once and hands on every finished line, without its line feed; returns whether the server still sends. */
    boolean read(LineHandler handler) throws IOException {
        reading.clear().limit(lines.length - unfinished);
        int count = channel().read(reading);
        if (count < 0) {
            return false;
        }
        reading.flip().get(lines, unfinished, count);
        int end = unfinished + count;
        int from = 0;
        for (int at = unfinished; at < end; at++) {
            if (lines[at] == '\n') {
                handler.line(lines, from, at);
                from = at + 1;
            }
        }
        unfinished = end - from;
        if (unfinished == lines.length) {
            throw new IOException("an answer line longer than " + lines.length + " bytes");
        }
        System.arraycopy(lines, from, lines, 0, unfinished);
        return true;
    }

    void close() throws IOException {
        if (open != null) {
            open.close();
        }
    }

    private void listenFor(int operations) {
        SelectionKey key = channel().keyFor(selector);
        if (key != null && key.interestOps() != operations) {
            key.interestOps(operations);
        }
    }

    private SocketChannel channel() {
        SocketChannel channel = open;
        if (channel == null) {
            throw new IllegalStateException("connect first");
        }
        return channel;
    }
}
