package io.claviger.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A connection on which Lock and Unlock follow each other. What is sent and what comes back is the subclass's. Not thread-safe. */
abstract class LdlmCycle {
    private static final int READ_BYTES = 64 * 1024;

    private final SocketChannel channel;
    private final CycleWindow window;
    private final ByteBuffer in = ByteBuffer.allocate(READ_BYTES);
    private final LatencyHistogram locks = new LatencyHistogram();
    private final LatencyHistogram unlocks = new LatencyHistogram();
    private long sentNanos;

    LdlmCycle(InetSocketAddress server, CycleWindow window) throws IOException {
        this.window = window;
        channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** Sends what comes before the first request, and perhaps that as well. */
    abstract void begin() throws IOException;

    /**
     * Takes the answers that are complete from the buffer, and sends what follows from them. What is left is presented again
     * with more behind it.
     */
    abstract void answers(ByteBuffer received) throws IOException;

    final LatencyHistogram locks() {
        return locks;
    }

    final LatencyHistogram unlocks() {
        return unlocks;
    }

    /** Begins, and is called by the selector's user from then on. */
    final void register(Selector selector) throws IOException {
        begin();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** Reads once, and goes on. */
    final void ready() throws IOException {
        if (channel.read(in) < 0) {
            throw new IOException("the server has closed a connection");
        }
        in.flip();
        answers(in);
        in.compact();
        if (!in.hasRemaining()) {
            throw new IOException("an answer longer than " + READ_BYTES + " bytes");
        }
    }

    /** Sends a request, whose time begins now. */
    final void request(ByteBuffer bytes) throws IOException {
        sentNanos = System.nanoTime();
        send(bytes);
    }

    /** Sends all of it: a socket that has one small request in flight always has room. */
    final void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    final void locked() {
        count(locks);
    }

    final void unlocked() {
        count(unlocks);
    }

    private void count(LatencyHistogram histogram) {
        long now = System.nanoTime();
        if (window.contains(now)) {
            histogram.record(now - sentNanos);
        }
    }

    final void close() throws IOException {
        channel.close();
    }
}
