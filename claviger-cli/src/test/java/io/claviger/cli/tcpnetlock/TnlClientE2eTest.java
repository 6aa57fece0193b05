package io.claviger.cli.tcpnetlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.cli.process.Signals;
import io.claviger.cli.process.ToolProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TnlClientE2eTest {
    private static final String LOST =
            "ERROR: Unexpected disconnection while holding the lock 'n'. Server was killed?\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private static InJvm run(ScriptedServer server, String... args) throws InterruptedException {
        return InJvm.tnlClient(Map.of("TCPNETLOCK_PORT", server.port()), args);
    }

    @Test
    void refusedConnectionIs2() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(InJvm.tnlClient(Map.of(), "--port=" + port, "n"))
                .isEqualTo(new InJvm(2, "", "[Errno 111] Connection refused. Server: 'localhost:" + port + "'\n"));
    }

    @Test
    void unresolvableHostIs3() throws Exception {
        InJvm result = InJvm.tnlClient(Map.of("TCPNETLOCK_HOST", "no-such-host.invalid"), "n");
        assertThat(result.status()).isEqualTo(3);
        assertThat(result.err()).hasLineCount(1).endsWith(". Server: 'no-such-host.invalid:7654'\n");
    }

    @Test
    void notGrantedIs123() throws Exception {
        try (ScriptedServer server = new ScriptedServer((c, line) -> "not-granted")) {
            assertThat(run(server, "n")).isEqualTo(new InJvm(123, "", "ERROR: lock 'n' not granted by server\n"));
        }
        try (ScriptedServer server = new ScriptedServer((c, line) -> "err,invalid lock name")) {
            assertThat(run(server, "n"))
                    .isEqualTo(new InJvm(123, "", "ERROR: lock 'n' not granted by server: invalid lock name\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a.b", "", "ñ"})
    void invalidLockNameIs4(String name) throws Exception {
        assertThat(InJvm.tnlClient(Map.of(), name))
                .isEqualTo(new InJvm(4, "", "Lock name is invalid: '" + name + "'\n"));
    }

    @ParameterizedTest
    @CsvSource({"<close>, the server closed the connection", "bad-request, unexpected answer 'bad-request'"})
    void noProperAnswerIs4(String answer, String reason) throws Exception {
        try (ScriptedServer server = new ScriptedServer((c, line) -> answer)) {
            assertThat(run(server, "n"))
                    .isEqualTo(new InJvm(4, "", "ERROR: " + reason + ". Server: 'localhost:" + server.port() + "'\n"));
        }
    }

    /** The words of the command line are separated by semicolons. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --info                    | the following arguments are required: lock_name
                    n;m                       | unrecognized arguments: m
                    --client-id;a%b;n         | The provided client-id is not valid: 'a%b'
                    --port;65536;n            | argument --port: port must be 0-65535.
                    --keep-alive-secs;0;n     | argument --keep-alive-secs: 0 is an invalid positive int value
                    --keep-alive-secs;-3;n    | argument --keep-alive-secs: -3 is an invalid positive int value
                    """)
    void wrongUsageIs2(String words, String message) throws Exception {
        InJvm result = InJvm.tnlClient(Map.of(), words.split(";", -1));
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err())
                .startsWith("usage: tcpnetlock_client [-h]")
                .endsWith("\ntcpnetlock_client: error: " + message + "\n");
    }

    @Test
    void wrongEnvironmentIs2() throws Exception {
        assertThat(InJvm.tnlClient(Map.of("TCPNETLOCK_PORT", "x"), "n").status())
                .isEqualTo(2);
        assertThat(InJvm.tnlClient(Map.of("TCPNETLOCK_CLIENT_ID", ""), "n").status())
                .isEqualTo(2);
    }

    @Test
    void grantIsPrintedAtOnce_andClientIdSent() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting);
                ToolProcess tool = ToolProcess.start(
                        directory, TnlClient.class, "--port", server.port(), "--client-id=me@here", "n")) {
            tool.untilOutput("ok\n");
            assertThat(server.record()).containsExactly("1:lock,name:n,client-id:me@here");
            assertThat(tool.running()).isTrue();
            assertThat(tool.err()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"close, --info", "reset, --info", "close, --keep-alive", "reset, --keep-alive"})
    void lostServerIs122_withAndWithoutKeepAlive(String how, String option) throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting);
                ToolProcess tool =
                        ToolProcess.start(directory, TnlClient.class, "--port", server.port(), option, "n")) {
            tool.untilOutput("ok\n");
            long start = System.nanoTime();
            if (how.equals("close")) {
                server.closeConnections();
            } else {
                server.resetConnections();
            }
            assertThat(tool.status()).isEqualTo(122);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            assertThat(tool.err()).endsWith(LOST);
        }
    }

    @Test
    void keepAlivesAreSent_andARefusalIs4() throws Exception {
        ScriptedServer.Script script = (c, line) -> switch (line) {
            case ".keepalive" -> "bad-action";
            default -> ScriptedServer.granting(c, line);
        };
        try (ScriptedServer server = new ScriptedServer(script)) {
            assertThat(run(server, "--keep-alive", "--keep-alive-secs=1", "n"))
                    .isEqualTo(new InJvm(4, "ok\n", "ERROR: lost the lock 'n': unexpected answer 'bad-action'\n"));
            assertThat(server.record()).startsWith("1:lock,name:n", "1:.keepalive");
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143, ''", "HUP, 129, ''", "INT, 4, 'Interrupted\n'"})
    void signalReleasesTheLock(String signal, int status, String text) throws Exception {
        ToolProcess.assumeSignalsAreNotIgnored();
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting);
                ToolProcess tool = ToolProcess.start(directory, TnlClient.class, "--port", server.port(), "n")) {
            tool.untilOutput("ok\n");
            tool.signal(signal);
            assertThat(tool.status()).isEqualTo(status);
            assertThat(tool.err()).isEqualTo(text);
            assertThat(server.record()).contains("1:release");
        }
    }

    @Test
    void signalWhileTheServerIsSilentEndsAtOnce() throws Exception {
        try (ScriptedServer server = new ScriptedServer((c, line) -> ScriptedServer.SILENCE)) {
            BlockingQueue<Event> events = new LinkedBlockingQueue<>();
            events.add(new Event.Signalled(Signals.Kind.TERM));
            assertThat(InJvm.tnlClient(events, "--port", server.port(), "n")).isEqualTo(new InJvm(143, "", ""));
        }
    }

    @Test
    void helpIsStatus0OnStandardOutput() throws Exception {
        InJvm result = InJvm.tnlClient(Map.of(), "-h");
        assertThat(result.status()).isZero();
        assertThat(result.out()).startsWith("usage: tcpnetlock_client [-h]").contains("exit status:");
    }
}
