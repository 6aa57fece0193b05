package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.claviger.LockClient;
import io.claviger.Value;
import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code claviger kv} as processes of their own, with real streams. */
class KvE2eTest {
    private static final int LIMIT_SECONDS = 60;
    private static final Path FULL = Path.of("/dev/full");

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

    private static List<String> java(String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(args));
        return command;
    }

    @Test
    void bytesGoThroughPipesUnharmed() throws Exception {
        byte[] bytes = new byte[100_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        Path out = directory.resolve("out");
        assertThat(pipe(bytes, directory.resolve("version"), "kv", "put", "--url", url, "k", "-"))
                .isZero();
        assertThat(pipe(new byte[0], out, "kv", "get", "--url", url, "k")).isZero();
        assertThat(Files.readAllBytes(out)).isEqualTo(bytes);
        assertThat(Files.readString(directory.resolve("version"))).matches("version \\d+\n");
    }

    @Test
    void aValueThatCannotBeWrittenOut_isNoSuccess() throws Exception {
        assumeTrue(Files.exists(FULL), "skipped: there is no " + FULL);
        try (LockClient client = LockClient.connect(url)) {
            client.keyValues().put("k", Value.text("value"));
        }
        Program.Result full = toShell("> " + FULL);
        assertThat(full.status()).isEqualTo(125);
        assertThat(full.err())
                .startsWith("claviger kv get: the value cannot be written to standard output: ")
                .hasLineCount(1);
        // Whoever reads no more has what was wanted.
        assertThat(toShell("2>&1 | true")).isEqualTo(new Program.Result(0, "", ""));
    }

    private Program.Result toShell(String more) throws Exception {
        String get = String.join(" ", java("kv", "get", "--url", url, "k"));
        return Program.start(Map.of(), List.of("sh", "-c", get + " " + more)).await();
    }

    private int pipe(byte[] input, Path output, String... args) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(java(args))
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeIf(key -> key.startsWith(EnvironmentNames.PREFIX));
        Process process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        }
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void aCommandUnderALockWritesWhileItHoldsIt() throws Exception {
        // What the documentation shows: the token that run gives to its command guards the write.
        String put =
                String.join(" ", java("kv", "put", "--if-holding", "\"nightly:$CLAVIGER_TOKEN\"", "last-run", "done"));
        Program.Result first = Program.java(
                        "claviger", Map.of("CLAVIGER_URL", url), "run", "nightly", "--", "sh", "-c", put)
                .await();
        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.out()).matches("version \\d+\n");
        try (LockClient client = LockClient.connect(url)) {
            assertThat(client.keyValues().get("last-run").orElseThrow().value()).isEqualTo(Value.text("done"));
        }
    }
}
