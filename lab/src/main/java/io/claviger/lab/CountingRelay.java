package io.claviger.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands between a client and a server and counts what the client sends. What arrives together counts as one message. */
final class CountingRelay implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("(\\w+://)([^:/?,]+):(\\d+)([/?].*)?");
    private static final int BUFFER = 1 << 16;

    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final ServerSocket door = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final Matcher address;

    private CountingRelay(Matcher address) throws IOException {
        this.address = address;
        daemon(this::accept);
    }

    /**
     * Opens one before a server.
     *
     * @throws IllegalArgumentException if the URI does not name one host and port
     */
    static CountingRelay to(String uri) throws IOException {
        Matcher address = ADDRESS.matcher(uri);
        if (!address.matches()) {
            throw new IllegalArgumentException("to count, one host and port is needed, not '" + uri + "'");
        }
        return new CountingRelay(address);
    }

    /** Returns the server's URI with this relay's address in it. */
    String uri() {
        return address.group(1) + "127.0.0.1:" + door.getLocalPort() + Objects.requireNonNullElse(address.group(4), "");
    }

    long messages() {
        return messages.get();
    }

    long bytes() {
        return bytes.get();
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = kept(door.accept());
            Socket server = kept(new Socket());
            server.connect(new InetSocketAddress(address.group(2), Integer.parseInt(address.group(3))));
            daemon(() -> copy(client, server, messages, bytes));
            daemon(() -> copy(server, client, answers, answers));
        }
    }

    private Socket kept(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        return socket;
    }

    private static void copy(Socket from, Socket to, AtomicLong messages, AtomicLong bytes) throws IOException {
        byte[] buffer = new byte[BUFFER];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                messages.incrementAndGet();
                bytes.addAndGet(length);
                out.write(buffer, 0, length);
            }
        }
    }

    private static void daemon(Copying work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                // Either end has closed, and so ends this direction.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private interface Copying {
        void run() throws IOException;
    }
}
