package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.client.RemoteConfig;
import io.claviger.protocol.ldlm.TryLockRequest;
import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import io.claviger.server.security.Security;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** {@code ls}, {@code show}, {@code why}, {@code unlock}, {@code sessions} and {@code status} against a server in this JVM. */
class AdminCommandsTest {
    /** A line end, a quotation mark, an escape sequence and a picture. */
    private static final String ODD = "a \"b\"\n\u001b[2J 🔑 é";

    private static final Duration LONG = Duration.ofSeconds(30);

    @SuppressWarnings("NullAway.Init") // set before each test
    private ClavigerServer server;

    @SuppressWarnings("NullAway.Init") // set before each test
    private String url;

    @SuppressWarnings("NullAway.Init") // set before each test
    private LockClient client;

    @BeforeEach
    void start() throws Exception {
        server = ClavigerServer.start(
                ServerConfig.builder().textPort(ServerConfig.OFF).grpcPort(0).build());
        url = "claviger://127.0.0.1:" + server.fronts().get(0).address().getPort();
        client = RemoteConfig.parse(url).toBuilder()
                .label("db1 pid 77 nightly.jar")
                .build()
                .connect();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    /** What a command left behind. */
    private record Result(int status, String out, String err) {}

    private Result run(Map<String, String> environment, String... args) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of("CLAVIGER_URL", url));
        all.putAll(environment);
        InJvm run = InJvm.start(new ClientOpener(), all, args);
        int status = run.status();
        return new Result(status, run.out(), run.err());
    }

    private Result run(String... args) throws Exception {
        return run(Map.of(), args);
    }

    /** JSON is YAML as well, whose reader is there. It also refuses what is neither. */
    @SuppressWarnings("unchecked")
    private Map<String, Object> json(String... args) throws Exception {
        Result result = run(args);
        assertThat(result.status()).as(result.err()).isZero();
        assertThat(result.out()).hasLineCount(1);
        Object document = new Load(LoadSettings.builder().build()).loadFromString(result.out());
        assertThat(document).isInstanceOf(Map.class);
        return document instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<String, Object> document, String field) {
        return (List<Map<String, Object>>) Objects.requireNonNull(document.get(field), field);
    }

    private void waitFor(String name) throws Exception {
        long end = System.nanoTime() + LONG.toNanos();
        while (((Number) json("show", "--json", name).getOrDefault("waiting", 0)).intValue() == 0) {
            assertThat(System.nanoTime() - end).isNegative();
        }
    }

    @Test
    void lsShowsEachKindOfLock() throws Exception {
        try (Lease plain = client.lock("plain", LockOptions.lease(LONG)).acquire();
                Lease reader = client.readWriteLock("rw").readLock().acquire();
                Lease writer = client.readWriteLock("rw2").writeLock().acquire();
                Lease permits = client.semaphore("sem", 5).permits(3).acquire()) {
            List<String> lines = run("ls").out().lines().toList();
            assertThat(lines).hasSize(5);
            assertThat(lines.get(0)).matches("NAME +HELD +WAITING +HOLDER +SINCE +LEASE LEFT +TOKEN");
            assertThat(lines.get(1))
                    .matches("plain +1/1 +0 +db1 pid 77 nightly.jar +\\d+s +(29|30)s +"
                            + plain.token().value());
            assertThat(lines.get(2))
                    .matches("rw +1 reader +0 .* - +" + reader.token().value());
            assertThat(lines.get(3))
                    .matches("rw2 +writer +0 .* - +" + writer.token().value());
            assertThat(lines.get(4)).matches("sem +3/5 .*" + permits.token().value());
            assertThat(run("ls", "rw").out().lines()).hasSize(3);
            Map<String, Object> first =
                    list(json("ls", "--json", "plain"), "locks").get(0);
            assertThat(first)
                    .containsEntry("name", "plain")
                    .containsEntry("kind", "lock")
                    .containsEntry("capacity", 1)
                    .containsEntry("available", 0)
                    .containsEntry("waiting", 0);
            assertThat(list(first, "holders").get(0))
                    .containsEntry("token", plain.token().value())
                    .containsEntry("label", "db1 pid 77 nightly.jar")
                    .containsEntry("revoked", false);
        }
        Result none = run("ls");
        assertThat(none.status()).isZero();
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).isEqualTo("claviger ls: no lock is in use\n");
        assertThat(list(json("ls", "--json"), "locks")).isEmpty();
    }

    @Test
    void lsPagesThroughManyNames() throws Exception {
        List<CompletableFuture<?>> leases = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            leases.add(client.lock(String.format("many/%04d", i)).acquireAsync());
        }
        CompletableFuture.allOf(leases.toArray(new CompletableFuture<?>[0])).get();
        List<String> lines = run("ls", "many/").out().lines().toList();
        assertThat(lines).hasSize(2_501);
        assertThat(lines.get(2_500)).startsWith("many/2499 ");
        assertThat(list(json("ls", "--json"), "locks")).hasSize(2_500);
    }

    @Test
    void oddNamesCannotActUponTheTerminal() throws Exception {
        try (Lease lease = client.lock(ODD).acquire()) {
            assertThat(lease.isValid()).isTrue();
            String shown = "a \"b\"\\x0a\\x1b[2J 🔑 é";
            assertThat(run("ls").out()).contains(shown).hasLineCount(2);
            assertThat(run("show", ODD).out()).startsWith("'" + shown + "', a lock: 1 of 1 permit held");
            assertThat(run("why", ODD).out()).startsWith("'" + shown + "' is held by\n");
            assertThat(run("unlock", ODD, "--token", "1").err()).contains("'" + shown + "' is in use");
            assertThat(json("show", "--json", ODD)).containsEntry("name", ODD);
        }
    }

    @Test
    void showAndWhyTellOfHoldersAndQueue() throws Exception {
        try (Lease lease =
                client.lock("n", LockOptions.lease(LONG).withActor("job 7")).acquire()) {
            var waiting = client.lock("n").acquireAsync();
            waitFor("n");
            assertThat(run("show", "n").out())
                    .startsWith(
                            "'n', a lock: 1 of 1 permit held, 0 free\n\nheld by 1 grant\n  db1 pid 77 nightly.jar\n")
                    .contains(
                            "token " + lease.token().value() + ", held for ",
                            ", lease left ",
                            ", actor 'job 7', session ")
                    .contains("waited for by 1 request\n  1. db1 pid 77 nightly.jar\n");
            assertThat(run("why", "n").out())
                    .contains("'n' is held by\n  process 77 on host db1 (nightly.jar) for 'job 7', for ")
                    .contains("its lease has ", "(token " + lease.token().value() + ")")
                    .contains("1 request waits, so the next one would be number 2. The longest wait is ");
            Map<String, Object> document = json("why", "--json", "n");
            assertThat(document).containsEntry("in_use", true).containsEntry("waiting", 1);
            assertThat(list(document, "waiters").get(0)).containsEntry("position", 1);
            waiting.cancel(false);
        }
        assertThat(run("show", "n")).isEqualTo(new Result(0, "'n' is free\n", ""));
        assertThat(run("why", "n").out()).isEqualTo("'n' is free: nobody holds it or waits for it.\n");
        assertThat(json("show", "--json", "n")).isEqualTo(Map.of("name", "n", "in_use", false));
    }

    @Test
    void whyTellsOfASuspectedDeadlock() throws Exception {
        try (LockClient other = RemoteConfig.parse(url).toBuilder()
                        .label("web2")
                        .build()
                        .connect();
                Lease a = client.lock("a").acquire();
                Lease b = other.lock("b").acquire()) {
            assertThat(a.isValid() && b.isValid()).isTrue();
            var first = client.lock("b").acquireAsync();
            var second = other.lock("a").acquireAsync();
            waitFor("a");
            waitFor("b");
            assertThat(run("why", "a").out())
                    .contains("This looks like a deadlock: ")
                    .contains("process 77 on host db1 (nightly.jar) waits for 'b'", "'web2' waits for 'a'");
            assertThat(list(json("show", "--json", "a"), "suspected_cycle")).hasSize(2);
            first.cancel(false);
            second.cancel(false);
        }
    }

    @Test
    void unlockTakesBackWhatIsNamed() throws Exception {
        CompletableFuture<Object> lost = new CompletableFuture<>();
        Lease lease = client.lock("n").acquire();
        lease.onLost(lost::complete);
        assertThat(run("unlock", "n", "--token", "17"))
                .isEqualTo(new Result(1, "", "claviger unlock: 'n' is in use, but no grant of it has token 17\n"));
        Result done = run("unlock", "n", "--token", String.valueOf(lease.token().value()));
        assertThat(done.out())
                .isEqualTo(
                        "took back 1 grant of 'n'; each ends when its holder confirms, or when its validity has ended\n");
        assertThat(lost.get()).hasToString("REVOKED");
        lease.close();
        Lease again = client.lock("n").acquire();
        assertThat(run("unlock", "n", "--all", "--now").out())
                .isEqualTo("took back 1 grant of 'n', passed on at once\n");
        again.close();
        assertThat(run("unlock", "n", "--all"))
                .isEqualTo(new Result(1, "", "claviger unlock: 'n' is free; nothing to take back\n"));
    }

    @Test
    void unlockOfAClientOfLdlm_saysThatItCannotBeTold() throws Exception {
        int port = server.fronts().get(0).address().getPort();
        try (LdlmCalls ldlm = new LdlmCalls(port, "")) {
            assertThat(ldlm.tryLock("l").getLocked()).isTrue();
            Result done = run("unlock", "l", "--all");
            assertThat(done.status()).isZero();
            assertThat(done.out()).startsWith("took back 1 grant of 'l'; each ends when");
            assertThat(done.err())
                    .isEqualTo(
                            "claviger unlock: 1 holder cannot be told, being a client of LDLM, and has no lock timeout: "
                                    + "the lock stays until it unlocks or its session ends; --now passes it on at once\n");
            assertThat(run("unlock", "l", "--all", "--now"))
                    .isEqualTo(new Result(0, "took back 1 grant of 'l', passed on at once\n", ""));
            ldlm.tryLock(TryLockRequest.newBuilder()
                    .setName("timed")
                    .setLockTimeoutSeconds(60)
                    .build());
            assertThat(run("unlock", "timed", "--all").err()).isEmpty();
        }
    }

    @Test
    void unlockWantsOneOfThree_andNotFromTheEnvironment() throws Exception {
        try (Lease lease = client.lock("n").acquire()) {
            String three = "claviger unlock: say which grants to take back, by one of --key K, --token T and --all\n";
            assertThat(run("unlock", "n")).isEqualTo(new Result(2, "", three));
            assertThat(run("unlock", "n", "--all", "--token", "1")).isEqualTo(new Result(2, "", three));
            // As within claviger run.
            assertThat(run(Map.of("CLAVIGER_KEY", "k", "CLAVIGER_TOKEN", "1"), "unlock", "n"))
                    .isEqualTo(new Result(2, "", three));
            Result bad = run("unlock", "n", "--key", "secret");
            assertThat(bad.status()).isEqualTo(2);
            assertThat(bad.err()).startsWith("claviger unlock: --key: ").doesNotContain("secret");
            assertThat(run("unlock", "n", "--token", "x").status()).isEqualTo(2);
            assertThat(run("unlock", "--all").err()).contains("name one: claviger unlock NAME");
            assertThat(lease.isValid()).isTrue();
        }
    }

    @Test
    void sessionsAndStatus() throws Exception {
        try (Lease lease = client.lock("n").acquire()) {
            assertThat(lease.isValid()).isTrue();
            assertThat(run("sessions").out().lines().toList().get(1))
                    .matches("[0-9a-f]{16}  db1 pid 77 nightly.jar  native +\\d+s +\\d+s +1");
            assertThat(list(json("sessions", "--json"), "sessions").get(0))
                    .containsEntry("label", "db1 pid 77 nightly.jar")
                    .containsEntry("kind", "native")
                    .containsEntry("claims", 1);
            assertThat(run("status").out())
                    .contains(
                            "version      ",
                            "durability   volatile",
                            "locks        1 in use\n",
                            "front gRPC   127.0.0.1:");
            assertThat(json("status", "--json"))
                    .containsEntry("durability", "volatile")
                    .containsEntry("locks", 1)
                    .containsEntry("holders", 1)
                    .containsEntry("last_token", lease.token().value())
                    .containsKeys("server", "version", "uptime_seconds", "fronts", "heap_used_bytes");
        }
    }

    @Test
    void topOnce_andBench() throws Exception {
        try (Lease lease = client.lock("held").acquire()) {
            assertThat(lease.isValid()).isTrue();
            Result top = run("top", "--once", "--interval", "200ms");
            assertThat(top.status()).as(top.err()).isZero();
            assertThat(top.out()).contains("commands/s", "grants/s", "held ", "the busiest 1 of 1 name");
            // Nobody reads keys there.
            assertThat(top.out()).doesNotContain("\u001b", "q quits");
        }
        Map<String, Object> bench = json("bench", "--json", "--duration", "200ms", "--threads", "3");
        assertThat(bench).containsEntry("same_machine", true).containsEntry("counted_seconds", 0.2);
        assertThat(String.valueOf(bench.get("own_names"))).contains("threads=3", "cycles_per_second=");
        assertThat(String.valueOf(bench.get("one_name"))).contains("hand_offs_per_second=", "fairness=");
        assertThat(list(json("ls", "--json"), "locks")).isEmpty();
    }

    @Test
    void benchStopsAtASignal_andLeavesNothing() throws Exception {
        InJvm bench = InJvm.start(
                new ClientOpener(), Map.of("CLAVIGER_URL", url), "bench", "--duration", "1h", "--threads", "4");
        long end = System.nanoTime() + LONG.toNanos();
        while (list(json("ls", "--json", "claviger-bench/"), "locks").isEmpty()) {
            assertThat(System.nanoTime() - end).isNegative();
        }
        bench.signal(io.claviger.cli.process.Signals.Kind.INT);
        assertThat(bench.status()).isEqualTo(130);
        while (!list(json("ls", "--json", "claviger-bench/"), "locks").isEmpty()) {
            assertThat(System.nanoTime() - end).isNegative();
        }
    }

    @Test
    void whatIsNoServerIs125OrTwo_inOneLine() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        for (String command : List.of("ls", "status", "sessions", "top", "bench")) {
            Result gone = run(command, "--url", "claviger://127.0.0.1:" + port, "--connect-timeout", "1s");
            assertThat(gone)
                    .isEqualTo(new Result(
                            125,
                            "",
                            "claviger " + command + ": no server could be reached: 127.0.0.1:" + port
                                    + " refuses connections; is a server running there?\n"));
        }
        assertThat(run("--url", "http://x", "ls").err())
                .startsWith("claviger ls: --url: 'http://x' names no server")
                .hasLineCount(1);
        assertThat(run("ls", "--url", "claviger://127.0.0.1:0").status()).isEqualTo(2);
        assertThat(run("top", "--interval", "1ms").err())
                .contains("is too often")
                .hasLineCount(1);
        assertThat(run("bench", "--threads", "0").status()).isEqualTo(2);
    }

    @Test
    void aPortOfSomethingElse_isSaidSo() throws Exception {
        try (ClavigerServer text = ClavigerServer.start(
                ServerConfig.builder().textPort(0).grpcPort(ServerConfig.OFF).build())) {
            String wrong = "127.0.0.1:" + text.fronts().get(0).address().getPort();
            Result result = run("ls", "--url", "claviger://" + wrong);
            assertThat(result.status()).isEqualTo(125);
            assertThat(result.err())
                    .isEqualTo("claviger ls: " + wrong
                            + " does not speak gRPC; is that the port of something else, or of TLS?\n");
        }
        Result tls = run("ls", "--tls", "--connect-timeout", "2s");
        assertThat(tls.status()).isEqualTo(125);
        assertThat(tls.err()).contains("does not speak TLS").hasLineCount(1);
    }

    @Test
    void aWrongPasswordIs125_atOnce(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "sesame\n");
        try (ClavigerServer guarded = ClavigerServer.start(ServerConfig.builder()
                .textPort(ServerConfig.OFF)
                .grpcPort(0)
                .security(Security.builder().password("sesame").build())
                .build())) {
            String there =
                    "claviger://127.0.0.1:" + guarded.fronts().get(0).address().getPort();
            assertThat(run("--url", there, "ls", "--password-file", file.toString())
                            .status())
                    .isZero();
            assertThat(run("bench", "--url", there, "--password", "sesame", "--duration", "50ms", "--threads", "1")
                            .status())
                    .isZero();
            long begin = System.nanoTime();
            Result wrong = run("status", "--url", there, "--password", "wrong", "--connect-timeout", "1m");
            assertThat(wrong.status()).isEqualTo(125);
            assertThat(wrong.err())
                    .startsWith("claviger status: 127.0.0.1:")
                    .contains("does not let this client in")
                    .doesNotContain("wrong\n")
                    .hasLineCount(1);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LONG);
        }
    }
}
