package io.claviger.lab;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

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

    /** Checks the numbers. */
    LoadOptions {
        if (connections < 1 || pipeline < 1 || requests < 1 || warmup < 0 || names < 1 || leaseSeconds < 0) {
            throw new IllegalArgumentException("a number is out of range");
        }
    }

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException if one is unknown, missing or has a bad value
     */
    static LoadOptions parse(String... arguments) {
        Map<String, String> given = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("not name=value: " + argument);
            }
            given.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        LoadOptions options = new LoadOptions(
                mode(take(given, "mode", "")),
                new InetSocketAddress(take(given, "host", "127.0.0.1"), (int) number(given, "port", -1)),
                (int) number(given, "connections", 16),
                (int) number(given, "pipeline", 16),
                number(given, "requests", 2_000_000),
                number(given, "warmup", 0),
                (int) number(given, "names", 1_000_000),
                (int) number(given, "lease", 30),
                number(given, "server-pid", 0));
        if (!given.isEmpty()) {
            throw new IllegalArgumentException("unknown: " + given.keySet());
        }
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

    private static long number(Map<String, String> given, String name, long absent) {
        return Long.parseLong(take(given, name, Long.toString(absent)));
    }

    private static String take(Map<String, String> given, String name, String absent) {
        String value = given.remove(name);
        return value == null ? absent : value;
    }
}
