package io.claviger.server.security;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a server asks of those who connect. Immutable; without anything set it speaks plain text with everybody. Names
 * files but reads none: {@link Guard#open} does.
 *
 * <p>Example:
 *
 * <pre>{@code
 * Security security = Security.builder()
 *         .tls(Path.of("server.pem"), Path.of("server.key"))
 *         .passwordFile(Path.of("password"))
 *         .build();
 * }</pre>
 */
public final class Security {
    private static final Security NONE = builder().build();

    private final @Nullable TlsFiles tls;
    private final @Nullable Password password;
    private final @Nullable Path passwordFile;

    private Security(Builder builder) {
        Path certificate = builder.certificate;
        Path key = builder.key;
        this.tls = certificate == null || key == null
                ? null
                : new TlsFiles(certificate, key, builder.clientCa, builder.clientsOfSystem);
        this.password = builder.password;
        this.passwordFile = builder.passwordFile;
    }

    /** Plain text, and nobody has to say who it is. */
    public static Security none() {
        return NONE;
    }

    /** Returns a builder of {@link #none()}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns whether nobody on the way can read or change what is said. */
    public boolean encrypts() {
        return tls != null;
    }

    /** Returns whether clients must prove who they are, by a password or a certificate. */
    public boolean authenticates() {
        return hasPassword() || (tls != null && tls.asksClients());
    }

    /** Returns whether clients must give a password. */
    public boolean hasPassword() {
        return password != null || passwordFile != null;
    }

    /**
     * Returns what a listener beyond loopback lacks, for people: {@code encryption}, {@code authentication}, or both; empty
     * if nothing.
     */
    public Optional<String> missingBeyondLoopback() {
        List<String> missing = new ArrayList<>();
        if (!encrypts()) {
            missing.add("encryption");
        }
        if (!authenticates()) {
            missing.add("authentication");
        }
        return missing.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", missing));
    }

    @Nullable
    TlsFiles tls() {
        return tls;
    }

    /** The password, read from its file if it is in one; null if there is none. */
    @Nullable
    Password loadPassword() throws BadSecurityFileException {
        return passwordFile == null ? password : Password.read(passwordFile);
    }

    /** Says what is set, and no secret. */
    @Override
    public String toString() {
        String shownPassword = !hasPassword() ? "none" : passwordFile == null ? "set" : "in " + passwordFile;
        return "Security[tls=" + (tls == null ? "none" : tls) + ", password=" + shownPassword + "]";
    }

    /** Builds a {@link Security}. Not thread-safe. */
    public static final class Builder {
        private @Nullable Path certificate;
        private @Nullable Path key;
        private @Nullable Path clientCa;
        private boolean clientsOfSystem;
        private @Nullable Password password;
        private @Nullable Path passwordFile;

        private Builder() {}

        /**
         * Sets the server's identity, and so switches TLS on.
         *
         * @param chain PEM file with the certificate, and after it those that lead to one that clients trust
         * @param privateKey PEM file with the private key, not encrypted
         */
        public Builder tls(Path chain, Path privateKey) {
            this.certificate = chain;
            this.key = privateKey;
            return this;
        }

        /** Asks clients for certificates that these authorities (a PEM file) vouch for. Goes with {@link #tls} only. */
        public Builder clientCa(Path authorities) {
            this.clientCa = authorities;
            this.clientsOfSystem = false;
            return this;
        }

        /**
         * Asks clients for certificates that the authorities which this system trusts vouch for. Goes with {@link #tls} only.
         * Anybody can have such a certificate: together with a password it is of use.
         */
        public Builder clientCertificatesOfSystem() {
            this.clientsOfSystem = true;
            this.clientCa = null;
            return this;
        }

        /**
         * Sets the password that clients must give.
         *
         * @throws IllegalArgumentException if it is empty, too long or has control characters; does not repeat it
         */
        public Builder password(String text) {
            this.password = Password.of(text);
            this.passwordFile = null;
            return this;
        }

        /** Takes the password from a file, at the start of the server; a line end after it does not belong to it. */
        public Builder passwordFile(Path file) {
            this.passwordFile = file;
            this.password = null;
            return this;
        }

        /**
         * Returns the settings.
         *
         * @throws IllegalArgumentException if client certificates are asked for without TLS
         */
        public Security build() {
            if ((clientCa != null || clientsOfSystem) && certificate == null) {
                throw new IllegalArgumentException("client certificates can be asked for with TLS only");
            }
            return new Security(this);
        }
    }
}
