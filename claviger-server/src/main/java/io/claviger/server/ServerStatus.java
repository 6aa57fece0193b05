package io.claviger.server;

import java.util.List;

/**
 * What a server can say of itself beside what its machine knows.
 *
 * @param version of this software
 * @param durability what becomes of the state in a crash: {@code volatile} = it is gone
 * @param startedNanos when it started, on the clock of {@link System#nanoTime()}
 * @param fronts those that listen; others may be added while the server starts
 */
public record ServerStatus(String version, String durability, long startedNanos, List<Front> fronts) {}
