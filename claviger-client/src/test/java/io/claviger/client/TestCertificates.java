package io.claviger.client;

import io.claviger.client.RemoteConfig.TlsFiles;
import io.claviger.server.security.Security;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** An authority, and a server and a client that it vouches for, all made anew, as files. */
final class TestCertificates {
    private final Path folder;

    TestCertificates(Path folder) {
        this.folder = folder;
        try {
            X509Bundle authority =
                    builder("test authority").setIsCertificateAuthority(true).buildSelfSigned();
            write("ca.pem", authority.getCertificatePEM());
            write("server", builder("server").addSanDnsName("localhost").buildIssuedBy(authority));
            write("client", builder("client").buildIssuedBy(authority));
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static CertificateBuilder builder(String name) {
        return new CertificateBuilder().ecp256().subject("CN=" + name);
    }

    private void write(String name, X509Bundle identity) {
        write(name + ".pem", identity.getCertificatePathPEM());
        write(name + ".key", identity.getPrivateKeyPEM());
    }

    private void write(String name, String text) {
        try {
            Files.writeString(file(name), text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** A server that proves who it is. */
    Security.Builder server() {
        return Security.builder().tls(file("server.pem"), file("server.key"));
    }

    /** A client that trusts the authority. */
    TlsFiles trusting() {
        return new TlsFiles(Optional.of(file("ca.pem")), Optional.empty(), Optional.empty());
    }

    /** A client that also proves who it is. */
    TlsFiles proven() {
        return new TlsFiles(
                Optional.of(file("ca.pem")), Optional.of(file("client.pem")), Optional.of(file("client.key")));
    }
}
