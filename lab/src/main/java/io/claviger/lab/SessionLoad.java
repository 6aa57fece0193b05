package io.claviger.lab;

import io.claviger.lab.Answer.Kind;
import io.claviger.lab.LoadOptions.Mode;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The load in session mode. As redis-benchmark does, each connection sends a batch of requests, waits for all answers,
 * and sends the next; a request's latency is the time from the write of its batch to its answer.
 */
final class SessionLoad {
    private static final byte[] SESSION = ascii(".session\n");
    private static final byte[] PING = ascii(".ping\n");
    private static final byte[] LOCK = ascii("lock,name:");
    private static final byte[] RELEASE = ascii("release,name:");
    private static final byte[] ID = ascii(",id:");
    private static final byte[] KEY = ascii(",key:");
    /** More than the longest request has. */
    private static final int REQUEST_BYTES = 160;

    private static final int READ_BYTES = 64 * 1024;
    private static final int KEY_BYTES = 64;
    private static final long STALL_MILLIS = 15_000;

    private final LoadOptions options;
    private final LoadTally tally;
    private final byte[] lease;
    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private final Answer answer = new Answer();
    private long random = System.nanoTime() | 1;
    private long toSend;
    private long unanswered;

    private SessionLoad(LoadOptions options, LoadTally tally) throws IOException {
        this.options = options;
        this.tally = tally;
        this.lease = ascii(options.leaseSeconds() == 0 ? "" : ",lease:" + options.leaseSeconds());
        this.selector = Selector.open();
    }

    /** Opens the connections, sends so many requests, and closes; returns the time between first write and last answer. */
    static long run(LoadOptions options, long requests, LoadTally tally) throws IOException {
        SessionLoad load = new SessionLoad(options, tally);
        try {
            load.connect();
            return load.measure(requests);
        } finally {
            for (Connection connection : load.connections) {
                connection.socket.close();
            }
            load.selector.close();
        }
    }

    /** Waits until the server has ended earlier connections, with all their locks: it answers new ones after that. */
    static void settle(LoadOptions options) throws IOException {
        try (Socket socket =
                new Socket(options.server().getAddress(), options.server().getPort())) {
            socket.setSoTimeout((int) STALL_MILLIS);
            socket.getOutputStream().write(PING);
            while (socket.getInputStream().read() >= 0) {
                // Up to the end, so that not even this connection is open any more.
            }
        }
    }

    private void connect() throws IOException {
        for (int i = 0; i < options.connections(); i++) {
            connections.add(new Connection(i));
        }
        unanswered = options.connections();
        while (unanswered > 0) {
            select();
        }
    }

    private long measure(long requests) throws IOException {
        toSend = requests;
        unanswered = requests;
        long started = System.nanoTime();
        for (Connection connection : connections) {
            connection.sendBatch();
        }
        while (unanswered > 0) {
            select();
        }
        return System.nanoTime() - started;
    }

    private void select() throws IOException {
        if (selector.select(STALL_MILLIS) == 0) {
            throw new IOException("no answer for " + STALL_MILLIS + " ms, " + unanswered + " are missing");
        }
        for (SelectionKey key : selector.selectedKeys()) {
            ((Connection) key.attachment()).ready(key);
        }
        selector.selectedKeys().clear();
    }

    private int nextName() {
        // Xorshift: nothing better is needed, and it costs nothing.
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return (int) Math.floorMod(random, (long) options.names());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** One connection and its batch in flight. The ids of the requests count up; the batch's are consecutive. */
    private final class Connection implements LineSocket.LineHandler {
        private final LineSocket socket;
        private final int number;
        private final LineBuilder out = new LineBuilder(options.pipeline() * REQUEST_BYTES);
        private final boolean[] answered = new boolean[options.pipeline()];
        private final byte[][] keys = new byte[options.pipeline()][KEY_BYTES];
        private final int[] keyLengths = new int[options.pipeline()];
        private boolean inSession;
        private boolean releasing;
        private long firstId = 1;
        private int batch;
        private int missing;
        private long sentNanos;
        private long nowNanos;

        private Connection(int number) throws IOException {
            this.number = number;
            this.socket = new LineSocket(selector, options.server(), READ_BYTES);
            if (socket.connect(this)) {
                socket.write(SESSION, SESSION.length);
            }
        }

        private void ready(SelectionKey key) throws IOException {
            if (key.isConnectable()) {
                socket.finishConnect();
                socket.write(SESSION, SESSION.length);
                return;
            }
            if (key.isWritable()) {
                socket.flush();
            }
            if (key.isReadable()) {
                nowNanos = System.nanoTime();
                if (!socket.read(this)) {
                    throw new IOException("the server closed a connection");
                }
                if (inSession && missing == 0 && !socket.hasUnwritten()) {
                    sendBatch();
                }
            }
        }

        private void sendBatch() throws IOException {
            batch = (int) Math.min(options.pipeline(), toSend);
            if (batch == 0) {
                return;
            }
            toSend -= batch;
            missing = batch;
            out.clear();
            for (int slot = 0; slot < batch; slot++) {
                answered[slot] = false;
                render(slot);
            }
            sentNanos = System.nanoTime();
            socket.write(out.bytes(), out.length());
        }

        private void render(int slot) {
            if (options.mode() == Mode.SESSION) {
                out.add(LOCK).add('l').add('-').add(nextName()).add(lease);
            } else {
                out.add(releasing ? RELEASE : LOCK)
                        .add('c')
                        .add('-')
                        .add(number)
                        .add('-')
                        .add(slot);
                if (releasing) {
                    out.add(KEY).add(keys[slot], keyLengths[slot]);
                } else {
                    out.add(lease);
                }
            }
            out.add(ID).add(firstId + slot).add('\n');
        }

        @Override
        public void line(byte[] bytes, int from, int to) {
            answer.set(bytes, from, to);
            Kind kind = answer.kind();
            if (!inSession) {
                inSession = kind == Kind.SESSION;
                unanswered--;
                if (!inSession) {
                    throw new IllegalStateException("no session: " + answer);
                }
                return;
            }
            long slot = answer.id() - firstId;
            if (slot < 0 || slot >= batch || answered[(int) slot]) {
                tally.warn("id: " + answer);
                return;
            }
            answered((int) slot, kind);
        }

        private void answered(int slot, Kind kind) {
            answered[slot] = true;
            tally.count(kind, answer);
            tally.latencies.record(nowNanos - sentNanos);
            keyLengths[slot] = answer.copyKey(keys[slot]);
            unanswered--;
            missing--;
            if (missing == 0) {
                firstId += batch;
                releasing = options.mode() == Mode.CYCLE && !releasing;
            }
        }
    }
}
