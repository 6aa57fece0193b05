package io.claviger.server.http;

import io.claviger.server.ClavigerServer;
import io.claviger.server.LdlmConfig;
import io.claviger.server.ServerConfig;
import io.claviger.server.ServerStartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** A server with an HTTP and a text front on free ports. */
final class RestServer implements AutoCloseable {
    private final ClavigerServer server;

    RestServer() {
        this(ServerConfig.builder());
    }

    RestServer(LdlmConfig ldlm) {
        this(ServerConfig.builder().ldlm(ldlm));
    }

    RestServer(ServerConfig.Builder config) {
        try {
            server = ClavigerServer.start(
                    config.textPort(0).grpcPort(ServerConfig.OFF).httpPort(0).build());
        } catch (ServerStartException failed) {
            throw new IllegalStateException(failed);
        }
    }

    static LdlmConfig idle(Duration idle) {
        return LdlmConfig.DEFAULT.withRestSessionIdle(idle);
    }

    ClavigerServer server() {
        return server;
    }

    InetSocketAddress address() {
        return server.fronts().get(1).address();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + address().getPort());
    }

    RestClient client() {
        return new RestClient(uri());
    }

    /** A client that has a session. */
    RestClient session() {
        RestClient client = client();
        client.open();
        return client;
    }

    RawHttp raw() {
        return new RawHttp(connect(address()));
    }

    /** What the text front says to a try for the name, which is not held on to. */
    String tryByText(String name) {
        try (Socket socket = connect(server.fronts().get(0).address())) {
            socket.getOutputStream().write(("lock,name:" + name + "\n").getBytes(StandardCharsets.UTF_8));
            StringBuilder line = new StringBuilder();
            for (int c = socket.getInputStream().read();
                    c >= 0 && c != '\n';
                    c = socket.getInputStream().read()) {
                line.append((char) c);
            }
            return line.toString();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void awaitFree(String name) {
        await(() -> tryByText(name).equals("ok"), name + " to be free");
    }

    /** Waits for something observable, with a deadline. */
    static void await(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what);
            }
            Thread.onSpinWait();
        }
    }

    private static Socket connect(InetSocketAddress address) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort());
            socket.setSoTimeout(20_000);
            return socket;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
