package io.claviger.server;

import java.net.InetSocketAddress;

/**
 * Where a front listens.
 *
 * @param front its name, such as {@code text}
 * @param address the real address, with the real port if any free port was asked for
 */
public record FrontAddress(String front, InetSocketAddress address) {
    /** Returns the address for people, in digits: {@code 127.0.0.1:3144}, {@code [0:0:0:0:0:0:0:1]:3144}. */
    public String text() {
        return text(address);
    }

    /** As {@link #text()}, of any address that was resolved. */
    public static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
