package io.claviger.lab;

import io.claviger.lab.Answer.Kind;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts what came back, exactly, and complains about the first answers that nobody expected. Not thread-safe. */
final class LoadTally {
    private static final int MAX_WARNINGS = 10;

    final LatencyHistogram latencies = new LatencyHistogram();
    private final Map<Kind, Count> counts = new EnumMap<>(Kind.class);
    private int warnings;

    void count(Kind kind, Answer answer) {
        counts.computeIfAbsent(kind, fresh -> new Count()).value++;
        if (kind == Kind.ERROR || kind == Kind.OTHER) {
            warn("answer: " + answer);
        }
    }

    void warn(String what) {
        if (warnings++ < MAX_WARNINGS) {
            System.err.println("TextLoad: unexpected " + what);
        }
    }

    long count(Kind kind) {
        Count count = counts.get(kind);
        return count == null ? 0 : count.value;
    }

    /** Returns how many answers were not what the protocol promises. */
    long unexpected() {
        return warnings;
    }

    /** Returns the result as {@code name=value} words, one line. */
    String report(String unit, long operations, long nanos, long clientCpuNanos, long serverCpuNanos) {
        return String.format(
                Locale.ROOT,
                "%1$ss=%2$d seconds=%3$.3f %1$ss_per_s=%4$.0f ok=%5$d not_granted=%6$d released=%7$d unexpected=%8$d"
                        + " p50_us=%9$.1f p99_us=%10$.1f max_us=%11$.1f"
                        + " client_cpu_us_per_%1$s=%12$.3f server_cpu_us_per_%1$s=%13$.3f",
                unit,
                operations,
                nanos / 1e9,
                operations * 1e9 / nanos,
                count(Kind.OK),
                count(Kind.NOT_GRANTED),
                count(Kind.RELEASED),
                unexpected(),
                latencies.percentileNanos(0.5) / 1e3,
                latencies.percentileNanos(0.99) / 1e3,
                latencies.maxNanos() / 1e3,
                clientCpuNanos / 1e3 / operations,
                serverCpuNanos / 1e3 / operations);
    }

    private static final class Count {
        private long value;
    }
}
