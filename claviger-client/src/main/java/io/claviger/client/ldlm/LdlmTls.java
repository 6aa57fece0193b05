package io.claviger.client.ldlm;

import io.claviger.client.RemoteConfig.TlsFiles;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of an encrypted connection, all PEM and all optional. Immutable.
 *
 * @param certFile who this client is, for servers that ask; empty = it does not say
 * @param keyFile the private key of the certificate, present if the certificate is
 * @param caFile whom to trust; empty = whom this Java trusts
 */
public record LdlmTls(Optional<Path> certFile, Optional<Path> keyFile, Optional<Path> caFile) {
    /** Encrypted, and trusting whom this Java trusts. */
    public static final LdlmTls SYSTEM = new LdlmTls(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Checks that certificate and key come together.
     *
     * @throws IllegalArgumentException if one is without the other
     */
    public LdlmTls {
        new TlsFiles(caFile, certFile, keyFile);
    }

    /** Returns the same with a certificate and its key. */
    public LdlmTls withCertificate(Path cert, Path key) {
        return new LdlmTls(Optional.of(cert), Optional.of(key), caFile);
    }

    /** Returns the same, trusting only this authority. */
    public LdlmTls withCa(Path ca) {
        return new LdlmTls(certFile, keyFile, Optional.of(ca));
    }

    TlsFiles files() {
        return new TlsFiles(caFile, certFile, keyFile);
    }
}
