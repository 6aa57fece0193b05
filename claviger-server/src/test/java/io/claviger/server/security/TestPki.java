package io.claviger.server.security;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Certificates of one authority, made anew, and the files and clients that use them. */
public final class TestPki {
    private final Path folder;
    private final X509Bundle authority;

    /** Makes an authority whose files are in that folder. */
    public TestPki(Path folder) {
        this.folder = folder;
        try {
            authority =
                    builder("test authority").setIsCertificateAuthority(true).buildSelfSigned();
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
        write("ca.pem", authority.getCertificatePEM());
    }

    private static CertificateBuilder builder(String name) {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=" + name)
                .notBefore(Instant.now().minus(Duration.ofDays(2)))
                .notAfter(Instant.now().plus(Duration.ofDays(2)));
    }

    /** A certificate for localhost. */
    public X509Bundle issue(String name) {
        return issue(name, CertificateBuilder.Algorithm.ecp256);
    }

    /** A certificate for localhost with that kind of key. */
    public X509Bundle issue(String name, CertificateBuilder.Algorithm algorithm) {
        try {
            return builder(name)
                    .algorithm(algorithm)
                    .addSanDnsName("localhost")
                    .addSanIpAddress("127.0.0.1")
                    .buildIssuedBy(authority);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** A certificate that ended yesterday. */
    public X509Bundle expired(String name) {
        try {
            return builder(name)
                    .notAfter(Instant.now().minus(Duration.ofDays(1)))
                    .buildIssuedBy(authority);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Writes {@code server.pem} and {@code server.key}. */
    public TestPki serve(X509Bundle identity) {
        write("server.pem", identity.getCertificatePathPEM());
        write("server.key", identity.getPrivateKeyPEM());
        return this;
    }

    public Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public Path certificate() {
        return folder.resolve("server.pem");
    }

    public Path key() {
        return folder.resolve("server.key");
    }

    public Path authority() {
        return folder.resolve("ca.pem");
    }

    /** A file of authorities in the form of a JVM's own, with this one only. */
    public Path trustStore() {
        Path file = folder.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("authority", authority.getCertificate());
            // A JVM reads certificates that are not encrypted without a password.
            System.setProperty("keystore.pkcs12.certProtectionAlgorithm", "NONE");
            System.setProperty("keystore.pkcs12.macAlgorithm", "NONE");
            store.store(out, new char[0]);
            return file;
        } catch (IOException | GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        } finally {
            System.clearProperty("keystore.pkcs12.certProtectionAlgorithm");
            System.clearProperty("keystore.pkcs12.macAlgorithm");
        }
    }

    /** A context of a client that trusts the authority; with an identity of its own if one is given. */
    public SSLContext client(@Nullable X509Bundle identity) {
        try {
            KeyManager[] own = identity == null
                    ? new KeyManager[0]
                    : identity.toKeyManagerFactory().getKeyManagers();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own, new TrustManager[] {authority.toTrustManager()}, null);
            return context;
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Connects and shakes hands. */
    public SSLSocket connect(@Nullable X509Bundle identity, int port) throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        plain.setSoTimeout(10_000);
        SSLSocket socket = (SSLSocket) client(identity).getSocketFactory().createSocket(plain, "localhost", port, true);
        try {
            socket.startHandshake();
            return socket;
        } catch (IOException refused) {
            socket.close();
            throw refused;
        }
    }
}
