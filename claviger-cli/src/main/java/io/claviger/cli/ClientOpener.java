package io.claviger.cli;

import io.claviger.LockClient;
import io.claviger.client.RemoteAdmin;
import io.claviger.client.RemoteConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Opens the clients that URLs name. */
final class ClientOpener implements Connection.Opener {
    private static final String REMOTE = "claviger:";
    private static final String LOCAL = "local:";

    /** Heartbeats come every third of a session's life, so this leaves a third for one that comes late. */
    private static final int GRACES_PER_SESSION = 3;

    private static final Duration LONGEST_SESSION = Duration.ofMinutes(10);
    private static final int MAX_PASSWORD_FILE = 4_096;

    @Override
    public LockClient open(Connection connection) {
        OptionValue url = connection.url();
        if (url.text().startsWith(LOCAL)) {
            throw url.bad("is a place within this process, where nobody else would see the lock");
        }
        QuietLogs.install();
        if (connection.isTable()) {
            return DynamoOpener.open(connection);
        }
        if (!url.text().startsWith(REMOTE)) {
            try {
                return LockClient.connect(url.text());
            } catch (IllegalArgumentException e) {
                throw url.bad("is no place of locks: " + OptionValue.printable(String.valueOf(e.getMessage())));
            }
        }
        return config(connection).connect();
    }

    /**
     * Opens what looks at a server. <b>Blocks</b> until it answers.
     *
     * @throws BadOptionException if an option is wrong
     * @throws io.claviger.ClavigerException if no server could be reached, or it refuses us
     */
    static RemoteAdmin openAdmin(Connection connection) {
        OptionValue url = connection.url();
        if (connection.isTable()) {
            throw url.bad("is a DynamoDB table, but " + connection.program() + " needs a server, such as "
                    + Connection.DEFAULT_URL);
        }
        if (!url.text().startsWith(REMOTE)) {
            throw url.bad("names no server; that is such as " + Connection.DEFAULT_URL);
        }
        QuietLogs.install();
        RemoteConfig config = config(connection);
        try {
            return config.connectAdmin();
        } catch (IllegalArgumentException e) {
            throw new BadOptionException(OptionValue.printable(String.valueOf(e.getMessage())));
        }
    }

    static RemoteConfig config(Connection connection) {
        RemoteConfig config;
        try {
            config = RemoteConfig.parse(connection.url().text());
        } catch (IllegalArgumentException e) {
            throw connection
                    .url()
                    .bad("is no place of locks: " + OptionValue.printable(String.valueOf(e.getMessage())));
        }
        RemoteConfig.Builder builder = config.toBuilder().program(connection.program());
        tls(connection, config).ifPresent(builder::tls);
        password(connection).ifPresent(builder::password);
        try {
            builder.sessionTtl(sessionTtl(connection, config));
            connection.connectTimeout().ifPresent(builder::connectTimeout);
        } catch (IllegalArgumentException e) {
            throw new BadOptionException(String.valueOf(e.getMessage()));
        }
        return builder.build();
    }

    private static Duration sessionTtl(Connection connection, RemoteConfig config) {
        if (connection.sessionTtl().isPresent()) {
            return connection.sessionTtl().get();
        }
        Duration ttl = config.sessionTtl();
        Duration wished = connection.grace().multipliedBy(GRACES_PER_SESSION);
        if (ttl.equals(RemoteConfig.DEFAULT_SESSION_TTL) && wished.compareTo(ttl) > 0) {
            ttl = wished.compareTo(LONGEST_SESSION) < 0 ? wished : LONGEST_SESSION;
        }
        if (!ttl.isZero() && ttl.compareTo(connection.grace().multipliedBy(2)) < 0) {
            throw new BadOptionException("--grace: " + Durations.format(connection.grace())
                    + " is more than half the session's time to live of " + Durations.format(ttl));
        }
        return ttl;
    }

    private static Optional<RemoteConfig.TlsFiles> tls(Connection connection, RemoteConfig config) {
        if (!connection.tls()) {
            return Optional.empty();
        }
        Optional<RemoteConfig.TlsFiles> ofUrl = config.tls();
        return Optional.of(new RemoteConfig.TlsFiles(
                path(connection.tlsCa(), ofUrl.flatMap(RemoteConfig.TlsFiles::ca)),
                path(connection.tlsCert(), ofUrl.flatMap(RemoteConfig.TlsFiles::certificate)),
                path(connection.tlsKey(), ofUrl.flatMap(RemoteConfig.TlsFiles::key))));
    }

    private static Optional<Path> path(Optional<OptionValue> option, Optional<Path> otherwise) {
        return option.map(ClientOpener::path).or(() -> otherwise);
    }

    private static Path path(OptionValue file) {
        try {
            Path path = Path.of(file.text());
            if (Files.isReadable(path) && !Files.isDirectory(path)) {
                return path;
            }
            throw file.bad(Files.exists(path) ? "is no file that can be read" : "does not exist");
        } catch (InvalidPathException e) {
            throw file.bad("is no file name");
        }
    }

    private static Optional<String> password(Connection connection) {
        if (connection.password().isPresent()) {
            return connection.password().map(OptionValue::text);
        }
        return connection.passwordFile().map(ClientOpener::firstLine);
    }

    private static String firstLine(OptionValue file) {
        try (var lines = Files.newBufferedReader(path(file), StandardCharsets.UTF_8)) {
            char[] text = new char[MAX_PASSWORD_FILE];
            int length = Math.max(0, lines.read(text));
            String line = new String(text, 0, length).lines().findFirst().orElse("");
            if (line.isEmpty()) {
                throw file.bad("has no password in its first line");
            }
            return line;
        } catch (IOException e) {
            throw file.bad("cannot be read as UTF-8");
        }
    }
}
