package io.claviger.lab;

import java.net.InetSocketAddress;

/**
 * What the load program was asked for, as {@code name=value} arguments.
 *
 * @param connections how many connections or one-shot clients at the same time
 * @param pipeline how many requests a connection has in flight; all are answered before the next are sent
 * @param requests how many requests (one-shot: cycles) are measured
 * @param warmup how many go before them, over connections of their own
 * @param names how many names the requests choose from
 * @param leaseSeconds the lease of each lock; 0 = none
 * @param serverPid the process whose processor time is reported; 0 = none
 */
record LoadOptions(
        Mode mode,
        InetSocketAddress server,
        int connections,
        int pipeline,
        long requests,
        long warmup,
        int names,
        int leaseSeconds,
        long serverPid) {

    static final String USAGE = "TextLoad mode=session|cycle|oneshot port=N [host=127.0.0.1] [connections=16]"
            + " [pipeline=16] [requests=2000000] [warmup=0] [names=1000000] [lease=30] [server-pid=N]";

    /** The shape of the load. */
    enum Mode {
        /** Locks of random names in session mode; nothing is released. */
        SESSION,
        /** Locks and releases of own names in session mode. */
        CYCLE,
        /** Connect, lock, release, close: the original protocol. */
        ONESHOT
    }

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException if one is unknown, missing or has a bad value
     */
    static LoadOptions parse(String... arguments) {
        Arguments given = new Arguments(arguments);
        LoadOptions options = new LoadOptions(
                mode(given.text("mode", "")),
                new InetSocketAddress(given.text("host", "127.0.0.1"), (int) given.number("port", -1, 0, 65_535)),
                (int) given.number("connections", 16, 1, Integer.MAX_VALUE),
                (int) given.number("pipeline", 16, 1, Integer.MAX_VALUE),
                given.number("requests", 2_000_000, 1, Long.MAX_VALUE),
                given.number("warmup", 0, 0, Long.MAX_VALUE),
                (int) given.number("names", 1_000_000, 1, Integer.MAX_VALUE),
                (int) given.number("lease", 30, 0, Integer.MAX_VALUE),
                given.number("server-pid", 0, 0, Long.MAX_VALUE));
        given.finish();
        return options;
    }

    private static Mode mode(String text) {
        return switch (text) {
            case "session" -> Mode.SESSION;
            case "cycle" -> Mode.CYCLE;
            case "oneshot" -> Mode.ONESHOT;
            default -> throw new IllegalArgumentException("mode is session, cycle or oneshot, not '" + text + "'");
        };
    }
}
