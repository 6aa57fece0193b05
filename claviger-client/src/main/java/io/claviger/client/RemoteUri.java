package io.claviger.client;

import io.claviger.client.RemoteConfig.TlsFiles;
import io.claviger.spi.AddressOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the URI of a server. */
final class RemoteUri {
    static final String SCHEME = "claviger";

    private static final String START = SCHEME + "://";
    private static final int MAX_PASSWORD_BYTES = 4_096;
    private static final String FORM = START + "HOST:PORT,HOST:PORT?OPTION=VALUE&…";
    private static final List<String> OPTIONS =
            List.of("tls", "ca", "cert", "key", "password-file", "session-ttl", "connect-timeout", "label");

    private RemoteUri() {}

    static RemoteConfig parse(String uri) {
        if (!uri.startsWith(START)) {
            throw new IllegalArgumentException("'" + uri + "' is no address of a server: " + FORM);
        }
        String rest = uri.substring(START.length());
        int question = rest.indexOf('?');
        String hosts = question < 0 ? rest : rest.substring(0, question);
        RemoteConfig.Builder builder = RemoteConfig.builder().servers(servers(hosts.replaceAll("/$", ""), uri));
        if (question >= 0) {
            apply(AddressOptions.parse(rest.substring(question + 1), "an address", OPTIONS), builder);
        }
        return builder.build();
    }

    private static List<ServerAddress> servers(String hosts, String uri) {
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("'" + uri + "' names no host: " + FORM);
        }
        List<ServerAddress> servers = new ArrayList<>();
        for (String host : hosts.split(",", -1)) {
            servers.add(ServerAddress.parse(host));
        }
        return servers;
    }

    private static void apply(AddressOptions options, RemoteConfig.Builder builder) {
        tls(options).ifPresent(builder::tls);
        options.text("password-file").ifPresent(file -> builder.password(password(file)));
        options.duration("session-ttl").ifPresent(builder::sessionTtl);
        options.duration("connect-timeout").ifPresent(builder::connectTimeout);
        options.text("label").ifPresent(builder::label);
    }

    private static Optional<TlsFiles> tls(AddressOptions options) {
        Optional<Boolean> flag = options.flag("tls");
        TlsFiles files = new TlsFiles(file(options, "ca"), file(options, "cert"), file(options, "key"));
        boolean named = files.ca().isPresent() || files.certificate().isPresent();
        if (named && flag.isPresent() && !flag.get()) {
            throw new IllegalArgumentException("tls is off, but a file for it is named");
        }
        return named || flag.orElse(false) ? Optional.of(files) : Optional.empty();
    }

    private static Optional<Path> file(AddressOptions options, String name) {
        return options.text(name).map(Path::of);
    }

    private static String password(String file) {
        Path path = Path.of(file);
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException("password-file: '" + file + "' is not a regular file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_PASSWORD_BYTES + 1);
            if (bytes.length > MAX_PASSWORD_BYTES) {
                throw new IllegalArgumentException(
                        "password-file: '" + file + "' is longer than " + MAX_PASSWORD_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8).replaceFirst("\r?\n$", "");
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("password-file: '" + file + "' cannot be read: "
                    + unreadable.getClass().getSimpleName());
        }
    }
}
