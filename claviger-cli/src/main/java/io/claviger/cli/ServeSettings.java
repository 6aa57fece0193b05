package io.claviger.cli;

import io.claviger.server.security.Security;
import java.util.OptionalInt;

/**
 * What {@code claviger serve} is to do, from all sources and checked.
 *
 * @param listen host or address of every front
 * @param textPort 0 for any free port; empty for no text front
 * @param grpcPort 0 for any free port; empty for no gRPC front
 * @param insecure whether a listener beyond loopback may start
 * @param allowShutdown whether the text protocol's {@code .server-shutdown} is obeyed
 * @param security what is asked of clients; its files are not read yet
 */
record ServeSettings(
        String listen,
        OptionalInt textPort,
        OptionalInt grpcPort,
        boolean insecure,
        boolean allowShutdown,
        Security security) {
    /** @throws BadOptionException if a value is bad, or asks for what this version does not have */
    static ServeSettings of(OptionSources sources) {
        sources.get("data-dir").ifPresent(ServeSettings::refuseDurable);
        OptionValue inMemory = sources.require("volatile");
        if (!inMemory.flag()) {
            throw inMemory.bad("cannot be had: this version keeps its state in memory only");
        }
        refuseFront(sources.require("http-port"), "HTTP");
        OptionValue textPort = sources.require("text-port");
        OptionalInt grpcPort = sources.require("grpc-port").port();
        if (textPort.port().isEmpty() && grpcPort.isEmpty()) {
            throw textPort.bad("leaves no front open");
        }
        return new ServeSettings(
                sources.require("listen").host(),
                textPort.port(),
                grpcPort,
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

    /** A closed front is what we have; 0 is accepted since scripts that ask for free ports give it for every front. */
    private static void refuseFront(OptionValue value, String name) {
        OptionalInt port = value.port();
        if (port.isPresent() && port.getAsInt() != 0) {
            throw value.bad("cannot be opened: this version has no " + name + " front");
        }
    }
}
