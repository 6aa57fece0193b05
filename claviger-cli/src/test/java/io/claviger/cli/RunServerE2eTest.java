package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.cli.process.ToolProcess;
import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code claviger run} and {@code hold} as processes of their own against a server. */
class RunServerE2eTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private ClavigerServer server;

    @SuppressWarnings("NullAway.Init") // set before each test
    private String url;

    @BeforeEach
    void start() throws Exception {
        server = ClavigerServer.start(
                ServerConfig.builder().textPort(ServerConfig.OFF).grpcPort(0).build());
        url = "claviger://127.0.0.1:" + server.fronts().get(0).address().getPort();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Program claviger(String... args) throws Exception {
        return Program.java("claviger", Map.of("CLAVIGER_URL", url), args);
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    @Test
    void twoRunsExcludeEachOther_andTokensGrow() throws Exception {
        try (Program first = claviger(
                "run",
                "n",
                "--",
                "sh",
                "-c",
                "echo $CLAVIGER_TOKEN; touch " + file("up") + "; until [ -e " + file("go")
                        + " ]; do sleep 0.05; done")) {
            ToolProcess.until("the first runs", () -> Files.exists(file("up")));
            Program.Result refused =
                    claviger("run", "--no-wait", "n", "--", "true").await();
            assertThat(refused).isEqualTo(new Program.Result(123, "", "claviger run: 'n' is held; not granted\n"));
            try (Program second = claviger("--url", url, "run", "n", "--", "sh", "-c", "echo $CLAVIGER_TOKEN")) {
                Files.createFile(file("go"));
                Program.Result one = first.await();
                Program.Result two = second.await();
                assertThat(one.status() + two.status())
                        .as(one.err() + two.err())
                        .isZero();
                assertThat(Long.parseLong(two.out().strip()))
                        .isGreaterThan(Long.parseLong(one.out().strip()));
                assertThat(one.err() + two.err()).isEmpty();
            }
        }
    }

    @Test
    void holdAndKillOfIt() throws Exception {
        try (Program hold = claviger("hold", "--session-ttl=0", "n").awaitOut("\n");
                LockClient client = LockClient.connect(url)) {
            assertThat(client.lock("n").tryAcquire()).isEmpty();
            assertThat(hold.signal("KILL").status()).isEqualTo(137);
            try (Lease next = client.lock("n").acquire()) {
                assertThat(next.isValid()).isTrue();
            }
        }
        Program hold = claviger("hold", "n").awaitOut("\n");
        Program.Result result = hold.signal("TERM");
        assertThat(result.status()).as(result.err()).isZero();
        assertThat(result.out()).matches("held n token \\d+\n");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void serverThatGoesAway_stopsTheCommandInTime() throws Exception {
        String script = "trap 'echo term; exit 0' TERM; touch " + file("up") + "; while :; do sleep 0.05; done";
        try (Program run = claviger("run", "--session-ttl=3s", "--grace=1s", "n", "--", "sh", "-c", script)) {
            ToolProcess.until("the command runs", () -> Files.exists(file("up")));
            server.close();
            Program.Result result = run.await();
            assertThat(result.status()).isEqualTo(122);
            assertThat(result.out()).isEqualTo("term\n");
            assertThat(result.err())
                    .startsWith("claviger run: ")
                    .contains("'n'", "stopping the command")
                    .doesNotContain("Exception", "WARNING: io", "\tat ");
        }
    }

    @Test
    void noServerIs125_inOneLine() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        long start = System.nanoTime();
        Program.Result result = claviger(
                        "run", "--url", "claviger://127.0.0.1:" + port, "--connect-timeout", "500ms", "n", "--", "true")
                .await();
        assertThat(result.status()).isEqualTo(125);
        assertThat(result.err())
                .startsWith("claviger run: ")
                .contains("127.0.0.1:" + port)
                .hasLineCount(1);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void urlThatIsNoneIs2_inOneLine() throws Exception {
        for (String bad :
                new String[] {"http://x", "claviger://", "claviger://h:99999", "local:", "claviger://h?x=1"}) {
            Program.Result result =
                    claviger("run", "--url", bad, "n", "--", "true").await();
            assertThat(result.status()).as(bad + ": " + result.err()).isEqualTo(2);
            assertThat(result.err())
                    .startsWith("claviger run: --url: '" + bad + "' ")
                    .hasLineCount(1);
        }
    }

    @Test
    void severalNamesReadersAndPermits() throws Exception {
        assertThat(claviger("run", "b", "a", "--", "true").await()).isEqualTo(new Program.Result(0, "", ""));
        try (LockClient client = LockClient.connect(url);
                Lease reader = client.readWriteLock("rw").readLock().acquire()) {
            assertThat(reader.isValid()).isTrue();
            assertThat(claviger("run", "--no-wait", "--shared", "rw", "--", "true")
                            .await()
                            .status())
                    .isZero();
            Program.Result plain = claviger("run", "rw", "--", "true").await();
            assertThat(plain.status()).isEqualTo(123);
            assertThat(plain.err()).contains("'rw'", "--shared", "--exclusive").hasLineCount(1);
        }
        assertThat(claviger("run", "--capacity=2", "--permits=2", "s", "--", "true")
                        .await()
                        .status())
                .isZero();
    }
}
