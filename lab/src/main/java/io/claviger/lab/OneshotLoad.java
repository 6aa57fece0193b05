package io.claviger.lab;

import io.claviger.lab.Answer.Kind;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The load of the original protocol: each client connects, locks its own name, releases, waits for the server to close,
 * and begins again. Only what the original server understands is sent.
 */
final class OneshotLoad {
    private static final byte[] RELEASE = "release\n".getBytes(StandardCharsets.US_ASCII);
    private static final int READ_BYTES = 1024;
    /** A server with a full backlog makes clients try again after 1, 3, 7 s; that is slow, not stuck. */
    private static final long STALL_MILLIS = 20_000;

    private final LoadOptions options;
    private final LoadTally tally;
    private final Selector selector;
    private final List<Client> clients = new ArrayList<>();
    private final Answer answer = new Answer();
    private long toStart;
    private long unfinished;

    private OneshotLoad(LoadOptions options, LoadTally tally, long cycles) throws IOException {
        this.options = options;
        this.tally = tally;
        this.toStart = cycles;
        this.unfinished = cycles;
        this.selector = Selector.open();
    }

    /** Runs so many cycles and returns the time that they took. */
    static long run(LoadOptions options, long cycles, LoadTally tally) throws IOException {
        OneshotLoad load = new OneshotLoad(options, tally, cycles);
        try {
            return load.measure();
        } finally {
            for (Client client : load.clients) {
                client.close();
            }
            load.selector.close();
        }
    }

    private long measure() throws IOException {
        long started = System.nanoTime();
        for (int i = 0; i < options.connections() && toStart > 0; i++) {
            Client client = new Client(i);
            clients.add(client);
            client.begin();
        }
        while (unfinished > 0) {
            if (selector.select(STALL_MILLIS) == 0) {
                throw new IOException("no answer for " + STALL_MILLIS + " ms, " + unfinished + " cycles are missing");
            }
            for (SelectionKey key : selector.selectedKeys()) {
                ((Client) key.attachment()).ready(key);
            }
            selector.selectedKeys().clear();
        }
        return System.nanoTime() - started;
    }

    /** One client: at most one connection at a time. A cycle counts if it was granted and released. */
    private final class Client implements LineSocket.LineHandler {
        private final byte[] lock;
        private final LineSocket socket = new LineSocket(selector, options.server(), READ_BYTES);
        private boolean released;
        private long startedNanos;

        private Client(int number) {
            lock = ("lock,name:o-" + number + "\n").getBytes(StandardCharsets.US_ASCII);
        }

        private void begin() throws IOException {
            toStart--;
            released = false;
            startedNanos = System.nanoTime();
            if (socket.connect(this)) {
                socket.write(lock, lock.length);
            }
        }

        private void ready(SelectionKey key) throws IOException {
            if (key.isConnectable()) {
                socket.finishConnect();
                socket.write(lock, lock.length);
            } else if (!socket.read(this)) {
                ended();
            }
        }

        @Override
        public void line(byte[] bytes, int from, int to) throws IOException {
            answer.set(bytes, from, to);
            Kind kind = answer.kind();
            tally.count(kind, answer);
            if (kind == Kind.OK) {
                socket.write(RELEASE, RELEASE.length);
            } else {
                released = kind == Kind.RELEASED;
            }
        }

        /** A refused cycle is not counted but done again, as a client has to. */
        private void ended() throws IOException {
            socket.close();
            if (released) {
                tally.latencies.record(System.nanoTime() - startedNanos);
                unfinished--;
            } else {
                toStart++;
            }
            if (toStart > 0) {
                begin();
            }
        }

        private void close() throws IOException {
            socket.close();
        }
    }
}
