package io.claviger.cli;

import io.claviger.server.SocketConfig;
import io.claviger.server.security.Security;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What {@code claviger serve} is to do, from all sources and checked.
 *
 * @param listen host or address of every front
 * @param textPort 0 for any free port; empty for no text front
 * @param grpcPort 0 for any free port; empty for no gRPC front
 * @param httpPort 0 for any free port; empty for no HTTP front
 * @param ipcSocket the socket for {@code ldlm-lock}, or {@code off}; empty if it is not given
 * @param keepOnDisconnect whether locks of LDLM's clients outlive their connections and REST sessions
 * @param restSessionIdle after how long without a request a REST session ends
 * @param insecure whether a listener beyond loopback may start
 * @param allowShutdown whether the text protocol's {@code .server-shutdown} is obeyed
 * @param security what is asked of clients; its files are not read yet
 */
record ServeSettings(
        String listen,
        OptionalInt textPort,
        OptionalInt grpcPort,
        OptionalInt httpPort,
        Optional<OptionValue> ipcSocket,
        boolean keepOnDisconnect,
        Duration restSessionIdle,
        boolean insecure,
        boolean allowShutdown,
        Security security) {
    private static final Duration SHORTEST_IDLE = Duration.ofSeconds(1);

    /** @throws BadOptionException if a value is bad, or asks for what this version does not have */
    static ServeSettings of(OptionSources sources) {
        sources.get("data-dir").ifPresent(ServeSettings::refuseDurable);
        OptionValue inMemory = sources.require("volatile");
        if (!inMemory.flag()) {
            throw inMemory.bad("cannot be had: this version keeps its state in memory only");
        }
        OptionValue textPort = sources.require("text-port");
        OptionalInt grpcPort = sources.require("grpc-port").port();
        OptionalInt httpPort = sources.require("http-port").port();
        if (textPort.port().isEmpty() && grpcPort.isEmpty() && httpPort.isEmpty()) {
            throw textPort.bad("leaves no front open");
        }
        return new ServeSettings(
                sources.require("listen").host(),
                textPort.port(),
                grpcPort,
                httpPort,
                sources.get("ipc-socket").map(ServeSettings::requireFile),
                sources.require("no-clear-on-disconnect").flag(),
                restSessionIdle(sources.require("rest-session-timeout")),
                sources.require("insecure").flag(),
                sources.require("allow-shutdown").flag(),
                SecurityOptions.of(sources));
    }

    /** The settings as a configuration file that gives the same settings, but for a password, which is not shown. */
    static String toYaml(OptionSources sources) {
        StringBuilder yaml = new StringBuilder();
        for (String key : sources.fileKeys()) {
            sources.get(key).ifPresent(value -> yaml.append(yamlLine(key, value)));
        }
        return yaml.toString();
    }

    private static String yamlLine(String key, OptionValue value) {
        return key.equals(SecurityOptions.PASSWORD)
                ? "# " + key + ": not shown (" + OptionValue.printable(value.source()) + ")\n"
                : key + ": '" + value.text().replace("'", "''") + "'\n";
    }

    private static void refuseDurable(OptionValue dataDir) {
        throw dataDir.bad("cannot be used: this version keeps its state in memory only");
    }

    /** The socket that is to be made; empty for none. */
    Optional<Path> socket(Map<String, String> environment) {
        return ipcSocket
                .map(OptionValue::text)
                .or(() -> Optional.of(SocketConfig.usualFile(environment).toString()))
                .filter(file -> !file.equals(OptionValue.OFF))
                .map(Path::of);
    }

    private static OptionValue requireFile(OptionValue value) {
        try {
            if (!value.text().isEmpty() && Path.of(value.text()).getFileName() != null) {
                return value;
            }
        } catch (InvalidPathException noName) {
            throw value.bad("is no name of a file");
        }
        throw value.bad("is no name of a file; " + OptionValue.OFF + " stands for no socket");
    }

    private static Duration restSessionIdle(OptionValue value) {
        Duration idle = value.duration();
        if (idle.compareTo(SHORTEST_IDLE) < 0) {
            throw value.bad("is shorter than 1s");
        }
        return idle;
    }
}
