package io.claviger.cli.tcpnetlock;

import io.claviger.cli.process.OneLine;
import java.util.Map;
import java.util.Optional;

/**
 * Where the server is and how the client calls itself.
 *
 * @param host name or address; the empty text is this machine
 * @param port 0 to {@link #MAX_PORT}
 * @param clientId a valid client id, if one is set
 */
record Endpoint(String host, int port, Optional<String> clientId) {
    static final int MAX_PORT = 65_535;
    static final String DEFAULT_HOST = "localhost";
    static final String DEFAULT_PORT = "7654";

    /**
     * Takes each setting from its option, else from its environment variable, else the default.
     *
     * @throws UsageException if the port or the client id is invalid; an environment variable that an option overrides
     *     is not looked at
     */
    static Endpoint of(ArgParser args, Map<String, String> environment) {
        int port = args.port(environment.getOrDefault("TCPNETLOCK_PORT", DEFAULT_PORT));
        String host = args.value("--host").orElse(environment.getOrDefault("TCPNETLOCK_HOST", DEFAULT_HOST));
        Optional<String> clientId =
                args.value("--client-id").or(() -> Optional.ofNullable(environment.get("TCPNETLOCK_CLIENT_ID")));
        clientId.filter(id -> !Names.isClientId(id)).ifPresent(id -> {
            throw args.error("The provided client-id is not valid: '" + OneLine.of(id) + "'");
        });
        return new Endpoint(host, port, clientId);
    }

    @Override
    public String toString() {
        return "'" + OneLine.of(host) + ":" + port + "'";
    }
}
