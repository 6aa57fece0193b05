package io.claviger.cli.tcpnetlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TextConnectionE2eTest {
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final ServerSocket listener = listen();
    private final TextConnection connection = TextConnection.open("127.0.0.1", listener.getLocalPort());
    private final Socket peer = listener.accept();

    TextConnectionE2eTest() throws IOException {}

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 5, address(1));
    }

    private static InetAddress address(int last) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    @BeforeEach
    void connected() {
        assertThat(peer.isConnected()).isTrue();
    }

    @AfterEach
    void close() throws IOException {
        connection.close();
        peer.close();
        listener.close();
    }

    private void peerSends(String text) throws IOException {
        OutputStream out = peer.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Test
    void linesAreCutAtTheirEnds_andWhiteSpaceAroundThemIsDropped() throws Exception {
        peerSends("ok\n alive \r\n\nx,ñ\n");
        assertThat(connection.readLine(LONG_NANOS)).hasValue("ok");
        assertThat(connection.readLine(LONG_NANOS)).hasValue("alive");
        assertThat(connection.readLine(LONG_NANOS)).hasValue("");
        assertThat(connection.readLine(LONG_NANOS)).hasValue("x,ñ");
    }

    @Test
    void lineInPiecesIsKeptOverATimeout() throws Exception {
        peerSends("rele");
        assertThat(connection.readLine(SHORT_NANOS)).isEmpty();
        assertThat(connection.readLine(0)).isEmpty();
        peerSends("ased\n");
        assertThat(connection.readLine(LONG_NANOS)).hasValue("released");
    }

    @Test
    void endIsAnException_alsoWithinALine() throws Exception {
        peerSends("ok\nrel");
        peer.close();
        assertThat(connection.readLine(LONG_NANOS)).hasValue("ok");
        assertThatThrownBy(() -> connection.readLine(LONG_NANOS))
                .isInstanceOf(EOFException.class)
                .hasMessage("the server closed the connection");
    }

    @Test
    void longestLineIsAccepted_aLongerOneIsNot() throws Exception {
        String longest = "x".repeat(TextConnection.MAX_LINE_BYTES);
        peerSends(longest + "\n" + longest + "x\n");
        assertThat(connection.readLine(LONG_NANOS)).hasValue(longest);
        assertThatThrownBy(() -> connection.readLine(LONG_NANOS)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void everyAddressIsTried() throws Exception {
        // Nobody listens on the first one: the listener is bound to the second only.
        InetAddress[] addresses = {address(2), address(1)};
        try (TextConnection second = TextConnection.open(addresses, listener.getLocalPort());
                Socket accepted = listener.accept()) {
            second.send("x");
            assertThat(accepted.getInputStream().read()).isEqualTo('x');
        }
        InetAddress[] wrong = {address(2), address(3)};
        assertThatThrownBy(() -> TextConnection.open(wrong, listener.getLocalPort()))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("refused");
    }
}
