package io.claviger.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/**
 * A port of the loopback interface that nobody else gets while nobody listens on it: a socket is bound to it that does not
 * listen, so that whoever connects is refused. Not thread-safe.
 */
final class ReservedPort {
    private final InetSocketAddress address;
    private @Nullable Socket guard;

    /** Finds a free port, and does not reserve it yet. */
    ReservedPort() {
        try (ServerSocket found = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = (InetSocketAddress) found.getLocalSocketAddress();
        } catch (IOException none) {
            throw new UncheckedIOException("no free port on the loopback interface", none);
        }
    }

    InetSocketAddress address() {
        return address;
    }

    /** Reserves the port, as soon as whoever listened on it has let it go. */
    void reserve() {
        long deadline = System.nanoTime() + FaultProxy.LIMIT.toNanos();
        while (guard == null) {
            Socket socket = new Socket();
            try {
                socket.setReuseAddress(true);
                socket.bind(address);
                guard = socket;
            } catch (IOException stillInUse) {
                closeQuietly(socket);
                if (System.nanoTime() - deadline > 0) {
                    throw new UncheckedIOException("cannot reserve " + address, stillInUse);
                }
                Thread.onSpinWait();
            }
        }
    }

    /** Lets the port be listened on. */
    void free() {
        if (guard != null) {
            closeQuietly(guard);
            guard = null;
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
