package io.claviger.server;

import java.nio.file.Path;
import java.util.Map;

/**
 * The unix socket for administration on the same machine, as {@code ldlm-lock} uses it.
 *
 * @param file where it is made, for its owner only
 * @param required whether a server cannot start without it; else it goes on without, and says so, if it cannot be made, for
 *     instance since another live server has it
 */
public record SocketConfig(Path file, boolean required) {
    private static final String USUAL_NAME = "ldlm-ipc.sock";

    /** Returns where servers and clients look for it unless they are told otherwise. */
    public static Path usualFile(Map<String, String> environment) {
        String folder = environment.getOrDefault("TMPDIR", "");
        return Path.of(folder.isEmpty() ? "/tmp" : folder, USUAL_NAME);
    }
}
