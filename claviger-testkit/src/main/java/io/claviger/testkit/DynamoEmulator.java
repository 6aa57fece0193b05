package io.claviger.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * The emulated DynamoDB that {@code lab/dynamodb fetch} has placed under {@code lab/target}: one process for all tests of a JVM, on
 * a free port of loopback. Where it is missing, the tests that need it are skipped and say so. The system property {@value
 * #ENDPOINT} names another emulator to be used instead, which must take any credentials; it is neither started nor stopped.
 */
public final class DynamoEmulator {
    /** The system property that names an endpoint, such as {@code http://127.0.0.1:8000}. */
    public static final String ENDPOINT = "claviger.dynamodb.endpoint";

    private static final Path BINARY =
            Path.of(System.getProperty("claviger.root", ".."), "lab", "target", "dynamodb", "dynoxide");
    private static final long START_NANOS = 20_000_000_000L;
    private static final long POLL_NANOS = 5_000_000;
    private static @Nullable URI running;

    private DynamoEmulator() {}

    /**
     * Returns where the one emulator is, and starts it if it does not run and none was named. It ends with this JVM.
     *
     * @throws TestAbortedException if there is none on this machine
     */
    public static synchronized URI endpoint() {
        String given = System.getProperty(ENDPOINT, "");
        if (!given.isEmpty()) {
            return URI.create(given);
        }
        if (running == null) {
            if (!Files.isExecutable(BINARY)) {
                System.out.println("SKIPPED: tests on an emulated DynamoDB: there is no " + BINARY
                        + "; lab/dynamodb fetch places it there");
                throw new TestAbortedException("skipped: no emulator of DynamoDB; lab/dynamodb fetch places one");
            }
            running = start();
        }
        return running;
    }

    private static URI start() {
        try {
            Process process = new ProcessBuilder(BINARY.toString(), "serve", "--host", "127.0.0.1", "--port", "0")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            long deadline = System.nanoTime() + START_NANOS;
            while (process.isAlive() && System.nanoTime() - deadline < 0) {
                int port = listeningPort(process.pid());
                if (port > 0) {
                    return URI.create("http://127.0.0.1:" + port);
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
            throw new IllegalStateException(
                    "the emulator did not start within " + TimeUnit.NANOSECONDS.toSeconds(START_NANOS) + " s");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** It does not tell which port it was given, but the kernel does. Returns 0 if it listens on none yet. */
    private static int listeningPort(long pid) throws IOException {
        Set<String> sockets;
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            sockets = descriptors.map(DynamoEmulator::target).collect(Collectors.toSet());
        }
        for (String line : Files.readAllLines(Path.of("/proc/net/tcp"))) {
            List<String> fields = List.of(line.strip().split("\\s+"));
            if (fields.get(3).equals("0A") && sockets.contains("socket:[" + fields.get(9) + "]")) {
                return Integer.parseInt(fields.get(1).substring(fields.get(1).indexOf(':') + 1), 16);
            }
        }
        return 0;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }
}
