package io.claviger.client;

/**
 * Where a server listens.
 *
 * @param host a name or an address
 * @param port 1 to 65,535
 */
public record ServerAddress(String host, int port) {
    /** The port of a server's gRPC front unless told otherwise. */
    public static final int DEFAULT_PORT = 3144;

    private static final int MAX_PORT = 65_535;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the host is empty or has blanks, or the port is none
     */
    public ServerAddress {
        if (host.isEmpty() || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '@')) {
            throw new IllegalArgumentException("'" + host + "' is no host name or address");
        }
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("a port is from 1 to 65535, but this is " + port);
        }
    }

    /**
     * Reads {@code host}, {@code host:port}, {@code [address]} or {@code [address]:port}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static ServerAddress parse(String text) {
        boolean bracketed = text.startsWith("[");
        int end = bracketed ? text.indexOf(']') : text.lastIndexOf(':');
        if (bracketed && end < 0) {
            throw new IllegalArgumentException("'" + text + "' lacks the closing bracket of an IPv6 address");
        }
        String host = bracketed ? text.substring(1, end) : end < 0 ? text : text.substring(0, end);
        String rest = bracketed ? text.substring(end + 1) : end < 0 ? "" : text.substring(end);
        if (!bracketed && host.contains(":")) {
            throw new IllegalArgumentException("'" + text + "' is an IPv6 address without brackets: [::1]:3144");
        }
        if (rest.isEmpty()) {
            return new ServerAddress(host, DEFAULT_PORT);
        }
        if (!rest.matches(":[0-9]{1,5}")) {
            throw new IllegalArgumentException("'" + rest.substring(1) + "' is no port, in '" + text + "'");
        }
        return new ServerAddress(host, Integer.parseInt(rest.substring(1)));
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
