package io.claviger.cli.tcpnetlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.claviger.cli.process.Signals;
import io.claviger.cli.process.ToolProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TnlDoSignalsE2eTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @BeforeEach
    void assumeSignals() throws Exception {
        ToolProcess.assumeSignalsAreNotIgnored();
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private ToolProcess start(ScriptedServer server, String script) throws Exception {
        return ToolProcess.start(
                directory, TnlDo.class, "--port", server.port(), "--lock-name=n", "--", "sh", "-c", script);
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 124", "HUP, 129"})
    void signalIsPassedOn_andTheLockHeldUntilTheCommandEnded(String signal, int status) throws Exception {
        Path log = file("log");
        AtomicReference<String> logAtRelease = new AtomicReference<>("never released");
        ScriptedServer.Script script = (c, line) -> {
            if (line.equals("release")) {
                logAtRelease.set(ToolProcess.read(log));
            }
            return ScriptedServer.granting(c, line);
        };
        String command = "trap 'echo got " + signal + " >>" + log + "; sleep 0.5; echo end >>" + log + "; exit 3' "
                + signal + "; echo begin >" + log + "; while :; do sleep 0.1; done";
        try (ScriptedServer server = new ScriptedServer(script);
                ToolProcess tool = start(server, command)) {
            ToolProcess.until(
                    "the command runs",
                    () -> Files.exists(log) && !ToolProcess.read(log).isEmpty());
            tool.signal(signal);

            assertThat(tool.status()).isEqualTo(status);
            assertThat(logAtRelease).hasValue("begin\ngot " + signal + "\nend\n");
            assertThat(tool.err()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 124", "HUP, 129"})
    void commandThatDiesOfTheSignal_leavesNothingBehind(String signal, int status) throws Exception {
        Path pids = file("pids");
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting);
                ToolProcess tool =
                        start(server, "echo $$ >" + pids + "; sleep 300 & echo $! >>" + pids + "; exec sleep 300")) {
            ToolProcess.until("both run", () -> ToolProcess.survivors(pids).size() == 2);
            tool.signal(signal);

            assertThat(tool.status()).isEqualTo(status);
            assertThat(ToolProcess.survivors(pids)).isEmpty();
            assertThat(server.record()).contains("1:release");
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "HUP, 129", "KILL, 137"})
    void signalThatTheToolDidNotGetIsTheCommandsOwnStatus(String signal, int status) throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting);
                ToolProcess tool = start(server, "kill -" + signal + " $$; sleep 1")) {
            assertThat(tool.status()).isEqualTo(status);
            assertThat(server.record()).contains("1:release");
        }
    }

    @Test
    void commandMayCleanUpForLongerThanTheGrace_andGetsFurtherSignals() throws Exception {
        Path log = file("log");
        String command = "trap 'echo hup >>" + log + "' HUP; trap 'echo term >>" + log + "; sleep 8; echo end >>" + log
                + "; exit 0' TERM; echo begin >" + log + "; while :; do sleep 0.1; done";
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting);
                ToolProcess tool = start(server, command)) {
            ToolProcess.until("it runs", () -> ToolProcess.read(log).equals("begin\n"));
            tool.signal("HUP");
            ToolProcess.until("it got HUP", () -> ToolProcess.read(log).endsWith("hup\n"));
            tool.signal("TERM");

            assertThat(tool.status()).isEqualTo(129);
            assertThat(ToolProcess.read(log)).isEqualTo("begin\nhup\nterm\nend\n");
            assertThat(tool.err()).isEmpty();
            assertThat(server.record()).contains("1:release");
        }
    }

    @Test
    void leftoverThatIgnoresTermIsKilledAfterTheGrace_withAWarning() throws Exception {
        Path pids = file("pids");
        String stubborn = "(trap '' TERM; sh -c 'echo $$ >" + pids + "; while :; do sleep 0.1; done') & ";
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting);
                ToolProcess tool = start(server, stubborn + "exec sleep 300")) {
            ToolProcess.until("it runs", () -> ToolProcess.survivors(pids).size() == 1);
            long start = System.nanoTime();
            tool.signal("TERM");

            assertThat(tool.status()).isEqualTo(143);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(CommandRun.GRACE);
            assertThat(ToolProcess.survivors(pids)).isEmpty();
            assertThat(tool.err())
                    .startsWith("WARNING: still running 5 s after TERM, sending KILL: [")
                    .hasLineCount(1);
            assertThat(server.record()).contains("1:release");
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 124", "HUP, 129"})
    void signalToTheGroup_isOursToo_evenIfTheCommandEndsFirst(String signal, int status) throws Exception {
        BlockingQueue<Event> events = new LinkedBlockingQueue<>();
        Console console = Console.of(System.err, "test", DoOptions.parser().parse(new String[] {"true"}));
        CommandRun run =
                CommandRun.start(List.of("sh", "-c", "kill -" + signal + " $$; sleep 5"), "n", console, events);
        ToolProcess.until("the command ended", () -> !events.isEmpty());
        events.add(new Event.Signalled(Signals.Kind.valueOf(signal)));
        assertThat(run.await()).isEqualTo(new CommandRun.Outcome(status, true));
    }

    @Test
    void serverLostWhileTheCommandIsBeingStopped_is122_andStopsAllAtOnce() throws Exception {
        Path pids = file("pids");
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting);
                ToolProcess tool = start(server, "trap '' HUP; echo $$ >" + pids + "; while :; do sleep 0.1; done")) {
            ToolProcess.until("it runs", () -> ToolProcess.survivors(pids).size() == 1);
            long start = System.nanoTime();
            tool.signal("HUP");
            Thread.sleep(500);
            assertThat(tool.running()).isTrue();
            server.closeConnections();

            assertThat(tool.status()).isEqualTo(122);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(CommandRun.GRACE);
            assertThat(ToolProcess.survivors(pids)).isEmpty();
        }
    }

    @Test
    void ignoredSignalStaysIgnored_asUnderNohup() throws Exception {
        Path log = file("log");
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting)) {
            String tool = ToolProcess.command(
                            TnlDo.class, "--port", server.port(), "--", "sh", "-c", "echo x >" + log + "; sleep 1")
                    .stream()
                    .map(word -> "'" + word + "'")
                    .collect(Collectors.joining(" "));
            try (ToolProcess process =
                    ToolProcess.start(directory, List.of("/bin/sh", "-c", "trap '' HUP; exec " + tool))) {
                ToolProcess.until("the command runs", () -> Files.exists(log));
                process.signal("HUP");
                assertThat(process.status()).isZero();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 124", "HUP, 129"})
    void signalBetweenTriesEndsAtOnce(String signal, int status) throws Exception {
        try (ScriptedServer server = new ScriptedServer((c, line) -> "not-granted");
                ToolProcess tool = ToolProcess.start(
                        directory,
                        TnlDo.class,
                        "--info",
                        "--port",
                        server.port(),
                        "--retry=5",
                        "--retry-wait=600",
                        "true")) {
            ToolProcess.until("it waits", () -> tool.err().contains("Will retry in 600 seconds"));
            tool.signal(signal);
            assertThat(tool.status()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 124", "HUP, 129"})
    void signalWhileTheServerIsSilentEndsAtOnce(String signal, int status) throws Exception {
        try (ScriptedServer server = new ScriptedServer((c, line) -> ScriptedServer.SILENCE)) {
            BlockingQueue<Event> events = new LinkedBlockingQueue<>();
            events.add(new Event.Signalled(Signals.Kind.valueOf(signal)));
            InJvm result = InJvm.tnlDo(events, "--port", server.port(), "true");
            assertThat(result).isEqualTo(new InJvm(status, "", ""));
        }
    }

    @Test
    void ctrlCAtTheTerminalReachesTheCommandOnce() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "needs script(1) of util-linux");
        Path log = file("log");
        Path command = Files.writeString(
                file("command.sh"),
                "trap 'echo int >>" + log + "' INT; echo begin >" + log
                        + "\nn=0; while [ $n -lt 10 ]; do sleep 0.1; n=$((n+1)); done; echo end >>" + log + "\n");
        try (ScriptedServer server = new ScriptedServer(ScriptedServer::granting)) {
            String tool = String.join(
                    " ", ToolProcess.command(TnlDo.class, "--port", server.port(), "sh", command.toString()));
            try (ToolProcess terminal =
                    ToolProcess.start(directory, List.of("/usr/bin/script", "-qec", "exec " + tool, "/dev/null"))) {
                ToolProcess.until("the command runs", () -> Files.exists(log));
                terminal.type("\u0003");
                assertThat(terminal.status()).isEqualTo(124);
                assertThat(ToolProcess.read(log)).isEqualTo("begin\nint\nend\n");
                assertThat(server.record()).contains("1:release");
            }
        }
    }
}
