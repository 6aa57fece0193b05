package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.TryLockRequest;
import io.grpc.StatusRuntimeException;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ldlm-server} as a process, with {@code ldlm-lock} beside it. */
class LdlmServerE2eTest {
    private static final String LISTENING = "gRPC server started. Listening on 127.0.0.1:";
    private static final String RUN = "net.Run() error starting server: ";
    private static final String LINE =
            "\\{\"time\":\"[0-9T:.+Z-]+\",\"level\":\"(DEBUG|INFO|WARN|ERROR)\",\"msg\":\".*\"?\\}";

    @TempDir
    private Path folder;

    private Path socket = Path.of("");

    @BeforeEach
    void nameSocket() {
        socket = folder.resolve("ldlm-ipc.sock");
    }

    private Program start(Map<String, String> environment, String... args) throws Exception {
        List<String> all = new ArrayList<>(List.of("--ipc_socket_file", socket.toString(), "-l", "127.0.0.1:0"));
        all.addAll(List.of(args));
        return Program.java("ldlm-server", environment, all.toArray(new String[0]));
    }

    private Program serve(String... args) throws Exception {
        return start(Map.of(), args).awaitErr(LISTENING);
    }

    private static int port(Program server) {
        return server.port("Listening on 127\\.0\\.0\\.1:(\\d+)");
    }

    private Program.Result lock(String... args) throws Exception {
        return Program.java("ldlm-lock", Map.of("LDLM_IPC_SOCKET_FILE", socket.toString()), args)
                .await();
    }

    private String file(String name, String content) throws Exception {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    private static void assertLog(String err) {
        assertThat(err.lines()).isNotEmpty().allMatch(line -> line.matches(LINE));
    }

    @Test
    void servesGrpcAndTheSocket_andEndsInOrder() throws Exception {
        try (Program server = serve();
                LdlmCalls client = new LdlmCalls(port(server), "")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            LockResponse locked = client.tryLock("My lock");
            assertThat(lock("list"))
                    .isEqualTo(new Program.Result(0, "{Name: My lock, Key: " + locked.getKey() + ", Size: 1}\n", ""));
            assertThat(lock("unlock", "My lock")).isEqualTo(new Program.Result(0, "Unlocked: true\n", ""));
            assertThat(client.tryLock("My lock").getLocked()).isTrue();
            Program.Result result = server.signal("TERM");
            assertThat(result.status()).isZero();
            assertThat(result.out()).isEmpty();
            assertLog(result.err());
            assertThat(result.err())
                    .contains(
                            "\"level\":\"INFO\",\"msg\":\"IPC server started\",\"socket\":\"" + socket + "\"}",
                            "\"level\":\"WARN\",\"msg\":\"" + LISTENING,
                            "\"msg\":\"Session started\",\"session_id\":\"",
                            "\"remote_address\":\"127.0.0.1:",
                            "\"msg\":\"Unlocked over IPC\",\"lock\":\"My lock\",\"holders\":1}",
                            "\"level\":\"WARN\",\"msg\":\"Shutting down...\"}")
                    .doesNotContain(locked.getKey(), "Lock request", "beyond loopback");
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void logsRequestsAndExpiriesAndCleanUps_butNoKeys() throws Exception {
        try (Program server = serve("--log_level=debug")) {
            LockResponse locked;
            try (LdlmCalls client = new LdlmCalls(port(server), "")) {
                locked = client.tryLock("kept");
                client.tryLock(TryLockRequest.newBuilder()
                        .setName("short\n\"lock\"")
                        .setLockTimeoutSeconds(1)
                        .build());
                server.awaitErr("\"msg\":\"Lock timer timeout\"");
            }
            server.awaitErr("\"msg\":\"Client session cleanup\"");
            Program.Result result = server.signal("INT");
            assertThat(result.status()).isZero();
            assertLog(result.err());
            assertThat(result.err())
                    .contains(
                            "\"msg\":\"TryLock request\"",
                            "\"lock\":\"kept\",\"locked\":true,\"error\":null}",
                            "\"lock\":\"short\\u000a\\\"lock\\\"\"",
                            "\"msg\":\"Session ended\"",
                            "\"num_locks\":1}")
                    .doesNotContain(locked.getKey());
        }
    }

    @Test
    void logLevelError_isQuiet() throws Exception {
        try (Program server = start(Map.of("LDLM_LOG_LEVEL", "ERROR"))) {
            io.claviger.cli.process.ToolProcess.until("it has a socket", () -> Files.exists(socket));
            assertThat(server.signal("TERM")).isEqualTo(new Program.Result(0, "", ""));
        }
    }

    @Test
    void termDuringTheStart_leavesNoSocket() throws Exception {
        try (Program server = start(Map.of())) {
            io.claviger.cli.process.ToolProcess.until("it has a socket", () -> Files.exists(socket));
            assertThat(server.terminate().status()).isZero();
            assertThat(socket).doesNotExist();
        }
    }

    @Test
    void noClearOnDisconnect_keepsLocks() throws Exception {
        try (Program server = serve("-n")) {
            try (LdlmCalls client = new LdlmCalls(port(server), "")) {
                assertThat(client.tryLock("kept").getLocked()).isTrue();
            }
            server.awaitErr("Session ended");
            assertThat(lock("list").out()).startsWith("{Name: kept, ");
            assertThat(lock("unlock", "kept").status()).isZero();
        }
    }

    @Test
    void aSecondServerOnTheSameSocket_doesNotStart() throws Exception {
        try (Program first = serve()) {
            Program.Result second = start(Map.of()).await();
            assertThat(second.status()).isEqualTo(1);
            assertThat(second.err())
                    .isEqualTo(
                            "server.New() error creating server: ipc.Run(): file: " + socket
                                    + " exists. IPC socket file already exists, and a server answers on it. Shut down that"
                                    + " instance before starting a new one. Alternatively specify a different IPC socket file\n");
            assertThat(lock("list").status()).isZero();
            assertThat(first.signal("TERM").status()).isZero();
        }
    }

    @Test
    void aStaleSocket_afterAKill_isNoObstacle() throws Exception {
        try (Program first = serve()) {
            first.signal("KILL");
        }
        assertThat(socket).exists();
        assertThat(lock("list").err())
                .startsWith("IPC error: dial unix " + socket
                        + ": connect: connection refused. Is the ldlm server running?");
        try (Program second = serve()) {
            assertThat(lock("list").out()).isEqualTo("No locks found\n");
            assertThat(second.signal("TERM").status()).isZero();
        }
    }

    @Test
    void theUsualSocket_isInTmpdir_andAnEmptyOneIsNone() throws Exception {
        Map<String, String> environment = Map.of("TMPDIR", folder.toString(), "LDLM_IPC_SOCKET_FILE", "");
        try (Program server =
                Program.java("ldlm-server", environment, "-l", "127.0.0.1:0").awaitErr(LISTENING)) {
            assertThat(socket).exists();
            assertThat(server.signal("TERM").status()).isZero();
        }
        try (Program server = Program.java("ldlm-server", environment, "-l=127.0.0.1:0", "--ipc_socket_file", "")
                .awaitErr(LISTENING)) {
            assertThat(socket).doesNotExist();
            assertThat(server.signal("TERM").err()).contains("IPC server disabled because of empty socket file path");
        }
    }

    @Test
    void addressInUse_isSaidAsTheOriginalDoes_andNothingIsLeft() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            Program.Result result = start(Map.of(), "-v", "warn", "-l", address).await();
            assertThat(result)
                    .isEqualTo(new Program.Result(
                            1, "", RUN + "listen tcp " + address + ": bind: address already in use\n"));
        }
        assertThat(socket).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-l x:y | net.Run() error starting server: listen tcp: lookup tcp/y: unknown port",
                "-r localhost | net.Run() error starting server: listen tcp: address localhost: missing port in address",
                "-v error -l no-such-host.invalid:1 | net.Run() error starting server: listen tcp: lookup"
                        + " no-such-host.invalid: no such host",
                "--tls_key k | net.Run() error starting server: LoadX509KeyPair() error loading cert: tls_key needs"
                        + " tls_cert as well",
                "--tls_cert c | net.Run() error starting server: LoadX509KeyPair() error loading cert: tls_cert needs"
                        + " tls_key as well",
                "--tls_cert /no/c --tls_key /no/k | net.Run() error starting server: LoadX509KeyPair() error loading cert:"
                        + " TLS certificate file /no/c: no such file",
                "--client_cert_verify | net.Run() error starting server: client TLS certificate verification requires"
                        + " server TLS to be configured",
                "--client_ca ca --tls_key k | net.Run() error starting server: client TLS certificate verification"
                        + " requires server TLS to be configured",
                "--password_file /no/p | net.Run() error starting server: password file /no/p: no such file",
                "--ipc_socket_file /no/s | server.New() error creating server: ipc.Run(): the socket /no/s cannot be made:"
                        + " there is no such folder"
            })
    void cannotStart_isOneLine(String args, String message) throws Exception {
        assertThat(start(Map.of(), args.split(" ")).await()).isEqualTo(new Program.Result(1, "", message + "\n"));
    }

    @Test
    void clientAuthorities_thatCannotBeUsed() throws Exception {
        X509Bundle identity = new CertificateBuilder()
                .ecp256()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        String certificate = file("c.pem", identity.getCertificatePEM());
        String key = file("k.pem", identity.getPrivateKeyPEM());
        String noPem = file("PEM", "nothing");
        Program.Result unreadable = start(
                        Map.of(),
                        "--tls_cert",
                        certificate,
                        "--tls_key",
                        key,
                        "--client_ca",
                        folder + "/PEM/certificate")
                .await();
        assertThat(unreadable.err())
                .startsWith(RUN + "os.ReadFile() failed to read ca cert: ")
                .hasLineCount(1);
        Program.Result empty = start(Map.of(), "--tls_cert", certificate, "--tls_key", key, "--client_ca", noPem)
                .await();
        assertThat(empty.err())
                .startsWith(RUN + "AppendCertsFromPEM() failed to append client ca cert")
                .hasLineCount(1);
        assertThat(List.of(unreadable.status(), empty.status())).containsOnly(1);
        try (Program server = serve("--tls_cert", certificate, "--tls_key", key, "--client_cert_verify")) {
            assertThat(server.signal("TERM").err()).contains("\"msg\":\"Loaded gRPC TLS configuration\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--password=open-sesame", "--password_file=FILE"})
    void password_isAskedFor_andNeverShown(String option) throws Exception {
        String secret = "open-sesame";
        String argument = option.replace("FILE", file("p", secret + "\n"));
        try (Program server = serve("-v=debug", argument)) {
            try (LdlmCalls right = new LdlmCalls(port(server), secret);
                    LdlmCalls wrong = new LdlmCalls(port(server), "guess")) {
                assertThat(right.tryLock("a").getLocked()).isTrue();
                assertThatThrownBy(() -> wrong.tryLock("b"))
                        .isInstanceOf(StatusRuntimeException.class)
                        .hasMessage("UNAUTHENTICATED: invalid credentials");
            }
            assertThat(server.signal("TERM").err())
                    .contains("Loaded gRPC authentication configuration")
                    .doesNotContain(secret, "guess");
        }
    }

    @Test
    void passwordThatCannotBe_isNotShownEither() throws Exception {
        String bad = "open\tsesame";
        Program.Result result = start(Map.of("LDLM_PASSWORD", bad)).await();
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .startsWith(RUN + "password: ")
                .doesNotContain("sesame")
                .hasLineCount(1);
        Program.Result both =
                start(Map.of(), "--password", "sesame", "--password_file", "f").await();
        assertThat(both).isEqualTo(new Program.Result(2, "", "ldlm-server: password excludes password_file\n"));
    }

    @Test
    void beyondLoopback_startsAsContainerImagesDo_andWarns() throws Exception {
        try (Program server = start(Map.of("LDLM_LISTEN_ADDRESS", "127.0.0.1:1"), "-l", "0.0.0.0:0")
                .awaitErr("gRPC server started. Listening on 0.0.0.0:")) {
            assertThat(server.signal("TERM").err())
                    .contains(
                            "\"level\":\"WARN\",\"msg\":\"Listening beyond loopback without encryption and authentication");
        }
    }
}
