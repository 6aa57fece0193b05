package io.claviger.server;

import java.net.InetSocketAddress;

/**
 * Where a front listens.
 *
 * @param front its name, such as {@code text}
 * @param address the real address, with the real port if any free port was asked for
 */
public record FrontAddress(String front, InetSocketAddress address) {}
