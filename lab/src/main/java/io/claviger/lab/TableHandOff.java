package io.claviger.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How soon a process has a name after another one begins to release it, on a table of DynamoDB. Two JVMs want the name in turns;
 * their clock is the machine's monotonic one, which on Linux is the same for both.
 */
public final class TableHandOff {
    private static final String USAGE = "TableHandOff at=URI table=NAME as=KIND [seconds=20] [out=FILE]";

    private TableHandOff() {}

    /** One time that a process had the name. */
    record Had(int process, long asked, long granted, long releasing) {}

    /** Runs the measurement; the exit status is 1 if both had the name at once, 2 for wrong options. */
    public static void main(String[] words) {
        Load.main("TableHandOff", USAGE, () -> {
            Arguments given = new Arguments(words);
            TableUnderTest under = TableUnderTest.read(given);
            long seconds = given.number("seconds", 20, 1, 3_600);
            String out = given.text("out", "");
            given.finish();
            return () -> measure(under, seconds, out);
        });
    }

    private static boolean measure(TableUnderTest under, long seconds, String out)
            throws IOException, InterruptedException {
        under.create();
        List<Process> processes = new ArrayList<>();
        List<Had> all = new ArrayList<>();
        long requests = 0;
        long waitedNanos = 0;
        try {
            for (int i = 0; i < 2; i++) {
                processes.add(start(under, seconds, i));
            }
            for (int i = 0; i < 2; i++) {
                for (String[] words : lines(processes.get(i))) {
                    if (words[0].equals(TableContender.HAD)) {
                        all.add(new Had(
                                i, Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3])));
                    } else {
                        requests += Long.parseLong(words[1]);
                        waitedNanos += Long.parseLong(words[2]);
                    }
                }
            }
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
        LatencyHistogram latencies = new LatencyHistogram();
        long violations = pair(all, latencies);
        new JsonLine()
                .put("as", under.kind().word)
                .put("hand_offs", latencies.total())
                .put("p50_ms", latencies.percentileNanos(0.5) / 1e6)
                .put("p90_ms", latencies.percentileNanos(0.9) / 1e6)
                .put("max_ms", latencies.maxNanos() / 1e6)
                .put("requests_per_s_waiting", requests / (waitedNanos / 1e9))
                .put("violations", violations)
                .print(out);
        return violations == 0;
    }

    /**
     * Records the time from each release to the other's grant, if the other waited already. Returns how often one had the name
     * before the other began to release it.
     */
    static long pair(List<Had> all, LatencyHistogram latencies) {
        List<Had> inOrder =
                all.stream().sorted(Comparator.comparingLong(Had::granted)).toList();
        long violations = 0;
        for (int i = 1; i < inOrder.size(); i++) {
            Had before = inOrder.get(i - 1);
            Had after = inOrder.get(i);
            if (after.granted() < before.releasing()) {
                violations++;
            } else if (after.process() != before.process() && after.asked() < before.releasing()) {
                latencies.record(after.granted() - before.releasing());
            }
        }
        return violations;
    }

    private static Process start(TableUnderTest under, long seconds, int number) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                System.getProperty("java.class.path"),
                TableContender.class.getName()));
        command.addAll(List.of(under.words()));
        command.addAll(List.of("seconds=" + seconds, "seed=" + number));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<String[]> lines(Process process) throws IOException, InterruptedException {
        List<String[]> lines = new ArrayList<>();
        try (BufferedReader says =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = says.readLine(); line != null; line = says.readLine()) {
                lines.add(line.split(" "));
            }
        }
        if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("a contender failed");
        }
        return lines;
    }
}
