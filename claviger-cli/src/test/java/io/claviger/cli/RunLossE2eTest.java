package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.LockClient;
import io.claviger.LossReason;
import io.claviger.cli.process.Signals;
import io.claviger.cli.process.ToolProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a command whose lock ends, with real commands and a lock that the test decides about. */
class RunLossE2eTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    private InJvm run(FakeLocks locks, String script, String... options) {
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(List.of(options));
        // The shell reports killed children.
        words.addAll(List.of("n", "--", "sh", "-c", "exec 2>/dev/null; " + script));
        return InJvm.start(connection -> LockClient.over(locks), words.toArray(String[]::new));
    }

    private Path pids() {
        return directory.resolve("pids");
    }

    /** A script that writes down its own process and all it starts: a child, a grandchild, and an orphan. */
    private String family() {
        return "echo $$ >" + pids() + "; sleep 300 & echo $! >>" + pids() + "; sh -c 'sleep 300 & echo $! >>" + pids()
                + "; wait' & (setsid sleep 300 & echo $! >>" + pids() + "); wait";
    }

    /** A script that goes on after TERM, and writes down that it got it, and that it lives. */
    private String stubborn() {
        return "trap 'echo term >" + directory.resolve("log") + "' TERM; echo $$ >" + pids()
                + "; while :; do echo alive >" + lifeSign() + "; sleep 0.05; done";
    }

    private Path lifeSign() {
        return directory.resolve("alive");
    }

    private void untilFamily(int size) throws InterruptedException {
        ToolProcess.until("the family runs", () -> ToolProcess.survivors(pids()).size() == size);
    }

    private void assertStopped(InJvm run, FakeLocks locks) throws Exception {
        assertThat(run.status()).as(run.err()).isEqualTo(122);
        assertThat(ToolProcess.survivors(pids())).isEmpty();
        assertThat(locks.allReleased()).isTrue();
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    @ParameterizedTest
    @CsvSource({
        "REVOKED, an administrator took it back",
        "RELEASED, someone else who knew its key released it",
        "SESSION_LOST, the server does not know the session any more"
    })
    void lossStopsTheCommandAndAllItStarted(LossReason reason, String words) throws Exception {
        FakeLocks locks = new FakeLocks(Duration.ofMinutes(1));
        InJvm run = run(locks, family());
        untilFamily(4);
        long start = System.nanoTime();
        locks.lose(reason);

        assertStopped(run, locks);
        assertThat(since(start)).isLessThan(Duration.ofSeconds(4));
        assertThat(run.err()).isEqualTo("claviger run: lost 'n' (" + words + "); stopping the command\n");
    }

    @Test
    void whatIgnoresTermIsKilledAfterTheGrace() throws Exception {
        FakeLocks locks = new FakeLocks();
        InJvm run = run(locks, stubborn(), "--grace=1s");
        untilFamily(1);
        long start = System.nanoTime();
        locks.lose(LossReason.REVOKED);

        assertStopped(run, locks);
        assertThat(since(start)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(4));
        assertThat(ToolProcess.read(directory.resolve("log"))).isEqualTo("term\n");
        assertThat(run.err()).hasLineCount(2).contains("still running 1 s after TERM, sending KILL: [");
    }

    @ParameterizedTest
    @EnumSource(names = {"EXPIRED", "SUSPENDED"})
    void validityThatIsOverLeavesNoGrace(LossReason reason) throws Exception {
        FakeLocks locks = new FakeLocks(Duration.ofMinutes(1));
        InJvm run = run(locks, stubborn(), "--grace=30s");
        untilFamily(1);
        long start = System.nanoTime();
        locks.lose(reason);

        assertStopped(run, locks);
        assertThat(since(start)).isLessThan(Duration.ofSeconds(10));
        assertThat(directory.resolve("log")).doesNotExist();
    }

    @Test
    void S7_lockThatCannotBeRenewed_termAGraceBeforeItsEnd_andGoneAtItsEnd() throws Exception {
        FakeLocks locks = new FakeLocks(Duration.ofSeconds(6));
        InJvm run = run(locks, stubborn(), "--grace=2s");
        untilFamily(1);
        locks.becomeUnreachable();
        Instant latestEnd = Instant.now().plusSeconds(6);
        assertStopped(run, locks);
        // By what the command itself left behind, since a busy machine may keep this test from looking in time.
        Instant term = Files.getLastModifiedTime(directory.resolve("log")).toInstant();
        Instant lastSign = Files.getLastModifiedTime(lifeSign()).toInstant();
        assertThat(term).isBefore(lastSign);
        assertThat(lastSign).as("time of its end").isBefore(latestEnd);
        assertThat(run.err())
                .startsWith("claviger run: 'n' could not be renewed in time; stopping the command\n")
                .hasLineCount(2);
    }

    @Test
    void lockThatIsRenewedTooLateForAnyGrace_is122_sinceNoOptionIsWrong() throws Exception {
        FakeLocks locks = new FakeLocks(Duration.ofSeconds(4));
        InJvm run = run(locks, "touch " + directory.resolve("ran"), "--grace=5s");
        assertThat(run.status()).isEqualTo(122);
        assertThat(run.err()).isEqualTo("claviger run: 'n' could not be renewed in time; the command was not run\n");
        assertThat(directory.resolve("ran")).doesNotExist();
    }

    @Test
    void commandThatEndsInTheGrace_isStill122() throws Exception {
        FakeLocks locks = new FakeLocks(Duration.ofSeconds(3));
        InJvm run = run(locks, family(), "--grace=2s");
        untilFamily(4);
        locks.becomeUnreachable();
        assertStopped(run, locks);
        assertThat(run.err()).isEqualTo("claviger run: 'n' could not be renewed in time; stopping the command\n");
    }

    @Test
    void lossThatTheReleaseFinds_is122() throws Exception {
        FakeLocks locks = new FakeLocks();
        Path go = directory.resolve("go");
        InJvm run = run(locks, "echo $$ >" + pids() + "; until [ -e " + go + " ]; do sleep 0.05; done; exit 3");
        untilFamily(1);
        locks.loseSilently(LossReason.RELEASED);
        Files.createFile(go);
        assertThat(run.status()).isEqualTo(122);
        assertThat(run.err())
                .isEqualTo(
                        "claviger run: lost 'n' (someone else who knew its key released it) before the command ended\n");
    }

    @ParameterizedTest
    @CsvSource({"TERM, 3", "INT, 3", "HUP, 3"})
    void signalIsPassedOn_andTheLockHeldUntilAllHasEnded(Signals.Kind signal, int status) throws Exception {
        FakeLocks locks = new FakeLocks();
        String script = "trap 'echo got >" + directory.resolve("log") + "; sleep 0.5; exit 3' " + signal
                + "; setsid sleep 300 & echo $! >" + pids() + "; echo $$ >>" + pids()
                + "; while :; do sleep 0.05; done";
        InJvm run = run(locks, script);
        untilFamily(2);
        run.signal(signal);
        ToolProcess.until(
                "it got it", () -> !ToolProcess.read(directory.resolve("log")).isEmpty());
        assertThat(locks.allReleased()).isFalse();

        assertThat(run.status()).as(run.err()).isEqualTo(status);
        assertThat(ToolProcess.survivors(pids())).isEmpty();
        assertThat(locks.allReleased()).isTrue();
        assertThat(run.err()).isEmpty();
    }

    @Test
    void commandThatEndsByItselfMayLeaveADaemonBehind() throws Exception {
        FakeLocks locks = new FakeLocks();
        InJvm run = run(locks, "setsid sleep 300 >/dev/null 2>&1 </dev/null & echo $! >" + pids() + "; exit 4");
        assertThat(run.status()).isEqualTo(4);
        assertThat(locks.allReleased()).isTrue();
        assertThat(ToolProcess.survivors(pids())).hasSize(1);
        ProcessHandle.of(ToolProcess.survivors(pids()).get(0)).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void holdTellsOfALoss() throws Exception {
        FakeLocks locks = new FakeLocks();
        InJvm hold = InJvm.start(connection -> LockClient.over(locks), "hold", "n");
        ToolProcess.until("it holds", () -> hold.out().equals("held n token 1\n"));
        locks.lose(LossReason.REVOKED);
        assertThat(hold.status()).isEqualTo(122);
        assertThat(hold.err()).isEqualTo("claviger hold: lost 'n' (an administrator took it back)\n");
        assertThat(locks.allReleased()).isTrue();
    }
}
