package io.claviger.lab;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** Bytes of heap that are in use after everything that is not was collected. */
final class LiveHeap {
    private static final int COLLECTIONS = 3;

    private LiveHeap() {}

    /** Of this JVM. With the serial collector, which collects all when asked to. */
    static long own() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Of another JVM of this user, by {@code jcmd}, whose histogram counts live objects only; for 0 none. */
    static long of(long pid) throws IOException, InterruptedException {
        if (pid == 0) {
            return 0;
        }
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("jcmd " + pid + " GC.class_histogram failed: " + text.strip());
        }
        return totalOf(text);
    }

    /** Reads the bytes from the line {@code Total INSTANCES BYTES} below the histogram. */
    static long totalOf(String histogram) throws IOException {
        return histogram
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words ->
                        words.length == 3 && words[0].toLowerCase(Locale.ROOT).equals("total"))
                .mapToLong(words -> Long.parseLong(words[2]))
                .findFirst()
                .orElseThrow(
                        () -> new IOException("a class histogram ends with its total, but not this: " + histogram));
    }
}
