package io.claviger.server.security;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one state of the files gives: a context for each kind of front.
 *
 * @param certificate the server's own
 */
record TlsContexts(SslContext text, SslContext grpc, X509Certificate certificate) {
    private static final Logger log = LoggerFactory.getLogger(TlsContexts.class);

    /** Older ones are broken (RFC 8996). */
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    Instant validUntil() {
        return end(certificate);
    }

    static TlsContexts of(TlsFiles files, TlsFiles.Content content) throws BadSecurityFileException {
        X509Certificate[] chain =
                new Pem(TlsFiles.CERTIFICATE, files.certificate(), content.certificate()).certificates();
        PrivateKey key = new Pem(TlsFiles.KEY, files.key(), content.key()).privateKey(chain[0]);
        SslContextBuilder text = SslContextBuilder.forServer(key, chain).sslProvider(SslProvider.JDK);
        SslContextBuilder grpc = GrpcSslContexts.configure(SslContextBuilder.forServer(key, chain), SslProvider.JDK);
        Path clientCa = files.clientCa();
        String authorities = content.clientCa();
        if (clientCa != null && authorities != null) {
            X509Certificate[] trusted = new Pem(TlsFiles.CLIENT_CA, clientCa, authorities).certificates();
            text.trustManager(trusted).clientAuth(ClientAuth.REQUIRE);
            grpc.trustManager(trusted).clientAuth(ClientAuth.REQUIRE);
        } else if (files.systemAuthorities()) {
            TrustManagerFactory system = systemAuthorities();
            text.trustManager(system).clientAuth(ClientAuth.REQUIRE);
            grpc.trustManager(system).clientAuth(ClientAuth.REQUIRE);
        }
        warnOfDates(files.certificate(), chain[0]);
        try {
            return new TlsContexts(
                    text.protocols(PROTOCOLS).build(), grpc.protocols(PROTOCOLS).build(), chain[0]);
        } catch (SSLException | IllegalArgumentException unusable) {
            throw new BadSecurityFileException(
                    TlsFiles.CERTIFICATE, files.certificate(), "cannot be used: " + unusable.getMessage());
        }
    }

    private static TrustManagerFactory systemAuthorities() {
        try {
            TrustManagerFactory system = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            system.init((KeyStore) null);
            return system;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java runtime has authorities that it trusts", missing);
        }
    }

    /** Not refused: clients decide what they trust, and a server that does not start helps none of them. */
    private static void warnOfDates(Path file, X509Certificate certificate) {
        try {
            certificate.checkValidity();
        } catch (CertificateExpiredException expired) {
            log.warn("TLS certificate file {}: expired at {}", file, end(certificate));
        } catch (CertificateNotYetValidException early) {
            log.warn("TLS certificate file {}: is not valid yet", file);
        }
    }

    /** When the server's certificate ends. */
    @SuppressWarnings("JavaUtilDate") // The JDK's certificates know no other.
    private static Instant end(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }
}
