package io.claviger.lab;

import java.net.InetSocketAddress;

/**
 * What the load on a server of LDLM was asked for.
 *
 * @param service what the results call the server
 * @param server where it listens
 * @param connections how many connections, each with one request in flight and a name of its own
 * @param warmupMillis how long the load runs before it counts
 * @param measureMillis how long it counts
 * @param serverPid the process whose processor time is reported; 0 = none
 * @param out the file that the results are appended to; empty = none
 */
record LdlmLoadOptions(
        String service,
        InetSocketAddress server,
        Wire wire,
        int connections,
        long warmupMillis,
        long measureMillis,
        long serverPid,
        String out) {

    static final String USAGE = "LdlmLoad service=WORD at=HOST:PORT wire=grpc|rest [connections=16] [warmup=1000]"
            + " [measure=2000] [server-pid=N] [out=FILE]; times in ms";

    /** How requests are sent. */
    enum Wire {
        /** Unary calls of {@code ldlm.LDLM}. */
        GRPC,
        /** HTTP/1.1 that is kept alive, a session for each connection. */
        REST
    }

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException if one is unknown, missing or has a bad value
     */
    static LdlmLoadOptions parse(String... words) {
        Arguments given = new Arguments(words);
        LdlmLoadOptions options = new LdlmLoadOptions(
                given.text("service"),
                address(given.text("at")),
                wire(given.text("wire")),
                (int) given.number("connections", 16, 1, 1_000),
                given.number("warmup", 1000, 0, 600_000),
                given.number("measure", 2000, 1, 600_000),
                given.number("server-pid", 0, 0, Integer.MAX_VALUE),
                given.text("out", ""));
        given.finish();
        return options;
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        if (colon > 0) {
            try {
                return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
            } catch (IllegalArgumentException notAPort) {
                // The same words as for a text without a port say what would be right.
            }
        }
        throw new IllegalArgumentException("at is HOST:PORT, not '" + text + "'");
    }

    private static Wire wire(String text) {
        return switch (text) {
            case "grpc" -> Wire.GRPC;
            case "rest" -> Wire.REST;
            default -> throw new IllegalArgumentException("wire is grpc or rest, not '" + text + "'");
        };
    }
}
