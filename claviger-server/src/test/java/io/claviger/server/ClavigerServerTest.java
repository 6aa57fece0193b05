package io.claviger.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClavigerServerTest {

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "localhost, 127.0.0.1", "'', 127.0.0.1", "0.0.0.0, 127.0.0.1", "::1, ::1"})
    void listensOn(String listen, String connect) throws Exception {
        try (ClavigerServer server = ClavigerServer.start(config(listen, 0))) {
            assertThat(server.fronts()).hasSize(1);
            FrontAddress front = server.fronts().get(0);
            assertThat(front.front()).isEqualTo("text");
            assertThat(ping(connect, front.address().getPort())).isEqualTo("pong\n");
        }
    }

    @Test
    void aTakenAddressIsSaidInOneLineAndNothingIsLeft() throws Exception {
        try (ClavigerServer first = ClavigerServer.start(config("127.0.0.1", 0))) {
            int port = first.fronts().get(0).address().getPort();
            int threads = serverThreads();
            assertThatThrownBy(() -> ClavigerServer.start(config("127.0.0.1", port)))
                    .isInstanceOfSatisfying(
                            ServerStartException.class,
                            failed -> assertThat(failed.reason()).isEqualTo(ServerStartException.Reason.ADDRESS_IN_USE))
                    .hasMessage("the text front cannot listen on 127.0.0.1:" + port + ": address already in use");
            // The thread of the server that did not start ends in its own time.
            TestWait.until(() -> serverThreads() <= threads);
        }
    }

    @Test
    void anUnknownHostIsSaidInOneLine() {
        assertThatThrownBy(() -> ClavigerServer.start(config("no-such-host.invalid", 7654)))
                .isInstanceOf(ServerStartException.class)
                .hasMessage("the text front cannot listen on no-such-host.invalid:7654: unknown host");
    }

    @Test
    void aPrivilegedPortIsSaidInOneLine() {
        assumeThat(System.getProperty("user.name")).isNotEqualTo("root");
        assertThatThrownBy(() -> ClavigerServer.start(config("127.0.0.1", 1)))
                .isInstanceOf(ServerStartException.class)
                .hasMessage("the text front cannot listen on 127.0.0.1:1: permission denied");
    }

    @Test
    void thePortIsFreeAgainAtOnceAndClosingTwiceIsHarmless() throws Exception {
        int port = 0;
        for (int i = 0; i < 5; i++) {
            ClavigerServer server = ClavigerServer.start(config("127.0.0.1", port));
            port = server.fronts().get(0).address().getPort();
            try (Socket open = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(ping("127.0.0.1", port)).isEqualTo("pong\n");
                server.close();
                server.close();
                assertThat(open.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(server.terminated().toCompletableFuture()).isCompleted();
        }
    }

    @Test
    void aSocketThatAnotherHas_endsTheStartOnlyIfItIsRequired(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("s");
        try (ClavigerServer first = ClavigerServer.start(withSocket(file, true))) {
            assertThat(first.socketFile()).contains(file);
            assertThatThrownBy(() -> ClavigerServer.start(withSocket(file, true)))
                    .isInstanceOfSatisfying(
                            ServerStartException.class,
                            failed -> assertThat(failed.reason()).isEqualTo(ServerStartException.Reason.SOCKET_IN_USE))
                    .hasMessage("the socket " + file + " is in use: a server answers on it");
            try (ClavigerServer second = ClavigerServer.start(withSocket(file, false))) {
                assertThat(second.socketFile()).isEmpty();
                assertThat(second.fronts()).hasSize(1);
            }
            assertThat(file).exists();
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void aSocketThatCannotBe_isNamed(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "precious");
        assertThatThrownBy(() -> ClavigerServer.start(withSocket(file, true)))
                .isInstanceOfSatisfying(
                        ServerStartException.class,
                        failed -> assertThat(failed.reason()).isEqualTo(ServerStartException.Reason.SOCKET_UNUSABLE))
                .hasMessage("the socket " + file + " exists and is no socket");
        assertThat(file).hasContent("precious");
    }

    @Test
    void aServerThatCannotListen_leavesNoSocket(@TempDir Path folder) throws Exception {
        try (ClavigerServer first = ClavigerServer.start(config("127.0.0.1", 0))) {
            int port = first.fronts().get(0).address().getPort();
            ServerConfig taken = ServerConfig.builder()
                    .textPort(port)
                    .grpcPort(ServerConfig.OFF)
                    .socket(new SocketConfig(folder.resolve("s"), true))
                    .build();
            assertThatThrownBy(() -> ClavigerServer.start(taken)).hasMessageContaining("already in use");
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void theUsualSocket_isInTheFolderForTemporaryFiles() {
        assertThat(SocketConfig.usualFile(Map.of())).isEqualTo(Path.of("/tmp/ldlm-ipc.sock"));
        assertThat(SocketConfig.usualFile(Map.of("TMPDIR", ""))).isEqualTo(Path.of("/tmp/ldlm-ipc.sock"));
        assertThat(SocketConfig.usualFile(Map.of("TMPDIR", "/run/x/"))).isEqualTo(Path.of("/run/x/ldlm-ipc.sock"));
    }

    private static ServerConfig withSocket(Path file, boolean required) {
        return ServerConfig.builder()
                .textPort(0)
                .grpcPort(ServerConfig.OFF)
                .socket(new SocketConfig(file, required))
                .build();
    }

    @Test
    void noFrontNoAddress() throws Exception {
        try (ClavigerServer server = ClavigerServer.start(config("", ServerConfig.OFF))) {
            assertThat(server.fronts()).isEmpty();
        }
    }

    @Test
    void S2_severalEventLoopsShowTheSameLocks() throws Exception {
        ServerConfig config = ServerConfig.builder()
                .textPort(0)
                .grpcPort(ServerConfig.OFF)
                .eventLoops(3)
                .build();
        try (ClavigerServer server = ClavigerServer.start(config)) {
            InetSocketAddress address = server.fronts().get(0).address();
            for (int i = 0; i < 30; i++) {
                try (Socket holder = new Socket(address.getAddress(), address.getPort())) {
                    assertThat(ask(holder, "lock,name:n" + i + "\n", "ok\n".length()))
                            .isEqualTo("ok\n");
                    try (Socket other = new Socket(address.getAddress(), address.getPort())) {
                        assertThat(ask(other, "lock,name:n" + i + "\n", 100)).isEqualTo("not-granted\n");
                    }
                    assertThat(ask(holder, ".keepalive\nrelease\n", 100)).isEqualTo("alive\nreleased\n");
                }
            }
        }
    }

    @Test
    void badNumbersAreRefused() {
        assertThatThrownBy(() -> ServerConfig.builder().textPort(65_536).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ServerConfig.builder().maxConnections(0).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ServerConfig.builder().eventLoops(0).build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ServerConfig config(String host, int port) {
        return ServerConfig.builder()
                .listenHost(host)
                .textPort(port)
                .grpcPort(ServerConfig.OFF)
                .build();
    }

    private static int serverThreads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("claviger-"))
                .count();
    }

    private static String ping(String host, int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getAllByName(host)[0], port)) {
            return ask(socket, ".ping\n", 100);
        }
    }

    private static String ask(Socket socket, String request, int maxBytes) throws IOException {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readNBytes(maxBytes), StandardCharsets.US_ASCII);
    }
}
