package io.claviger.cli;

import io.claviger.cli.process.Signals;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import picocli.CommandLine;

/** A run of {@code claviger} within the test's JVM. Commands that it runs must be silent, as they have this JVM's streams. */
final class InJvm {
    private static final int LIMIT_SECONDS = 60;

    private final StringWriter out = new StringWriter();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();
    private final List<Consumer<Signals.Kind>> handlers = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> status;

    private InJvm(Connection.Opener opener, Map<String, String> environment, byte[] input, String... args) {
        Map<String, String> complete = new HashMap<>(environment);
        complete.putIfAbsent("PATH", System.getenv("PATH"));
        CommandLine line = ClavigerCommand.commandLine(
                        new Surroundings(complete, opener, handlers::add, new ByteArrayInputStream(input), bytes))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        status = CompletableFuture.supplyAsync(() -> line.execute(args), task -> new Thread(task, "claviger").start());
    }

    static InJvm start(Connection.Opener opener, Map<String, String> environment, String... args) {
        return new InJvm(opener, environment, new byte[0], args);
    }

    /** Starts it with something to read. */
    static InJvm start(Connection.Opener opener, Map<String, String> environment, byte[] input, String... args) {
        return new InJvm(opener, environment, input, args);
    }

    static InJvm start(Connection.Opener opener, String... args) {
        return new InJvm(opener, Map.of(), new byte[0], args);
    }

    /** Gives it a signal, as soon as it handles signals. */
    void signal(Signals.Kind kind) throws InterruptedException {
        io.claviger.cli.process.ToolProcess.until("it handles signals", () -> !handlers.isEmpty());
        handlers.forEach(handler -> handler.accept(kind));
    }

    int status() throws Exception {
        return status.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    boolean running() {
        return !status.isDone();
    }

    String out() {
        return out.toString();
    }

    /** What it wrote past the writers: the bytes of values. */
    byte[] bytes() {
        return bytes.toByteArray();
    }

    String err() {
        return err.toString();
    }
}
