package io.claviger.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;

/** A tool in a JVM of its own, started as a user starts it. */
public final class ToolProcess implements AutoCloseable {
    public static final Duration LIMIT = Duration.ofSeconds(30);

    private final Process process;
    private final Path out;
    private final Path err;

    private ToolProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** The words that start a tool in a JVM of its own. */
    public static List<String> command(Class<?> tool, String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                tool.getName()));
        command.addAll(List.of(args));
        return command;
    }

    public static ToolProcess start(Path directory, Class<?> tool, String... args) throws IOException {
        return start(directory, command(tool, args));
    }

    public static ToolProcess start(Path directory, List<String> command) throws IOException {
        Path out = Files.createTempFile(directory, "out", ".txt");
        Path err = Files.createTempFile(directory, "err", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new ToolProcess(process, out, err);
    }

    /** Skips the test if this JVM, and hence every tool it starts, was told to ignore the signals. */
    public static void assumeSignalsAreNotIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        Assumptions.assumeTrue(Files.exists(status), "needs proc(5)");
        String ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElseThrow()
                .substring("SigIgn:".length())
                .strip();
        for (int signal : new int[] {1, 2, 15}) {
            Assumptions.assumeTrue(
                    (Long.parseUnsignedLong(ignored, 16) & 1L << (signal - 1)) == 0,
                    "signal " + signal + " is ignored here, as for a job in the background of a script");
        }
    }

    /** Waits until something is so. */
    public static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time until " + what).isLessThan(end);
            Thread.sleep(10);
        }
    }

    public void untilOutput(String text) throws InterruptedException {
        until("output has " + text, () -> out().contains(text));
    }

    public void signal(String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + process.pid())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    /** Writes to the standard input. */
    public void type(String text) throws IOException {
        process.outputWriter().write(text);
        process.outputWriter().flush();
    }

    public int status() throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("the tool ended; output: " + out() + err())
                .isTrue();
        return process.exitValue();
    }

    public boolean running() {
        return process.isAlive();
    }

    public String out() {
        return read(out);
    }

    public String err() {
        return read(err);
    }

    public static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The processes whose numbers a command wrote into a file and that run still. */
    public static List<Long> survivors(Path pids) {
        return read(pids)
                .lines()
                .map(Long::parseLong)
                .filter(pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)
                        && !Proc.stat(Long.toString(pid)).map(Proc.Stat::zombie).orElse(false))
                .toList();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
