package io.claviger.server;

/**
 * Where a front is to listen.
 *
 * @param host a host name or address; empty or {@code 0.0.0.0} = all interfaces
 * @param port 0 = any free one, negative = the front is not opened
 */
public record ListenAddress(String host, int port) {
    private static final int MAX_PORT = 65_535;

    /**
     * Checks the port.
     *
     * @throws IllegalArgumentException if it is above 65535
     */
    public ListenAddress {
        if (port > MAX_PORT) {
            throw new IllegalArgumentException("a port must be at most 65535: " + port);
        }
    }

    /** Whether the front is to be opened. */
    public boolean isOpen() {
        return port >= 0;
    }

    /** Returns {@code host:port} for people. */
    @Override
    public String toString() {
        String shown = host.isEmpty() ? "*" : host;
        return (shown.contains(":") ? "[" + shown + "]" : shown) + ":" + port;
    }
}
