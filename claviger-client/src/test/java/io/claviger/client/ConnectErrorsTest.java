package io.claviger.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.client.RemoteConfig.TlsFiles;
import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import io.claviger.server.security.Security;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who cannot connect is told in one line where, and what is wrong, within the connect timeout. */
@Timeout(ConnectErrorsTest.SECONDS_PER_TEST)
class ConnectErrorsTest {
    static final int SECONDS_PER_TEST = 30;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** A busy machine may be late. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    @TempDir
    Path folder;

    /** What is told to a client that wants to connect there. */
    private static Throwable trouble(RemoteConfig.Builder config, int port) {
        long begun = System.nanoTime();
        Throwable told = catchThrowable(() -> config.servers(List.of(new ServerAddress("localhost", port)))
                .connectTimeout(TIMEOUT)
                .build()
                .connect()
                .close());
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(TIMEOUT.plus(SLACK));
        assertThat(told).isNotNull();
        assertThat(told.getMessage()).isNotBlank().doesNotContain("\n").doesNotContain("Exception");
        return told;
    }

    /** Answers each connection with what was sent, or with that text. */
    private static ServerSocket answering(Optional<String> text) throws IOException {
        ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(
                () -> {
                    while (!listener.isClosed()) {
                        answerOne(listener, text);
                    }
                },
                "answering");
        thread.setDaemon(true);
        thread.start();
        return listener;
    }

    private static void answerOne(ServerSocket listener, Optional<String> text) {
        try (Socket socket = listener.accept();
                InputStream in = socket.getInputStream();
                OutputStream out = socket.getOutputStream()) {
            if (text.isPresent()) {
                assertThat(in.read(new byte[4_096])).isPositive();
                out.write(text.get().getBytes(StandardCharsets.US_ASCII));
            } else {
                in.transferTo(out);
            }
        } catch (IOException ended) {
            // The client is gone, or the test is over.
            return;
        }
    }

    @Test
    void unknownHost() {
        Throwable told =
                catchThrowable(() -> RemoteConfig.parse("claviger://no-such-host.invalid:3144?connect-timeout=2s")
                        .connect());
        assertThat(told)
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("no-such-host.invalid:3144")
                .hasMessageContaining("unknown host");
    }

    @Test
    void closedPort() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThat(trouble(RemoteConfig.builder(), port))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("localhost:" + port)
                .hasMessageContaining("refuses connections");
    }

    @Test
    void aServerThatSaysNothing() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            assertThat(trouble(RemoteConfig.builder(), silent.getLocalPort()))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("localhost:" + silent.getLocalPort())
                    .hasMessageContaining("does not answer");
        }
    }

    @Test
    void anEcho() throws IOException {
        try (ServerSocket echo = answering(Optional.empty())) {
            assertThat(trouble(RemoteConfig.builder(), echo.getLocalPort()))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("localhost:" + echo.getLocalPort())
                    .hasMessageContaining("does not speak gRPC");
        }
    }

    @Test
    void aWebServer() throws IOException {
        String answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        try (ServerSocket web = answering(Optional.of(answer))) {
            assertThat(trouble(RemoteConfig.builder(), web.getLocalPort()))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("does not speak gRPC");
        }
    }

    @Test
    void theTextFront() throws Exception {
        try (ClavigerServer server = ClavigerServer.start(
                ServerConfig.builder().textPort(0).grpcPort(ServerConfig.OFF).build())) {
            int port = server.fronts().get(0).address().getPort();
            assertThat(trouble(RemoteConfig.builder(), port))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("localhost:" + port)
                    .hasMessageContaining("does not speak gRPC");
        }
    }

    @Test
    void tlsToPlain() {
        TestCertificates certificates = new TestCertificates(folder);
        try (RunningServer server = new RunningServer()) {
            assertThat(trouble(
                            RemoteConfig.builder().tls(certificates.trusting()),
                            server.socket().getPort()))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("does not speak TLS");
        }
    }

    @Test
    void plainToTls() {
        TestCertificates certificates = new TestCertificates(folder);
        try (RunningServer server = secured(certificates.server().build(), certificates.trusting())) {
            assertThat(trouble(RemoteConfig.builder(), server.socket().getPort()))
                    .hasMessageContaining("localhost:" + server.socket().getPort())
                    .hasMessageContaining("TLS");
        }
    }

    @Test
    void nobodyVouchesForTheServer() {
        TestCertificates certificates = new TestCertificates(folder);
        TlsFiles ofThisJava = new TlsFiles(Optional.empty(), Optional.empty(), Optional.empty());
        try (RunningServer server = secured(certificates.server().build(), certificates.trusting())) {
            assertThat(trouble(
                            RemoteConfig.builder().tls(ofThisJava),
                            server.socket().getPort()))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("name its ca");
        }
    }

    @Test
    void noCertificateWhereOneIsAskedFor() {
        TestCertificates certificates = new TestCertificates(folder);
        Security mutual =
                certificates.server().clientCa(certificates.file("ca.pem")).build();
        try (RunningServer server = secured(mutual, certificates.proven())) {
            assertThat(trouble(
                            RemoteConfig.builder().tls(certificates.trusting()),
                            server.socket().getPort()))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("certificate");
        }
    }

    @Test
    void wrongOrNoPassword() {
        Security security = Security.builder().password("right").build();
        try (RunningServer server =
                new RunningServer(security, RemoteConfig.builder().password("right"))) {
            int port = server.socket().getPort();
            assertThat(trouble(RemoteConfig.builder().password("wrong"), port))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("does not let this client in")
                    .hasMessageContaining("credentials");
            assertThat(trouble(RemoteConfig.builder(), port))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("credentials");
        }
    }

    private static RunningServer secured(Security security, TlsFiles administrator) {
        return new RunningServer(security, RemoteConfig.builder().tls(administrator));
    }

    @Test
    void filesThatAreNone() {
        TlsFiles missing = new TlsFiles(Optional.of(folder.resolve("none.pem")), Optional.empty(), Optional.empty());
        assertThat(trouble(RemoteConfig.builder().tls(missing), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none.pem");
    }
}
