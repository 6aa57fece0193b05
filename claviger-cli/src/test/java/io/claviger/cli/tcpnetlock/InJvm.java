package io.claviger.cli.tcpnetlock;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A run of a tool within the test's JVM. Its commands must be silent, as they have the streams of this JVM. */
record InJvm(int status, String out, String err) {
    private interface Entry {
        int run(
                String[] args,
                Map<String, String> environment,
                PrintStream out,
                PrintStream err,
                BlockingQueue<Event> events)
                throws InterruptedException;
    }

    static InJvm tnlDo(Map<String, String> environment, String... args) throws InterruptedException {
        return run(TnlDo::run, new LinkedBlockingQueue<>(), environment, args);
    }

    static InJvm tnlDo(BlockingQueue<Event> events, String... args) throws InterruptedException {
        return run(TnlDo::run, events, Map.of(), args);
    }

    static InJvm tnlClient(Map<String, String> environment, String... args) throws InterruptedException {
        return run(TnlClient::run, new LinkedBlockingQueue<>(), environment, args);
    }

    static InJvm tnlClient(BlockingQueue<Event> events, String... args) throws InterruptedException {
        return run(TnlClient::run, events, Map.of(), args);
    }

    private static InJvm run(Entry entry, BlockingQueue<Event> events, Map<String, String> environment, String... args)
            throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Map<String, String> complete = new HashMap<>(environment);
        complete.putIfAbsent("PATH", System.getenv("PATH"));
        int status = entry.run(
                args,
                complete,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                events);
        return new InJvm(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
