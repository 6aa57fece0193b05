package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.cli.process.ToolProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code claviger run} and {@code hold} on a table of an emulated DynamoDB. */
class RunOnTableE2eTest {
    private static final AtomicInteger TABLES = new AtomicInteger();

    private final String table = "run-" + TABLES.incrementAndGet();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @BeforeEach
    void makeTable() throws Exception {
        assertThat(InJvm.start(new ClientOpener(), Emulated.here(), "table", "create", table)
                        .status())
                .isZero();
    }

    private InJvm here(String url, String... args) throws Exception {
        InJvm run = InJvm.start(
                new ClientOpener(), Map.of("CLAVIGER_URL", url, "CLAVIGER_CONNECT_TIMEOUT", Emulated.PATIENT), args);
        run.status();
        return run;
    }

    private static void assertRefused(InJvm run, int status, String line) throws Exception {
        assertThat(run.err()).isEqualTo(line + "\n");
        assertThat(run.status()).isEqualTo(status);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void twoRunsExcludeEachOther_andTokensGrow_byProcessesOfTheirOwn() throws Exception {
        Map<String, String> environment = new HashMap<>(Emulated.environment());
        environment.put("CLAVIGER_URL", "dynamodb:" + table);
        Path up = directory.resolve("up");
        Path go = directory.resolve("go");
        String script =
                "echo $CLAVIGER_LOCK $CLAVIGER_TOKEN; touch " + up + "; until [ -e " + go + " ]; do sleep 0.05; done";
        try (Program first = Program.java("claviger", environment, "run", "n", "--", "sh", "-c", script)) {
            ToolProcess.until("the first runs", () -> Files.exists(up));
            assertNotGranted(
                    "'n' is held by process \\d+ on host \\S+ \\(claviger run\\); not granted", "--no-wait", "n");
            assertNotGranted(
                    "'n' was not granted within 300ms; it is held by process \\d+ on host \\S+ \\(claviger run\\)",
                    "--wait=300ms",
                    "n");
            assertNotGranted("'m', 'n' cannot all be had now; not granted", "--no-wait", "m", "n");
            Files.createFile(go);
            Program.Result one = first.await();
            Program.Result two = Program.java(
                            "claviger", environment, "run", "n", "--", "sh", "-c", "echo n $CLAVIGER_TOKEN; exit 7")
                    .await();
            assertThat(one.err() + two.err()).isEmpty();
            assertThat(one.status()).isZero();
            assertThat(two.status()).isEqualTo(7);
            assertThat(token(two)).isGreaterThan(token(one));
        }
    }

    private void assertNotGranted(String line, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of("run"));
        all.addAll(List.of(words));
        all.addAll(List.of("--", "true"));
        InJvm run = here(Emulated.url(table), all.toArray(String[]::new));
        assertThat(run.status()).isEqualTo(123);
        assertThat(run.err())
                .matches("claviger run: " + line
                        + "\\. On a table, who crashed is followed only by somebody who has waited "
                        + "for longer than its lease \\(default 20s\\), such as with --wait 30s\n");
    }

    private static long token(Program.Result run) {
        assertThat(run.out()).matches("n \\d+\n");
        return Long.parseLong(run.out().strip().substring(2));
    }

    @Test
    void hold_releasesAfterASignal() throws Exception {
        InJvm hold = InJvm.start(new ClientOpener(), Map.of("CLAVIGER_URL", Emulated.url(table)), "hold", "n");
        ToolProcess.until("it holds", () -> hold.out().startsWith("held n token "));
        hold.signal(io.claviger.cli.process.Signals.Kind.TERM);
        assertThat(hold.status()).isZero();
        assertThat(here(Emulated.url(table), "run", "--no-wait", "n", "--", "true")
                        .status())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--session-ttl=30s | --session-ttl (CLAVIGER_SESSION_TTL) goes with a server, not with a DynamoDB table, which "
                        + "keeps no sessions; --lease says how long a lock outlives its holder",
                "--tls | --tls, --tls-ca, --tls-cert and --tls-key (CLAVIGER_TLS…) go with a server, not with a DynamoDB table, "
                        + "whose endpoint says https or http",
                "--password=x | --password and --password-file (CLAVIGER_PASSWORD…) go with a server, not with a DynamoDB "
                        + "table, which wants credentials of AWS",
                "--connect-timeout=1h | --connect-timeout: the time to reach a table is from 100 ms to 5 min, but this is 1 h",
            })
    void optionsOfServers_areRefused(String option, String line) throws Exception {
        assertRefused(here(Emulated.url(table), "run", option, "n", "--", "true"), 2, "claviger run: " + line.strip());
    }

    @Test
    void graceThatIsNotShorterThanTheLease_isRefused_andALongOneMakesTheLeaseLonger() throws Exception {
        assertRefused(
                here(Emulated.url(table) + "&lease=4s", "run", "n", "--", "true"),
                2,
                "claviger run: --grace: 5s is not shorter than the lease of 4s");
        assertThat(here(Emulated.url(table), "run", "--grace=30s", "n", "--", "true")
                        .status())
                .isZero();
        assertThat(here(Emulated.url(table) + "&lease=4s", "run", "--lease=20s", "n", "--", "true")
                        .status())
                .isZero();
    }

    @Test
    void wrongPlaces_areOneLine() throws Exception {
        assertRefused(
                here(Emulated.url("absent"), "run", "n", "--", "true"),
                125,
                "claviger run: there is no table 'absent'; create it (claviger table create), or see whether region and "
                        + "endpoint are right");
        ForeignTables.create(table + "-foreign");
        assertRefused(
                here(Emulated.url(table + "-foreign"), "hold", "n"),
                125,
                "claviger hold: the table '" + table
                        + "-foreign' has the key pk (S), but locks in the layout native need " + "the key lockKey (S)");
        var nowhere = here(
                "dynamodb:" + table + "?endpoint=http://nowhere.invalid&region=eu-west-1", "run", "n", "--", "true");
        assertThat(nowhere.status()).isEqualTo(125);
        // Where names are looked up slowly, the wait for a connection ends first, and the reason is told in other
        // words.
        assertThat(nowhere.err())
                .startsWith("claviger run: no answer from the table '" + table + "': ")
                .hasLineCount(1);
        assertThat(here("dynamodb:" + table + "?zone=1", "run", "n", "--", "true")
                        .err())
                .startsWith("claviger run: --url: 'dynamodb:" + table
                        + "?zone=1' is no place of locks: 'zone' is no option of a table; there are region,")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({"ls", "sessions", "status", "why n", "show n", "unlock n --all", "bench"})
    void commandsThatNeedAServer_saySo(String words) throws Exception {
        String command = words.split(" ", 2)[0];
        assertRefused(
                here("dynamodb:" + table, words.split(" ", -1)),
                2,
                "claviger " + command + ": --url: 'dynamodb:" + table + "' is a DynamoDB table, but claviger " + command
                        + " needs a server, such as claviger://localhost:3144 (environment variable CLAVIGER_URL)");
    }

    @Test
    void theDefaultRegionOfOtherTools_isTaken() throws Exception {
        Map<String, String> environment = new HashMap<>(Emulated.environment());
        environment.put("AWS_REGION", "");
        environment.put("AWS_DEFAULT_REGION", Emulated.REGION);
        Program.Result run = Program.java(
                        "claviger", environment, "run", "--url", "dynamodb:" + table, "default", "--", "true")
                .await();
        assertThat(run).isEqualTo(new Program.Result(0, "", ""));
    }

    @Test
    void withoutRegionOrCredentials_itIsOneLine() throws Exception {
        Map<String, String> environment = new HashMap<>(Emulated.withoutAws());
        Program.Result noRegion = Program.java(
                        "claviger", environment, "run", "--url", "dynamodb:" + table, "n", "--", "true")
                .await();
        assertThat(noRegion)
                .isEqualTo(new Program.Result(
                        125,
                        "",
                        "claviger run: no AWS region: set AWS_REGION, name a profile that has one, or give it: "
                                + "dynamodb:TABLE?region=… or, to 'claviger table', --region\n"));
        environment.put("AWS_REGION", Emulated.REGION);
        Program.Result noCredentials = Program.java(
                        "claviger", environment, "run", "--url", "dynamodb:" + table, "n", "--", "true")
                .await();
        assertThat(noCredentials)
                .isEqualTo(new Program.Result(
                        125,
                        "",
                        "claviger run: no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile, or "
                                + "give this machine a role\n"));
    }

    @Test
    void aMetadataServiceThatDoesNotAnswer_isNotWaitedForBeyondTheLimit() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Map<String, String> environment = new HashMap<>(Emulated.withoutAws());
            environment.put("AWS_EC2_METADATA_DISABLED", "false");
            environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:" + silent.getLocalPort());
            // The SDK would wait for each of its questions there for a minute.
            environment.put("AWS_METADATA_SERVICE_TIMEOUT", "60");
            Program.Result run = Program.java(
                            "claviger",
                            environment,
                            "run",
                            "--connect-timeout=500ms",
                            "--url",
                            "dynamodb:" + table,
                            "n",
                            "--",
                            "true")
                    .await();
            assertThat(run.status()).isEqualTo(125);
            assertThat(run.err()).startsWith("claviger run: no AWS region").hasLineCount(1);
        }
    }
}
