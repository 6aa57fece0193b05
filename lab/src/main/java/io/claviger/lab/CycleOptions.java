package io.claviger.lab;

import java.util.Arrays;
import java.util.List;

/**
 * What the load of acquire and release was asked for.
 *
 * @param service whose locks: {@code claviger}, {@code redis} or {@code postgres}
 * @param address a URI for Claviger, a port for the others
 * @param threads how many threads, one measurement each
 * @param warmupMillis how long the largest number of threads runs before the first measurement
 * @param settleMillis how long each measurement's load runs before it counts
 * @param measureMillis how long it counts
 * @param serverPid the process whose processor time, its children's included, is reported; 0 = none
 * @param out the file that the results are appended to; empty = none
 */
record CycleOptions(
        String service,
        String address,
        Names names,
        List<Integer> threads,
        long warmupMillis,
        long settleMillis,
        long measureMillis,
        long serverPid,
        String out) {

    static final String USAGE = "CycleLoad service=claviger|redis|postgres at=URI-or-port names=own|one [threads=16,1]"
            + " [warmup=3500] [settle=500] [measure=2000] [server-pid=N] [out=FILE]; times in ms";

    /** Which names the threads take. */
    enum Names {
        /** Each its own. */
        OWN,
        /** All the same. */
        ONE
    }

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException if one is unknown, missing or has a bad value
     */
    static CycleOptions parse(String... words) {
        Arguments given = new Arguments(words);
        CycleOptions options = new CycleOptions(
                service(given.text("service")),
                given.text("at"),
                names(given.text("names")),
                Arrays.stream(given.numbers("threads", "16,1", 1, 10_000))
                        .boxed()
                        .toList(),
                given.number("warmup", 3500, 0, 600_000),
                given.number("settle", 500, 0, 600_000),
                given.number("measure", 2000, 1, 600_000),
                given.number("server-pid", 0, 0, Integer.MAX_VALUE),
                given.text("out", ""));
        given.finish();
        return options;
    }

    private static String service(String text) {
        if (!LockService.NAMES.contains(text)) {
            throw new IllegalArgumentException(
                    "service is one of " + String.join(", ", LockService.NAMES) + ", not '" + text + "'");
        }
        return text;
    }

    private static Names names(String text) {
        return switch (text) {
            case "own" -> Names.OWN;
            case "one" -> Names.ONE;
            default -> throw new IllegalArgumentException("names is own or one, not '" + text + "'");
        };
    }
}
