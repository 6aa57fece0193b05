package io.claviger.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** One result as one line of JSON, in the order of the calls. Names and texts must not need escapes, and that is checked. */
final class JsonLine {
    private final StringBuilder line = new StringBuilder("{");

    JsonLine put(String name, String value) {
        return raw(name, '"' + plain(value) + '"');
    }

    JsonLine put(String name, long value) {
        return raw(name, Long.toString(value));
    }

    /** Adds a number, rounded to three decimals; one that JSON cannot say, such as a ratio to nothing, as null. */
    JsonLine put(String name, double value) {
        return raw(name, Double.isFinite(value) ? String.format(Locale.ROOT, "%.3f", value) : "null");
    }

    /** Adds the median, the 99th percentile and the maximum, in microseconds. */
    JsonLine put(String name, LatencyHistogram latencies) {
        return put(name + "_p50_us", latencies.percentileNanos(0.5) / 1e3)
                .put(name + "_p99_us", latencies.percentileNanos(0.99) / 1e3)
                .put(name + "_max_us", latencies.maxNanos() / 1e3);
    }

    /** Prints the line and appends it to a file, unless the file's name is empty. */
    void print(String file) throws IOException {
        System.out.println(this);
        if (!file.isEmpty()) {
            Files.writeString(Path.of(file), this + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private JsonLine raw(String name, String value) {
        line.append(line.length() == 1 ? "" : ", ")
                .append('"')
                .append(plain(name))
                .append("\": ")
                .append(value);
        return this;
    }

    private static String plain(String text) {
        if (text.chars().anyMatch(c -> c < ' ' || c == '"' || c == '\\')) {
            throw new IllegalArgumentException("needs escapes: " + text);
        }
        return text;
    }

    @Override
    public String toString() {
        return line + "}";
    }
}
