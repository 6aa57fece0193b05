package io.claviger.cli.tcpnetlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.cli.process.ToolProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TnlDoLostServerE2eTest {
    private static final String LOST = "ERROR: Unexpected disconnection while holding the lock 'n'. Server was killed?";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private ToolProcess start(ScriptedServer server, String script, String... options) throws Exception {
        String[] args = new String[options.length + 8];
        System.arraycopy(options, 0, args, 0, options.length);
        String[] rest = {"--port", server.port(), "--lock-name=n", "--", "sh", "-c", script, "sh"};
        System.arraycopy(rest, 0, args, options.length, rest.length);
        return ToolProcess.start(directory, TnlDo.class, args);
    }

    private Path pids() {
        return directory.resolve("pids");
    }

    /** A script that writes down its own process and all it starts: a child, a grandchild, and an orphan. */
    private String familyOf(String work) {
        return "echo $$ >" + pids() + "; sleep 300 & echo $! >>" + pids() + "; sh -c 'sleep 300 & echo $! >>" + pids()
                + "; wait' & (setsid sleep 300 & echo $! >>" + pids() + "); " + work;
    }

    private void untilFamily(int size) throws InterruptedException {
        ToolProcess.until("the family runs", () -> ToolProcess.survivors(pids()).size() == size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "reset"})
    void lostServerStopsTheCommandAndAllItStarted_withoutKeepAlive(String how) throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting);
                ToolProcess tool = start(server, familyOf("sleep 300; exit 0"))) {
            untilFamily(4);

            long start = System.nanoTime();
            if (how.equals("close")) {
                server.closeConnections();
            } else {
                server.resetConnections();
            }

            assertThat(tool.status()).isEqualTo(122);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
            assertThat(ToolProcess.survivors(pids())).isEmpty();
            assertThat(tool.err()).hasLineCount(1).startsWith(LOST).endsWith("Stopping the command.\n");
        }
    }

    @Test
    void lostServerIsNoticedWithKeepAliveToo() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting);
                ToolProcess tool = start(server, familyOf("wait"), "--keep-alive", "--keep-alive-secs=100")) {
            untilFamily(4);
            server.closeConnections();
            assertThat(tool.status()).isEqualTo(122);
            assertThat(ToolProcess.survivors(pids())).isEmpty();
        }
    }

    @Test
    void whatIgnoresTermIsKilledAfterTheGrace_alsoIfItsParentIsGone() throws Exception {
        String stubborn = "trap '' TERM; sh -c 'echo $$ >>" + pids() + "; while :; do sleep 0.1; done' & ";
        String script = "echo $$ >" + pids() + "; (" + stubborn + "sleep 0.1) & sleep 300";
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting);
                ToolProcess tool = start(server, script)) {
            untilFamily(2);

            long start = System.nanoTime();
            server.closeConnections();

            assertThat(tool.status()).isEqualTo(122);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(CommandRun.GRACE);
            assertThat(ToolProcess.survivors(pids())).isEmpty();
        }
    }

    @Test
    void whatTheCommandStartsInItsLastMomentIsStoppedToo() throws Exception {
        String script = "trap 'setsid sleep 300 & echo $! >>" + pids() + "; exit 0' TERM; echo $$ >" + pids()
                + "; while :; do sleep 0.1; done";
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting);
                ToolProcess tool = start(server, script)) {
            untilFamily(1);
            server.closeConnections();
            assertThat(tool.status()).isEqualTo(122);
            assertThat(ToolProcess.read(pids())).hasLineCount(2);
            assertThat(ToolProcess.survivors(pids())).isEmpty();
        }
    }

    @Test
    void toolWithinAToolIsFoundByTheOuterOne() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting);
                ScriptedServer inner = new ScriptedServer(ScriptedServer::granting)) {
            String words = String.join(
                    "' '",
                    ToolProcess.command(
                            TnlDo.class,
                            "--port",
                            inner.port(),
                            "--",
                            "sh",
                            "-c",
                            familyOf("wait").replace("'", "'\\''")));
            try (ToolProcess tool = start(server, "'" + words + "'; exit 0")) {
                untilFamily(4);
                server.closeConnections();
                assertThat(tool.status()).isEqualTo(122);
                assertThat(ToolProcess.survivors(pids())).isEmpty();
                assertThat(inner.record()).contains("1:release");
            }
        }
    }

    @Test
    void keepAliveWithoutAnswerIsALostServer() throws Exception {
        ScriptedServer.Script script =
                (c, line) -> line.equals(".keepalive") ? ScriptedServer.SILENCE : ScriptedServer.granting(c, line);
        try (ScriptedServer server = new ScriptedServer(script);
                ToolProcess tool = start(server, familyOf("wait"), "--keep-alive", "--keep-alive-secs=1")) {
            assertThat(tool.status()).isEqualTo(122);
            assertThat(ToolProcess.survivors(pids())).isEmpty();
            assertThat(tool.err()).hasLineCount(1).contains("no answer to a keep-alive within 10 s");
        }
    }

    @Test
    void serverThatKnowsNothingOfTheLockHasLostIt() throws Exception {
        ScriptedServer.Script script =
                (c, line) -> line.equals(".keepalive") ? "bad-action" : ScriptedServer.granting(c, line);
        try (ScriptedServer server = new ScriptedServer(script);
                ToolProcess tool = start(server, familyOf("wait"), "--keep-alive", "--keep-alive-secs=1")) {
            assertThat(tool.status()).isEqualTo(122);
            assertThat(ToolProcess.survivors(pids())).isEmpty();
            assertThat(tool.err())
                    .isEqualTo("ERROR: lost the lock 'n': unexpected answer 'bad-action'. Stopping the command.\n");
        }
    }

    @Test
    void unaskedLineOfTheServerEndsTheLock() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting);
                ToolProcess tool = start(server, familyOf("wait"))) {
            untilFamily(4);
            server.say("lost,name:n,reason:expired");
            assertThat(tool.status()).isEqualTo(122);
            assertThat(ToolProcess.survivors(pids())).isEmpty();
        }
    }

    @Test
    void commandThatEndsByItselfMayLeaveADaemonBehind() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting);
                ToolProcess tool = start(
                        server, "setsid sleep 300 >/dev/null 2>&1 </dev/null & echo $! >" + pids() + "; exit 3")) {
            assertThat(tool.status()).isEqualTo(3);
            // The daemon has not inherited the connection, which would keep the lock.
            ToolProcess.until("the connection ends", () -> server.record().contains("1:EOF"));
            assertThat(ToolProcess.survivors(pids())).hasSize(1);
            ProcessHandle.of(ToolProcess.survivors(pids()).get(0)).ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
