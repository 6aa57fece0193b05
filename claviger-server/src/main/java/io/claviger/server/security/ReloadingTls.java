package io.claviger.server.security;

import io.netty.handler.ssl.SslContext;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS that follows its files. Every look compares all their bytes, since times and sizes miss changes that links or quick
 * hands make. Changed files are tried at the look after, if they are then still the same: who replaces certificate and
 * key one after the other is not caught in between. Files that cannot be used change nothing and are told once.
 *
 * <p>Each state of the files has contexts of its own, and so its own sessions: nobody resumes, with a certificate that
 * is not trusted any more, what an earlier state granted. Connections that stand go on.
 */
final class ReloadingTls {
    private static final Logger log = LoggerFactory.getLogger(ReloadingTls.class);

    private final TlsFiles files;
    private final SslContext text;
    private final SslContext grpc;
    private volatile TlsContexts current;

    /** What the last look saw: the content, or the error in its place. */
    private Object seen;

    /** What was last used or refused. */
    private Object decided;

    /** @throws BadSecurityFileException if the files cannot be used */
    ReloadingTls(TlsFiles files) throws BadSecurityFileException {
        TlsFiles.Content content = files.read();
        this.files = files;
        this.current = TlsContexts.of(files, content);
        this.decided = content;
        this.seen = decided;
        this.text = new FollowingSslContext(() -> current.text());
        this.grpc = new FollowingSslContext(() -> current.grpc());
    }

    SslContext text() {
        return text;
    }

    SslContext grpc() {
        return grpc;
    }

    /** The certificate that new connections get. */
    X509Certificate certificate() {
        return current.certificate();
    }

    /** Looks at the files. To be called from time to time. Never throws, since a scheduler would then stop calling. */
    synchronized void look() {
        try {
            lookOnce();
        } catch (RuntimeException broken) {
            log.error("TLS files cannot be looked at", broken);
        }
    }

    private void lookOnce() {
        Object found = contentOrProblem();
        boolean settled = found.equals(seen);
        seen = found;
        if (!settled || found.equals(decided)) {
            return;
        }
        decided = found;
        if (found instanceof TlsFiles.Content content) {
            use(content);
        } else {
            refuse(found);
        }
    }

    private Object contentOrProblem() {
        try {
            return files.read();
        } catch (BadSecurityFileException bad) {
            return String.valueOf(bad.getMessage());
        }
    }

    private void use(TlsFiles.Content content) {
        try {
            current = TlsContexts.of(files, content);
            log.info("TLS certificate reloaded from {}, valid until {}", files.certificate(), current.validUntil());
        } catch (BadSecurityFileException bad) {
            refuse(bad.getMessage());
        }
    }

    private static void refuse(@Nullable Object problem) {
        log.warn("{}; the TLS files of before stay in use", problem);
    }
}
