package io.claviger.cli.tcpnetlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.claviger.cli.process.ToolProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TnlDoE2eTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private static InJvm run(ScriptedServer server, String... args) throws InterruptedException {
        return InJvm.tnlDo(Map.of("TCPNETLOCK_PORT", server.port()), args);
    }

    private Path program(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    @ParameterizedTest
    @CsvSource({"exit 0, 0", "exit 8, 8", "exit 255, 255", "kill -TERM $$, 143", "kill -KILL $$, 137"})
    void statusIsTheCommands_andTheLockIsReleased(String script, int status) throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting)) {
            InJvm result = run(server, "--lock-name", "n", "--", "sh", "-c", script);

            assertThat(result).isEqualTo(new InJvm(status, "", ""));
            assertThat(server.record()).startsWith("1:lock,name:n", "1:release");
        }
    }

    @Test
    void commandHasTheStandardStreams() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting);
                ToolProcess tool = ToolProcess.start(
                        directory,
                        TnlDo.class,
                        "--port",
                        server.port(),
                        "--shell",
                        "read x; echo got $x; echo e >&2")) {
            tool.type("word\n");
            assertThat(tool.status()).isZero();
            assertThat(tool.out()).isEqualTo("got word\n");
            assertThat(tool.err()).isEqualTo("e\n");
        }
    }

    @Test
    void shellTakesPipes_andItsStatusStands() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting)) {
            assertThat(run(server, "--shell", "echo a | grep -q a").status()).isZero();
            assertThat(run(server, "--shell", "echo a | grep -q b").status()).isEqualTo(1);
            assertThat(run(server, "--shell", "no-such-command-here 2>/dev/null")
                            .status())
                    .isEqualTo(127);
            assertThat(server.record().get(0)).isEqualTo("1:lock,name:echo_a__grep_-q_a");
        }
    }

    @Test
    void clientIdAndHostComeFromTheEnvironment_andOptionsWin() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting)) {
            Map<String, String> environment =
                    Map.of("TCPNETLOCK_CLIENT_ID", "me@here", "TCPNETLOCK_HOST", "127.0.0.1", "TCPNETLOCK_PORT", "bad");
            assertThat(InJvm.tnlDo(environment, "--port", server.port(), "true").status())
                    .isZero();
            assertThat(InJvm.tnlDo(environment, "--port", server.port(), "--client-id=x", "true")
                            .status())
                    .isZero();
            assertThat(server.record()).contains("1:lock,name:true,client-id:me@here", "2:lock,name:true,client-id:x");
        }
    }

    /** The words of the command line are separated by semicolons. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --lock-name;x                      | the following arguments are required: command
                    --shell;a;b                        | When invoking with --shell, you should provide a SINGLE command.
                    --;//                              | Couldn't create a lock name from the command.
                    --lock-name;a b;true               | Lock name is invalid: 'a b'
                    --lock-name;a.b;true               | Lock name is invalid: 'a.b'
                    --client-id;a%b;true               | The provided client-id is not valid: 'a%b'
                    --client-id=;true                  | The provided client-id is not valid: ''
                    --port;65536;true                  | argument --port: port must be 0-65535.
                    --port;x;true                      | argument --port: invalid int value: 'x'
                    --retry;-1;true                    | argument --retry: -1 is an invalid positive int value
                    --retry-wait;0.5;true              | argument --retry-wait: invalid int value: '0.5'
                    --keep-alive-secs;0;true           | argument --keep-alive-secs: 0 is an invalid positive int value
                    echo;-n                            | unrecognized arguments: -n
                    echo;a�b                           | the locale cannot represent the argument 'a�b'
                    """)
    void wrongUsageIs2_andNobodyIsAsked(String words, String message) throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting)) {
            InJvm result = run(server, words.split(";", -1));

            assertThat(result.status()).isEqualTo(2);
            assertThat(result.err())
                    .startsWith("usage: tcpnetlock_do [-h]")
                    .contains("\ntcpnetlock_do: error: " + message);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void lockNameWithALineEndIsInvalid_andShownInOneLine() throws Exception {
        InJvm result = InJvm.tnlDo(Map.of(), "--lock-name", "a\n", "true");

        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).endsWith("\ntcpnetlock_do: error: Lock name is invalid: 'a\\x0a'\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "70000", "-1"})
    void wrongPortInTheEnvironmentIs2(String port) throws Exception {
        assertThat(InJvm.tnlDo(Map.of("TCPNETLOCK_PORT", port), "true").status())
                .isEqualTo(2);
    }

    @Test
    void emptyClientIdInTheEnvironmentIs2() throws Exception {
        assertThat(InJvm.tnlDo(Map.of("TCPNETLOCK_CLIENT_ID", ""), "true").status())
                .isEqualTo(2);
    }

    @Test
    void notGrantedIs123_silently() throws Exception {
        try (ScriptedServer server = new ScriptedServer((c, line) -> "not-granted")) {
            assertThat(run(server, "--lock-name", "n", "true")).isEqualTo(new InJvm(123, "", ""));
            assertThat(run(server, "--info", "--lock-name", "n", "true").err())
                    .contains("INFO:tcpnetlock.cli.tnl_do:Lock 'n' not granted. Exiting...\n");
        }
    }

    @Test
    void objectionOfTheServerIs123_saidAndNotTriedAgain() throws Exception {
        try (ScriptedServer server = new ScriptedServer((c, line) -> "err,invalid lock name")) {
            assertThat(run(server, "--retry", "5", "--lock-name", "n", "true"))
                    .isEqualTo(new InJvm(123, "", "ERROR: lock 'n' not granted: invalid lock name\n"));
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "4, 4"})
    void retryStopsAtTheFirstGrant(int grantAt, int connections) throws Exception {
        ScriptedServer.Script script = (c, line) -> c < grantAt ? "not-granted" : ScriptedServer.granting(c, line);
        try (ScriptedServer server = new ScriptedServer(script)) {
            assertThat(run(server, "--retry", "3", "--retry-wait", "0", "--lock-name", "n", "true"))
                    .isEqualTo(new InJvm(0, "", ""));
            assertThat(server.connections()).isEqualTo(connections);
            assertThat(server.record()).contains(grantAt + ":release");
        }
    }

    @Test
    void retriesEnd() throws Exception {
        try (ScriptedServer server = new ScriptedServer((c, line) -> "not-granted")) {
            InJvm result = run(server, "--info", "--retry", "2", "--retry-wait", "0", "--lock-name", "n", "true");
            assertThat(result.status()).isEqualTo(123);
            assertThat(result.err())
                    .contains("Still 2 retries pending. Will retry in 0 seconds...", "Still 1 retries pending");
            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @Test
    void retryWaits() throws Exception {
        try (ScriptedServer server = new ScriptedServer((c, line) -> "not-granted")) {
            long start = System.nanoTime();
            run(server, "--retry", "1", "--retry-wait", "1", "true");
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(1_000_000_000L);
        }
    }

    @Test
    void refusedConnectionIs125() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(InJvm.tnlDo(Map.of(), "--port=" + port, "--retry=3", "true"))
                .isEqualTo(new InJvm(
                        125, "", "ERROR:tcpnetlock.cli.tnl_do:Connection refused. Server: 'localhost:" + port + "'\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-host.invalid", "a b", "[::1", "256.1.1.1.1"})
    void unresolvableHostIs125_inOneLine(String host) throws Exception {
        InJvm result = InJvm.tnlDo(Map.of(), "--host", host, "true");
        assertThat(result.status()).isEqualTo(125);
        assertThat(result.err()).hasLineCount(1).contains("Server: '" + host + ":7654'");
    }

    @ParameterizedTest
    @CsvSource({
        "<close>, the server closed the connection",
        "<reset>, Connection reset",
        "HTTP/1.1 400 Bad, unexpected answer 'HTTP/1.1 400 Bad'",
        "bad-request, unexpected answer 'bad-request'",
        "'', unexpected answer ''"
    })
    void noProperAnswerIs125_inOneLine(String answer, String reason) throws Exception {
        try (ScriptedServer server = new ScriptedServer((c, line) -> answer)) {
            InJvm result = run(server, "true");
            assertThat(result.status()).isEqualTo(125);
            assertThat(result.err()).hasLineCount(1).contains(reason + ". Server: 'localhost:" + server.port() + "'");
        }
    }

    @Test
    void answerWithoutEndIs125() throws Exception {
        try (ScriptedServer server = new ScriptedServer((c, line) -> "x".repeat(100_000))) {
            InJvm result = run(server, "true");
            assertThat(result.status()).isEqualTo(125);
            assertThat(result.err()).contains("a line longer than 65536 bytes");
        }
    }

    @Test
    void serverThatNeverAnswersIs125() throws Exception {
        try (ScriptedServer server = new ScriptedServer((c, line) -> ScriptedServer.SILENCE)) {
            InJvm result = run(server, "true");
            assertThat(result.status()).isEqualTo(125);
            assertThat(result.err()).contains("no answer within 10 s");
        }
    }

    @Test
    void answerMayHaveMoreAfterAComma_andWhiteSpace() throws Exception {
        try (ScriptedServer server =
                new ScriptedServer((c, line) -> line.equals("release") ? "released,x\r" : "ok,token:7\r")) {
            assertThat(run(server, "true")).isEqualTo(new InJvm(0, "", ""));
        }
    }

    @Test
    void unknownCommandIs127_andTheLockIsReleased() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting)) {
            assertThat(run(server, "no-such-command-here", "x"))
                    .isEqualTo(new InJvm(127, "", "ERROR: command not found: 'no-such-command-here'\n"));
            assertThat(run(server, "--lock-name=n", "/no/such/file"))
                    .isEqualTo(new InJvm(127, "", "ERROR: command not found: '/no/such/file'\n"));
            assertThat(run(server, "--lock-name=n", ""))
                    .isEqualTo(new InJvm(127, "", "ERROR: command not found: ''\n"));
            assertThat(server.record()).contains("1:release", "2:release", "3:release");
        }
    }

    @Test
    void unknownInterpreterIs127() throws Exception {
        Path file = program("script", "#!/no/such/interpreter\n");
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting)) {
            assertThat(run(server, file.toString()))
                    .isEqualTo(new InJvm(
                            127, "", "ERROR: command not found: '" + file + "' (its interpreter is missing)\n"));
            assertThat(server.record()).contains("1:release");
        }
    }

    @Test
    void fileThatCannotBeRunIs126_andTheLockIsReleased() throws Exception {
        Path file = Files.createFile(directory.resolve("text"));
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting)) {
            assertThat(run(server, file.toString()))
                    .isEqualTo(new InJvm(126, "", "ERROR: cannot execute: '" + file + "': Permission denied\n"));
            assertThat(run(server, directory.toString()))
                    .isEqualTo(new InJvm(126, "", "ERROR: cannot execute: '" + directory + "': Is a directory\n"));
            assertThat(server.record()).contains("1:release", "2:release");
        }
    }

    @Test
    void tooLongArgumentIs126() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting)) {
            InJvm result = run(server, "--lock-name=n", "true", "x".repeat(3_000_000));
            assertThat(result).isEqualTo(new InJvm(126, "", "ERROR: cannot execute: 'true': Argument list too long\n"));
        }
    }

    @Test
    void scriptWithoutItsInterpretersNameIsRunByTheShell() throws Exception {
        Path file = program("script", "exit $1\n");
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting)) {
            assertThat(run(server, file.toString(), "9").status()).isEqualTo(9);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<close>", "<reset>", "bad-action"})
    void serverGoneAtTheReleaseDoesNotMaskTheStatus_andIsSaidInOneLine(String answer) throws Exception {
        try (ScriptedServer server =
                new ScriptedServer((c, line) -> line.equals("release") ? answer : ScriptedServer.granting(c, line))) {
            InJvm result = run(server, "--lock-name=n", "--", "sh", "-c", "exit 5");
            assertThat(result.status()).isEqualTo(5);
            assertThat(result.err())
                    .hasLineCount(1)
                    .startsWith("WARNING: the release of the lock 'n' was not confirmed: ");
        }
    }

    @Test
    void keepAlivesAreSentWhileTheCommandRuns_andDoNotDisturbTheRelease() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting)) {
            InJvm result = run(server, "--keep-alive", "--keep-alive-secs=1", "--lock-name=n", "--", "sleep", "2.5");
            assertThat(result).isEqualTo(new InJvm(0, "", ""));
            assertThat(server.record()).startsWith("1:lock,name:n", "1:.keepalive", "1:.keepalive", "1:release");
        }
    }

    @Test
    void withoutKeepAliveNoneIsSent() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting)) {
            run(server, "--keep-alive-secs=1", "--lock-name=n", "--", "sleep", "1.5");
            assertThat(server.record()).startsWith("1:lock,name:n", "1:release");
        }
    }

    @Test
    void hostMayBeAnIpv6Address() throws Exception {
        InetAddress loopback = ipv6Loopback();
        assumeTrue(hasAddress(loopback), "no IPv6 here");
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting, loopback)) {
            assertThat(run(server, "--host=::1", "true").status()).isZero();
        }
    }

    private static InetAddress ipv6Loopback() throws IOException {
        byte[] address = new byte[16];
        address[15] = 1;
        return InetAddress.getByAddress(address);
    }

    private static boolean hasAddress(InetAddress address) {
        try (ServerSocket socket = new ServerSocket(0, 1, address)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void helpIsStatus0OnStandardOutput() throws Exception {
        InJvm result = InJvm.tnlDo(Map.of("TCPNETLOCK_PORT", "bad"), "--help");
        assertThat(result.status()).isZero();
        assertThat(result.out())
                .startsWith("usage: tcpnetlock_do [-h]")
                .contains("exit status:", "derived from", "silent unless --info", "cleared their");
        assertThat(result.err()).isEmpty();
    }
}
