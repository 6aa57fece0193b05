package io.claviger.client;

import io.claviger.client.RemoteConfig.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the URI of a server. */
final class RemoteUri {
    static final String SCHEME = "claviger";

    private static final String START = SCHEME + "://";
    private static final int MAX_PASSWORD_BYTES = 4_096;
    private static final String FORM = START + "HOST:PORT,HOST:PORT?OPTION=VALUE&…";
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
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
            apply(options(rest.substring(question + 1)), builder);
        }
        return builder.build();
    }

    /** Reads a duration such as {@code 500ms}, {@code 15s}, {@code 2m}. */
    static Duration duration(String name, String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(name + ": '" + text + "' is no duration such as 500ms, 15s or 2m");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
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

    private static Map<String, String> options(String query) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (!OPTIONS.contains(name)) {
                throw new IllegalArgumentException(
                        "'" + name + "' is no option of an address; there are " + String.join(", ", OPTIONS));
            }
            if (equals < 0) {
                throw new IllegalArgumentException("the option '" + name + "' lacks a value: " + name + "=…");
            }
            if (options.put(name, decoded(name, pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("the option '" + name + "' is given twice");
            }
        }
        return options;
    }

    private static String decoded(String name, String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException(
                    name + ": '" + value + "' has a % that is not followed by two hexadecimal digits", bad);
        }
    }

    private static void apply(Map<String, String> options, RemoteConfig.Builder builder) {
        tls(options).ifPresent(builder::tls);
        options.forEach((name, value) -> {
            switch (name) {
                case "password-file" -> builder.password(password(value));
                case "session-ttl" -> builder.sessionTtl(duration(name, value));
                case "connect-timeout" -> builder.connectTimeout(duration(name, value));
                case "label" -> builder.label(value);
                default -> {} // for TLS, above
            }
        });
    }

    private static Optional<TlsFiles> tls(Map<String, String> options) {
        String flag = options.getOrDefault("tls", "");
        if (!List.of("", "on", "off").contains(flag)) {
            throw new IllegalArgumentException("tls: '" + flag + "' is neither on nor off");
        }
        TlsFiles files = new TlsFiles(file(options, "ca"), file(options, "cert"), file(options, "key"));
        boolean named = files.ca().isPresent() || files.certificate().isPresent();
        if (flag.equals("off") && named) {
            throw new IllegalArgumentException("tls is off, but a file for it is named");
        }
        return named || flag.equals("on") ? Optional.of(files) : Optional.empty();
    }

    private static Optional<Path> file(Map<String, String> options, String name) {
        return Optional.ofNullable(options.get(name)).map(Path::of);
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
