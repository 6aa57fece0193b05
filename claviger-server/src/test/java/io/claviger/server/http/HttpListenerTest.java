package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpListenerTest {
    private final List<Long> attempts = new CopyOnWriteArrayList<>();

    private SocketChannel noFilesAtFirst(ServerSocketChannel listener) throws IOException {
        attempts.add(System.nanoTime());
        if (attempts.size() == 1) {
            throw new IOException("Too many open files");
        }
        return listener.accept();
    }

    @Test
    void aFailureToAccept_isNotMetAgainAtOnce_andTheClientIsServedAfterwards() throws Exception {
        HttpListener listener = new HttpListener(10, Optional.empty(), this::noFilesAtFirst);
        listener.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        try (Socket client = new Socket()) {
            client.connect(listener.address());
            client.getOutputStream().write("GET / no\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 ");
        } finally {
            listener.stop();
        }
        assertThat(attempts.get(1) - attempts.get(0))
                .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(HttpLimits.ACCEPT_PAUSE_MILLIS - 10));
    }
}
