package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.DistributedLock;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.cli.process.Signals;
import io.claviger.cli.process.ToolProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code claviger run} and {@code hold} against locks in this JVM, with real commands. */
class RunCommandE2eTest {
    private final String uri = "local:" + UUID.randomUUID();
    private final Connection.Opener opener = connection -> LockClient.connect(uri);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private LockClient others;

    @BeforeEach
    void open() {
        others = LockClient.connect(uri);
    }

    @AfterEach
    void close() {
        others.close();
    }

    private Path file() {
        return directory.resolve("file");
    }

    private InJvm run(String... args) {
        return run(Map.of(), args);
    }

    private InJvm run(Map<String, String> environment, String... args) {
        List<String> all = new ArrayList<>(List.of("run"));
        all.addAll(List.of(args));
        return InJvm.start(opener, environment, all.toArray(String[]::new));
    }

    private void assertFree(DistributedLock lock) {
        lock.tryAcquire().orElseThrow().close();
    }

    @ParameterizedTest
    @CsvSource({"exit 0, 0", "exit 8, 8", "exit 255, 255", "kill -TERM $$, 143", "kill -KILL $$, 137"})
    void statusIsTheCommands_andTheLockIsReleased(String script, int status) throws Exception {
        InJvm run = run("n", "--", "sh", "-c", script);
        assertThat(run.status()).as(run.err()).isEqualTo(status);
        assertThat(run.out() + run.err()).isEmpty();
        assertFree(others.lock("n"));
    }

    @Test
    void commandKnowsWhatItHolds_andTheLockIsHeldMeanwhile() throws Exception {
        InJvm run = run(
                "n",
                "--",
                "sh",
                "-c",
                "echo $CLAVIGER_LOCK $CLAVIGER_TOKEN $CLAVIGER_KEY >" + file() + ".part; mv " + file() + ".part "
                        + file() + "; sleep 300");
        ToolProcess.until("the command runs", () -> Files.exists(file()));
        assertThat(ToolProcess.read(file())).matches("n \\d+ \\S+\n");
        assertThat(others.lock("n").tryAcquire()).isEmpty();
        run.signal(Signals.Kind.TERM);
        assertThat(run.status()).isEqualTo(143);
        assertFree(others.lock("n"));
    }

    @ParameterizedTest
    @CsvSource({"run --url claviger://given:1 n", "--url claviger://given:1 run n"})
    void urlOfTheCommandLineIsTheCommandsToo(String words) throws Exception {
        List<String> all = new ArrayList<>(List.of(words.split(" ")));
        all.addAll(List.of("--", "sh", "-c", "echo $CLAVIGER_URL >" + file()));
        InJvm given = InJvm.start(opener, Map.of("CLAVIGER_URL", "claviger://variable:1"), all.toArray(String[]::new));
        assertThat(given.status()).as(given.err()).isZero();
        assertThat(ToolProcess.read(file())).isEqualTo("claviger://given:1\n");
    }

    @Test
    void withoutAUrlOnTheCommandLine_theCommandHasTheEnvironmentsOnly() throws Exception {
        InJvm run = run("n", "--", "sh", "-c", "echo ${CLAVIGER_URL-none} >" + file());
        assertThat(run.status()).as(run.err()).isZero();
        String inherited = System.getenv("CLAVIGER_URL");
        assertThat(ToolProcess.read(file())).isEqualTo((inherited == null ? "none" : inherited) + "\n");
    }

    @Test
    void severalNames_allOrNone_inTheOrderGiven() throws Exception {
        InJvm all = run("b", "a", "--", "sh", "-c", "echo $CLAVIGER_LOCK $CLAVIGER_TOKEN >" + file());
        assertThat(all.status()).isZero();
        assertThat(ToolProcess.read(file())).matches("b,a \\d+,\\d+\n");
        String[] tokens = ToolProcess.read(file()).strip().split("[ ,]", -1);
        // Taken in byte order, whatever the order given.
        assertThat(Long.parseLong(tokens[3])).isLessThan(Long.parseLong(tokens[2]));

        try (Lease b = others.lock("b").tryAcquire().orElseThrow()) {
            assertThat(b.isValid()).isTrue();
            InJvm none = run("--no-wait", "a", "b", "--", "true");
            assertThat(none.status()).isEqualTo(123);
            assertThat(none.err()).isEqualTo("claviger run: 'a', 'b' cannot all be had now; not granted\n");
            assertFree(others.lock("a"));
        }
    }

    @Test
    void notGrantedIs123_inOneLine() throws Exception {
        try (Lease held = others.lock("n").tryAcquire().orElseThrow()) {
            assertThat(held.isValid()).isTrue();
            InJvm atOnce = run("--no-wait", "n", "--", "touch", file().toString());
            assertThat(atOnce.status()).isEqualTo(123);
            assertThat(atOnce.err()).isEqualTo("claviger run: 'n' is held; not granted\n");
            InJvm later = run("--wait", "200ms", "n", "--", "touch", file().toString());
            assertThat(later.status()).isEqualTo(123);
            assertThat(later.err()).isEqualTo("claviger run: 'n' was not granted within 200ms\n");
            assertThat(file()).doesNotExist();
        }
    }

    @Test
    void waitsUntilTheLockIsFree() throws Exception {
        InJvm run;
        try (Lease held = others.lock("n").tryAcquire().orElseThrow()) {
            assertThat(held.isValid()).isTrue();
            run = run("n", "--", "touch", file().toString());
            Thread.sleep(300);
            assertThat(run.running()).isTrue();
            assertThat(file()).doesNotExist();
        }
        assertThat(run.status()).isZero();
        assertThat(file()).exists();
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "HUP, 129"})
    void signalWhileWaitingWithdraws(Signals.Kind signal, int status) throws Exception {
        try (Lease held = others.lock("n").tryAcquire().orElseThrow()) {
            assertThat(held.isValid()).isTrue();
            InJvm run = run("n", "--", "touch", file().toString());
            run.signal(signal);
            assertThat(run.status()).isEqualTo(status);
            assertThat(run.err()).isEmpty();
        }
        assertThat(file()).doesNotExist();
        assertFree(others.lock("n"));
    }

    @Test
    void readersShare_andAPlainRunIsToldOfTheOptions() throws Exception {
        try (Lease reader = others.readWriteLock("n").readLock().tryAcquire().orElseThrow()) {
            assertThat(reader.isValid()).isTrue();
            assertThat(run("--no-wait", "--shared", "n", "--", "true").status()).isZero();
            assertThat(run("--no-wait", "--exclusive", "n", "--", "true").status())
                    .isEqualTo(123);
            InJvm plain = run("n", "--", "true");
            assertThat(plain.status()).isEqualTo(123);
            assertThat(plain.err())
                    .startsWith("claviger run: 'n' is in use with another capacity")
                    .contains("--shared", "--exclusive")
                    .hasLineCount(1);
        }
        assertThat(run("--exclusive", "n", "--", "true").status()).isZero();
    }

    @Test
    void permitsOfASemaphore() throws Exception {
        try (Lease two = others.semaphore("n", 3).permits(2).tryAcquire().orElseThrow()) {
            assertThat(two.isValid()).isTrue();
            assertThat(run("--no-wait", "--capacity=3", "n", "--", "true").status())
                    .isZero();
            assertThat(run("--no-wait", "--capacity=3", "--permits=2", "n", "--", "true")
                            .status())
                    .isEqualTo(123);
        }
    }

    @Test
    void leaseIsRenewed_alsoWithALongGrace() throws Exception {
        InJvm run = run("--lease=2s", "--grace=1600ms", "n", "--", "sleep", "4");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
    }

    @Test
    void graceThatLeavesNoTimeIsRefused_beforeTheCommandRuns() throws Exception {
        InJvm run = run("--lease=1s", "--grace=999ms", "n", "--", "touch", file().toString());
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("claviger run: the lock ends too soon for a grace of 999ms; the command was not run\n");
        assertThat(file()).doesNotExist();
        assertFree(others.lock("n"));
    }

    @Test
    void commandThatCannotBeRunIsAsInAShell_andNobodyIsAsked() throws Exception {
        InJvm missing = run("n", "--", "no-such-command-here");
        assertThat(missing.status()).isEqualTo(127);
        assertThat(missing.err()).isEqualTo("claviger run: command not found: 'no-such-command-here'\n");
        InJvm folder = run("n", "--", directory.toString());
        assertThat(folder.status()).isEqualTo(126);
        assertThat(folder.err()).isEqualTo("claviger run: cannot execute: '" + directory + "': Is a directory\n");
        InJvm tooLong = run("n", "--", "true", "x".repeat(3_000_000));
        assertThat(tooLong.status()).isEqualTo(126);
        assertThat(tooLong.err()).isEqualTo("claviger run: cannot execute: 'true': Argument list too long\n");
        assertFree(others.lock("n"));
    }

    @Test
    void commandMayHaveSeparatorsAndOptionsOfItsOwn() throws Exception {
        InJvm run = run("n", "--", "sh", "-c", "printf '%s|' \"$@\" >" + file(), "_", "--", "--wait", "@x", "", "'q'");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(ToolProcess.read(file())).isEqualTo("--|--wait|@x||'q'|");
    }

    @Test
    void serverThatIsNotThereIs125_andOneThatRefusesUs() throws Exception {
        Connection.Opener nobody = connection -> {
            throw new UnavailableException("no server at " + connection.url().text() + ": refused");
        };
        InJvm gone = InJvm.start(nobody, "--url", "claviger://h:1", "run", "n", "--", "true");
        assertThat(gone.status()).isEqualTo(125);
        assertThat(gone.err()).isEqualTo("claviger run: no server at claviger://h:1: refused\n");
        Connection.Opener strict = connection -> {
            throw new RejectedException("wrong password");
        };
        InJvm refused = InJvm.start(strict, "hold", "--url", "claviger://h:1", "n");
        assertThat(refused.status()).isEqualTo(125);
        assertThat(refused.err()).isEqualTo("claviger hold: wrong password\n");
    }

    @Test
    void holdPrintsItsToken_andReleasesAtASignal() throws Exception {
        InJvm hold = InJvm.start(opener, "hold", "n");
        ToolProcess.until("it holds", () -> hold.out().endsWith("\n"));
        assertThat(hold.out()).matches("held n token \\d+\n");
        assertThat(others.lock("n").tryAcquire()).isEmpty();
        Thread.sleep(200);
        assertThat(hold.running()).isTrue();
        hold.signal(Signals.Kind.TERM);
        assertThat(hold.status()).isZero();
        assertThat(hold.err()).isEmpty();
        assertFree(others.lock("n"));
    }

    @Test
    void holdIsNotGranted_orWaits() throws Exception {
        try (Lease held = others.lock("n", io.claviger.LockOptions.lease(Duration.ofMinutes(1)))
                .tryAcquire()
                .orElseThrow()) {
            assertThat(held.isValid()).isTrue();
            InJvm hold = InJvm.start(opener, "hold", "--no-wait", "n");
            assertThat(hold.status()).isEqualTo(123);
            assertThat(hold.err()).isEqualTo("claviger hold: 'n' is held; not granted\n");
        }
    }
}
