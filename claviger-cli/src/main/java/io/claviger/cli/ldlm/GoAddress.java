package io.claviger.cli.ldlm;

/**
 * An address to listen on as Go's {@code net.Listen} takes it: {@code host:port}, {@code :port}, {@code [::1]:port}.
 *
 * @param host empty for all interfaces
 */
public record GoAddress(String host, int port) {
    private static final int MAX_PORT = 65_535;

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if it is none; the message is Go's
     */
    public static GoAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw bad(text, "missing port in address");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.startsWith("[")) {
            throw bad(text, text.endsWith("]") ? "missing port in address" : "missing ']' in address");
        } else if (host.contains(":")) {
            throw bad(text, "too many colons in address");
        }
        return new GoAddress(host, port(text.substring(colon + 1)));
    }

    private static int port(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("listen tcp: lookup tcp/" + shown(text) + ": unknown port");
        }
        int port = Integer.parseInt(text);
        if (port > MAX_PORT) {
            throw new IllegalArgumentException("listen tcp: address " + port + ": invalid port");
        }
        return port;
    }

    private static IllegalArgumentException bad(String text, String problem) {
        return new IllegalArgumentException("listen tcp: address " + shown(text) + ": " + problem);
    }

    private static String shown(String text) {
        return io.claviger.cli.process.OneLine.of(text);
    }
}
