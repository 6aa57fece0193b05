package io.claviger.cli;

import io.claviger.server.security.Security;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** The options of {@code claviger serve} that say who may connect, and how privately. */
final class SecurityOptions {
    /** The one key whose value is a secret. */
    static final String PASSWORD = "password";

    private static final String TLS_CERT = "tls-cert";
    private static final String TLS_KEY = "tls-key";
    private static final String CLIENT_CA = "client-ca";
    private static final String PASSWORD_FILE = "password-file";

    private SecurityOptions() {}

    /**
     * Reads the options but not the files that they name.
     *
     * @throws BadOptionException if one is bad, or misses another, or excludes another
     */
    static Security of(OptionSources sources) {
        Security.Builder security = Security.builder();
        Optional<OptionValue> certificate = sources.get(TLS_CERT);
        Optional<OptionValue> key = sources.get(TLS_KEY);
        certificate.ifPresent(value -> require(value, key, TLS_KEY));
        key.ifPresent(value -> require(value, certificate, TLS_CERT));
        if (certificate.isPresent() && key.isPresent()) {
            security.tls(file(certificate.get()), file(key.get()));
        }
        sources.get(CLIENT_CA).ifPresent(value -> {
            require(value, certificate, TLS_CERT);
            security.clientCa(file(value));
        });
        addPassword(sources, security);
        return security.build();
    }

    private static void addPassword(OptionSources sources, Security.Builder security) {
        Optional<OptionValue> text = sources.get(PASSWORD);
        Optional<OptionValue> file = sources.get(PASSWORD_FILE);
        if (text.isPresent() && file.isPresent()) {
            throw new BadOptionException(named(text.get()) + " excludes " + named(file.get()));
        }
        text.ifPresent(value -> {
            try {
                security.password(value.text());
            } catch (IllegalArgumentException bad) {
                // Not with the value, as other options have it.
                throw new BadOptionException(named(value) + ": " + bad.getMessage());
            }
        });
        file.ifPresent(value -> security.passwordFile(file(value)));
    }

    private static void require(OptionValue has, Optional<OptionValue> other, String missing) {
        if (other.isEmpty()) {
            throw has.bad("needs --" + missing + " as well");
        }
    }

    private static Path file(OptionValue value) {
        if (value.text().isEmpty()) {
            throw value.bad("names no file");
        }
        try {
            return Path.of(value.text());
        } catch (InvalidPathException bad) {
            throw value.bad("is no file name");
        }
    }

    /** The option and where it comes from. Its name in a file has no dashes. */
    private static String named(OptionValue value) {
        return value.option() + " (" + OptionValue.printable(value.source()) + ")";
    }
}
