package io.claviger.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CountingRelayTest {
    @Test
    void whatTheClientSendsIsPassedOnAndCounted() throws IOException {
        try (ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                CountingRelay relay = CountingRelay.to("claviger://127.0.0.1:" + door.getLocalPort() + "?a=b")) {
            assertThat(relay.uri()).startsWith("claviger://127.0.0.1:").endsWith("?a=b");
            int port = Integer.parseInt(relay.uri().replaceAll(".*:(\\d+)\\?.*", "$1"));
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
                    Socket server = door.accept()) {
                client.getOutputStream().write("question".getBytes(StandardCharsets.US_ASCII));
                assertThat(server.getInputStream().readNBytes(8)).asString().isEqualTo("question");
                server.getOutputStream().write("reply".getBytes(StandardCharsets.US_ASCII));
                assertThat(client.getInputStream().readNBytes(5)).asString().isEqualTo("reply");
                assertThat(relay.bytes()).isEqualTo(8);
                assertThat(relay.messages()).isPositive();
            }
        }
    }

    @Test
    void anAddressWithoutOneServerIsRefused() {
        for (String uri : new String[] {"local:", "claviger://a:1,b:2"}) {
            assertThatThrownBy(() -> CountingRelay.to(uri))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(uri);
        }
    }
}
