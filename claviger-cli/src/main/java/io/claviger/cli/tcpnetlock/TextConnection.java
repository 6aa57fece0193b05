package io.claviger.cli.tcpnetlock;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;

/**
 * A connection that speaks in lines. One thread may read while others send.
 *
 * <p>The operating system probes a silent peer, so that even without traffic a machine that vanished is noticed within
 * {@link #PROBE_AFTER} plus {@link #PROBES} times {@link #PROBE_EVERY}.
 */
final class TextConnection implements Closeable {
    /** Limit for each address that the host's name resolves to. */
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** Longest line that is accepted, in bytes without its end. */
    static final int MAX_LINE_BYTES = 64 * 1024;

    static final Duration PROBE_AFTER = Duration.ofSeconds(15);
    static final Duration PROBE_EVERY = Duration.ofSeconds(5);
    static final int PROBES = 3;

    private final Socket socket;
    private final InputStream in;
    private final byte[] chunk = new byte[512];
    private int chunkStart;
    private int chunkEnd;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private TextConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    /**
     * Connects to the first address of the host that accepts.
     *
     * <p><b>Blocks</b> for the name's resolution and up to {@link #CONNECT_TIMEOUT} for each address.
     *
     * @throws ConnectException if an address refuses and none accepts
     * @throws IOException if the name does not resolve or no address answers
     */
    static TextConnection open(String host, int port) throws IOException {
        return open(InetAddress.getAllByName(host), port);
    }

    static TextConnection open(InetAddress[] addresses, int port) throws IOException {
        IOException failure = new ConnectException("no address");
        boolean first = true;
        for (InetAddress address : addresses) {
            try {
                return connect(new InetSocketAddress(address, port));
            } catch (IOException e) {
                // A refusal says more than silence, as it comes from the machine that was meant.
                if (first || e instanceof ConnectException) {
                    failure = e;
                }
                first = false;
            }
        }
        throw failure;
    }

    private static TextConnection connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            setIfSupported(socket, ExtendedSocketOptions.TCP_KEEPIDLE, (int) PROBE_AFTER.toSeconds());
            setIfSupported(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, (int) PROBE_EVERY.toSeconds());
            setIfSupported(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
            socket.connect(address, (int) CONNECT_TIMEOUT.toMillis());
            return new TextConnection(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static void setIfSupported(Socket socket, SocketOption<Integer> option, int value) throws IOException {
        if (socket.supportedOptions().contains(option)) {
            socket.setOption(option, value);
        }
    }

    synchronized void send(String text) throws IOException {
        socket.getOutputStream().write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The next line without its end and without white space around it; empty if it did not end in time, in which case
     * the next call goes on with the same line.
     *
     * <p><b>Blocks</b> up to {@code timeoutNanos}.
     *
     * @throws EOFException if the peer closed the connection
     * @throws ProtocolException if the line is longer than {@link #MAX_LINE_BYTES}
     */
    Optional<String> readLine(long timeoutNanos) throws IOException {
        long deadline = System.nanoTime() + timeoutNanos;
        while (true) {
            while (chunkStart < chunkEnd) {
                byte next = chunk[chunkStart++];
                if (next == '\n') {
                    String text = line.toString(StandardCharsets.UTF_8).strip();
                    line.reset();
                    return Optional.of(text);
                }
                if (line.size() == MAX_LINE_BYTES) {
                    throw new ProtocolException("the server sent a line longer than " + MAX_LINE_BYTES + " bytes");
                }
                line.write(next);
            }
            if (!fill(deadline - System.nanoTime())) {
                return Optional.empty();
            }
        }
    }

    /** Reads more bytes; false if none came in time. */
    private boolean fill(long timeoutNanos) throws IOException {
        long millis = Math.min(TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + 1, Integer.MAX_VALUE);
        // A socket takes 0 for "for ever".
        socket.setSoTimeout((int) Math.max(1, millis));
        try {
            int count = in.read(chunk);
            if (count < 0) {
                throw new EOFException("the server closed the connection");
            }
            chunkStart = 0;
            chunkEnd = count;
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // The descriptor is gone either way, and with it our end of the connection.
        }
    }
}
