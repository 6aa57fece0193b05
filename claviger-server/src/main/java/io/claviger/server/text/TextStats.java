package io.claviger.server.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;

/** What {@code .stats} tells. */
final class TextStats {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String PEAK = "VmHWM:";
    private static final long KEEP_NANOS = 1_000_000_000L;

    /** Connections accepted, silent ones included. */
    final LongAdder requests = new LongAdder();

    final LongAdder acquired = new LongAdder();
    final LongAdder notAcquired = new LongAdder();

    private volatile Peak peak = new Peak(System.nanoTime() - KEEP_NANOS, "\"n/a\"");

    /** Returns the JSON object with the keys, order and separators that clients have always seen. */
    String json(int lockCount) {
        return "{\"lock_count\": " + lockCount
                + ", \"maxrss\": " + peakKilobytes()
                + ", \"requests_count\": " + requests.sum()
                + ", \"lock_acquired_count\": " + acquired.sum()
                + ", \"lock_not_acquired_count\": " + notAcquired.sum() + "}";
    }

    /** Reading it for every line would make .stats the slowest request, so it may be a second old. */
    private String peakKilobytes() {
        long now = System.nanoTime();
        Peak known = peak;
        if (now - known.readNanos >= KEEP_NANOS) {
            known = new Peak(now, readPeak());
            peak = known;
        }
        return known.json;
    }

    private static String readPeak() {
        try (var lines = Files.lines(STATUS, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith(PEAK))
                    .map(line -> line.substring(PEAK.length()).replace("kB", "").strip())
                    .findFirst()
                    .orElse("\"n/a\"");
        } catch (IOException | java.io.UncheckedIOException noSuchSystem) {
            return "\"n/a\"";
        }
    }

    private record Peak(long readNanos, String json) {}
}
