package io.claviger.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One of our programs as a process of its own. Its output is read all the time, so that it never waits for us. */
final class Program implements AutoCloseable {
    private static final int LIMIT_SECONDS = 20;
    private static final long LOOK_EVERY_MILLIS = 10;

    /** What a program left behind. */
    record Result(int status, String out, String err) {}

    private final Process process;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CompletableFuture<Void> streamsRead;

    private Program(ProcessBuilder builder) throws IOException {
        process = builder.start();
        process.getOutputStream().close();
        streamsRead = CompletableFuture.allOf(
                CompletableFuture.runAsync(() -> copy(process.getInputStream(), out)),
                CompletableFuture.runAsync(() -> copy(process.getErrorStream(), err)));
    }

    /** Starts {@link Main} with the class path of the test, called by {@code name}. */
    static Program java(String name, Map<String, String> environment, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-D" + Main.NAME_PROPERTY + "=" + name,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(args));
        return start(environment, command);
    }

    /** Starts any command. No {@code CLAVIGER_}, {@code TCPNETLOCK_} and {@code LDLM_} variables but those given reach it. */
    static Program start(Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(key -> key.matches("(CLAVIGER|TCPNETLOCK|LDLM)_.*"));
        builder.environment().putAll(environment);
        return new Program(builder);
    }

    /** Waits for the end. */
    Result await() throws Exception {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still runs after " + LIMIT_SECONDS + " s; printed " + out + err);
        }
        streamsRead.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        return new Result(process.exitValue(), out.toString(), err.toString());
    }

    /** Waits until standard output has the text. */
    Program awaitOut(String text) throws InterruptedException {
        return await(out, text);
    }

    /** Waits until standard error has the text. */
    Program awaitErr(String text) throws InterruptedException {
        return await(err, text);
    }

    private Program await(StringWriter stream, String text) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!stream.toString().contains(text)) {
            if (System.nanoTime() - end > 0 || (!process.isAlive() && streamsRead.isDone())) {
                throw new AssertionError("did not print '" + text + "' but: " + out + err);
            }
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
        return this;
    }

    /** The port in the first place of its output, on either stream, where the pattern's first group has it. */
    int port(String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(out + "\n" + err);
        if (!matcher.find()) {
            throw new AssertionError("no port in: " + out + err);
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** Sends a signal by the name that {@code kill} knows, and waits for the end. */
    Result signal(String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
        return await();
    }

    /** Sends TERM at once, without a program that sends it, and waits for the end. */
    Result terminate() throws Exception {
        process.toHandle().destroy();
        return await();
    }

    /** Sends one line of the text protocol and returns the answer. The connection is then closed. */
    static String ask(int port, String line) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            return String.valueOf(
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                            .readLine());
        }
    }

    private static void copy(InputStream from, StringWriter to) {
        try (InputStreamReader reader = new InputStreamReader(from, StandardCharsets.UTF_8)) {
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                to.write(c);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
