package io.claviger.server;

import java.nio.file.Path;

/**
 * The unix socket for administration on the same machine, as {@code ldlm-lock} uses it.
 *
 * @param file where it is made, for its owner only
 * @param required whether a server cannot start without it; else it goes on, and says so, if another live server has it
 */
public record SocketConfig(Path file, boolean required) {}
