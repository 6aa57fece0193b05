package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.claviger.cli.process.ToolProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code claviger run} and {@code hold} as processes: signals, the terminal, the environment, standing still. */
class RunProcessE2eTest {
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

    private List<String> command(String... args) {
        return ToolProcess.command(RunProcess.class, args);
    }

    private ToolProcess run(String script) throws Exception {
        return ToolProcess.start(directory, command("run", "n", "--", "sh", "-c", script));
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "HUP, 129"})
    void signalThatKillsTheCommand_leavesNothingBehind(String signal, int status) throws Exception {
        Path pids = file("pids");
        try (ToolProcess run = run("echo $$ >" + pids + "; sleep 300 & echo $! >>" + pids + "; exec sleep 300")) {
            ToolProcess.until("both run", () -> ToolProcess.survivors(pids).size() == 2);
            run.signal(signal);
            assertThat(run.status()).as(run.err()).isEqualTo(status);
            assertThat(ToolProcess.survivors(pids)).isEmpty();
            assertThat(run.out() + run.err()).isEmpty();
        }
    }

    @Test
    void commandHasTheStandardStreams_andNoPassword() throws Exception {
        List<String> words = new ArrayList<>(List.of("env", "CLAVIGER_PASSWORD=secret", "CLAVIGER_URL=claviger://h"));
        words.addAll(command(
                "run", "n", "m", "--", "sh", "-c", "read x; echo got $x; env | grep ^CLAVIGER_ | sort; echo e >&2"));
        try (ToolProcess run = ToolProcess.start(directory, words)) {
            run.type("word\n");
            assertThat(run.status()).isZero();
            assertThat(run.out()).isEqualTo("""
                            got word
                            CLAVIGER_KEY=key-of-n,key-of-m
                            CLAVIGER_LOCK=n,m
                            CLAVIGER_TOKEN=2,1
                            CLAVIGER_URL=claviger://h
                            """);
            assertThat(run.err()).isEqualTo("e\n");
        }
    }

    @Test
    void ignoredSignalStaysIgnored_asUnderNohup() throws Exception {
        Path log = file("log");
        String words = command("run", "n", "--", "sh", "-c", "echo x >" + log + "; sleep 1").stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        try (ToolProcess run = ToolProcess.start(directory, List.of("/bin/sh", "-c", "trap '' HUP; exec " + words))) {
            ToolProcess.until("the command runs", () -> Files.exists(log));
            run.signal("HUP");
            assertThat(run.status()).isZero();
        }
    }

    @Test
    void ctrlCAtTheTerminalReachesTheCommandOnce_andItsStatusStands() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "needs script(1) of util-linux");
        Path log = file("log");
        Path script = Files.writeString(
                file("command.sh"),
                "trap 'echo int >>" + log + "' INT; echo begin >" + log
                        + "\nn=0; while [ $n -lt 10 ]; do sleep 0.1; n=$((n+1)); done; echo end >>" + log
                        + "; exit 6\n");
        String words = String.join(" ", command("run", "n", "--", "sh", script.toString()));
        try (ToolProcess terminal =
                ToolProcess.start(directory, List.of("/usr/bin/script", "-qec", "exec " + words, "/dev/null"))) {
            ToolProcess.until("the command runs", () -> Files.exists(log));
            terminal.type("\u0003");
            assertThat(terminal.status()).isEqualTo(6);
            assertThat(ToolProcess.read(log)).isEqualTo("begin\nint\nend\n");
        }
    }

    @Test
    void S7_stoppedAndResumedAfterTheEnd_killsAtOnce() throws Exception {
        Path pids = file("pids");
        List<String> words = command(
                "run",
                "--grace=1s",
                "n",
                "--",
                "sh",
                "-c",
                "trap 'echo term >" + file("log") + "' TERM; echo $$ >" + pids + "; while :; do sleep 0.05; done");
        words.add(1, "-Dvalidity=3s");
        try (ToolProcess run = ToolProcess.start(directory, words)) {
            ToolProcess.until("it runs", () -> ToolProcess.survivors(pids).size() == 1);
            run.signal("STOP");
            Thread.sleep(3_500);
            assertThat(ToolProcess.survivors(pids)).hasSize(1);
            long start = System.nanoTime();
            run.signal("CONT");
            assertThat(run.status()).as(run.err()).isEqualTo(122);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
            assertThat(ToolProcess.survivors(pids)).isEmpty();
            assertThat(file("log")).doesNotExist();
            assertThat(run.err())
                    .startsWith("claviger run: lost 'n' (its lease was not renewed in time); stopping the command\n")
                    .contains("sending KILL");
        }
    }

    @Test
    void revokedHoldIs122() throws Exception {
        List<String> words = command("hold", "n");
        words.add(1, "-Drevoke=" + file("revoke"));
        try (ToolProcess hold = ToolProcess.start(directory, words)) {
            hold.untilOutput("held n token 1\n");
            Files.createFile(file("revoke"));
            assertThat(hold.status()).isEqualTo(122);
            assertThat(hold.err()).isEqualTo("claviger hold: lost 'n' (an administrator took it back)\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM", "INT", "HUP"})
    void holdEndsWith0AtASignal(String signal) throws Exception {
        try (ToolProcess hold = ToolProcess.start(directory, command("hold", "n"))) {
            hold.untilOutput("held n token 1\n");
            hold.signal(signal);
            assertThat(hold.status()).isZero();
            assertThat(hold.err()).isEmpty();
        }
    }

    @Test
    void holdEndsWithItsInput_onlyIfAsked() throws Exception {
        String shell = "exec \"$@\" </dev/null";
        List<String> words = new ArrayList<>(List.of("sh", "-c", shell, "sh"));
        words.addAll(command("hold", "n"));
        try (ToolProcess hold = ToolProcess.start(directory, words)) {
            hold.untilOutput("held n token 1\n");
            Thread.sleep(300);
            assertThat(hold.running()).isTrue();
        }
        words.add(words.size() - 1, "--until-eof");
        try (ToolProcess hold = ToolProcess.start(directory, words)) {
            assertThat(hold.status()).isZero();
            assertThat(hold.out()).isEqualTo("held n token 1\n");
        }
    }
}
