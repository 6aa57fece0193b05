package io.claviger.server.ipc;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket for administration on the same machine. All its connections are served by one daemon thread, which never
 * waits for one of them: a client that is slow, or that never says anything, is cut off after {@link
 * IpcLimits#CLIENT_LIMIT}. Thread-safe.
 */
public final class AdminSocket implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AdminSocket.class);
    private static final long CLOSE_MILLIS = 2_000;

    private final SocketFile socket;
    private final LockDesk desk;
    private final long limitNanos;
    private final Accepting accept;
    private final Selector selector;
    private final SelectionKey accepting;
    private final Thread thread;
    private final Queue<Runnable> actions = new ConcurrentLinkedQueue<>();

    /** Of the thread only. */
    private final Set<IpcConnection> connections = new LinkedHashSet<>();

    /** Nobody is accepted before that; of the thread only. */
    private long acceptAtNanos = System.nanoTime();

    private volatile boolean closing;

    /** Takes the next client from a listener. */
    interface Accepting {
        /** Returns a client; null if there is none. */
        @Nullable
        SocketChannel from(ServerSocketChannel listener) throws IOException;
    }

    private AdminSocket(SocketFile socket, LockDesk desk, long limitNanos, Accepting accept, Selector selector)
            throws IOException {
        this.limitNanos = limitNanos;
        this.accept = accept;
        this.socket = socket;
        this.desk = desk;
        this.selector = selector;
        ServerSocketChannel channel = socket.channel();
        channel.configureBlocking(false);
        this.accepting = channel.register(selector, SelectionKey.OP_ACCEPT);
        this.thread = new Thread(this::run, "claviger-ipc");
        this.thread.setDaemon(true);
    }

    /**
     * Makes the socket and serves it until {@link #close()}. A file left by a server that was killed is replaced.
     *
     * @param file where it is to be; its folder must exist
     * @throws SocketFileException if it cannot be there; nothing has changed then
     */
    public static AdminSocket open(Path file, LockDesk desk) throws SocketFileException {
        return open(file, desk, IpcLimits.CLIENT_LIMIT, ServerSocketChannel::accept);
    }

    static AdminSocket open(Path file, LockDesk desk, Duration clientLimit, Accepting accept)
            throws SocketFileException {
        SocketFile socket = SocketFile.create(file);
        try {
            AdminSocket open = new AdminSocket(socket, desk, clientLimit.toNanos(), accept, Selector.open());
            open.thread.start();
            log.atInfo().addKeyValue("socket", socket.file()).log("IPC server started");
            return open;
        } catch (IOException failed) {
            remove(socket);
            throw SocketFileException.unusable(socket.file() + " cannot be served: " + failed.getMessage());
        }
    }

    /** Returns the file's absolute path. */
    public Path file() {
        return socket.file();
    }

    /** Removes the file, unless it is another by now, and ends all connections. Closing twice is harmless. */
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing) {
                try {
                    turn();
                } catch (IOException | RuntimeException broken) {
                    log.error("The socket {} had trouble, and goes on", socket.file(), broken);
                    // Whatever is wrong with a connection must not be met again at once, and for ever.
                    closeAll();
                }
            }
        } finally {
            remove(socket);
            closeAll();
            try {
                selector.close();
            } catch (IOException failed) {
                log.warn("The selector of the socket cannot be closed: {}", failed.getMessage());
            }
            log.atInfo().addKeyValue("file", socket.file()).log("IPC server shut down");
        }
    }

    private void turn() throws IOException {
        // One look at the clock for both, lest the pause end between them and nothing end the wait.
        long before = System.nanoTime();
        accepting.interestOps(mayAccept(before) ? SelectionKey.OP_ACCEPT : 0);
        selector.select(waitMillis(before));
        long now = System.nanoTime();
        for (Runnable action = actions.poll(); action != null; action = actions.poll()) {
            action.run();
        }
        Set<SelectionKey> ready = selector.selectedKeys();
        for (SelectionKey key : ready) {
            serve(key, now);
        }
        ready.clear();
        for (IpcConnection connection : List.copyOf(connections)) {
            if (connection.isOverdue(now)) {
                connection.close();
            }
        }
        connections.removeIf(IpcConnection::isClosed);
    }

    private void serve(SelectionKey key, long now) throws IOException {
        try {
            if (key == accepting) {
                accept(now);
            } else if (key.attachment() instanceof IpcConnection connection) {
                connection.ready(now);
            }
        } catch (CancelledKeyException closedMeanwhile) {
            // By an answer to its own request.
            return;
        }
    }

    private boolean mayAccept(long now) {
        return connections.size() < IpcLimits.MAX_CONNECTIONS && now - acceptAtNanos >= 0;
    }

    private void accept(long now) throws IOException {
        SocketChannel client;
        try {
            client = accept.from(socket.channel());
        } catch (IOException noFiles) {
            // Whoever knocks stays at the door, so without a pause this would be met again at once, and for ever.
            acceptAtNanos = now + IpcLimits.ACCEPT_PAUSE.toNanos();
            log.warn("Nobody can connect to the socket {} for now: {}", socket.file(), noFiles.getMessage());
            return;
        }
        if (client == null) {
            return;
        }
        client.configureBlocking(false);
        SelectionKey key = client.register(selector, 0);
        IpcConnection connection = new IpcConnection(client, key, desk, this::later, limitNanos, now);
        key.attach(connection);
        connections.add(connection);
    }

    private void later(Runnable action) {
        actions.add(action);
        selector.wakeup();
    }

    private long waitMillis(long now) {
        // Whoever knocks during a pause waits for its end.
        long pause = acceptAtNanos - now;
        long nanos = pause > 0 ? pause : Long.MAX_VALUE;
        for (IpcConnection connection : connections) {
            nanos = Math.min(nanos, connection.leftNanos(now));
        }
        // 0 would be for ever, which is right only with nothing to wait for. Rounded up, so that it is over when it
        // wakes up.
        return nanos == Long.MAX_VALUE ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
    }

    private void closeAll() {
        connections.forEach(IpcConnection::close);
        connections.clear();
    }

    /** The file first: while the socket is open nothing else can be taken for it. */
    private static void remove(SocketFile socket) {
        try {
            socket.remove();
            socket.channel().close();
        } catch (IOException failed) {
            log.warn("The socket {} cannot be removed: {}", socket.file(), failed.getMessage());
        }
    }
}
