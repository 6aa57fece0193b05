package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running server says about its certificates. */
class TlsReloadLogE2eTest {
    private static final String UNUSED = "the TLS files of before stay in use";

    @TempDir
    private Path folder;

    private static X509Bundle issue(Duration life) throws Exception {
        return new CertificateBuilder()
                .ecp256()
                .subject("CN=localhost")
                .notBefore(Instant.now().minus(Duration.ofDays(9)))
                .notAfter(Instant.now().plus(life))
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }

    @Test
    void aBadNewFileIsToldOnceInOneLine_andAnExpiredOneIsWarnedOf() throws Exception {
        X509Bundle expired = issue(Duration.ofDays(-1));
        Path certificate = Files.writeString(folder.resolve("server.pem"), expired.getCertificatePEM());
        Path key = Files.writeString(folder.resolve("server.key"), expired.getPrivateKeyPEM());
        try (Program server = Program.java(
                        "claviger",
                        Map.of(),
                        "serve",
                        "--text-port=0",
                        "--grpc-port=off",
                        "--http-port=off",
                        "--ipc-socket=off",
                        "--tls-cert=" + certificate,
                        "--tls-key=" + key)
                .awaitOut("ready")) {
            server.awaitErr("TLS certificate file " + certificate + ": expired at ");
            Files.writeString(key, issue(Duration.ofDays(9)).getPrivateKeyPEM());
            server.awaitErr("TLS key file " + key + ": does not fit the certificate; " + UNUSED);
            Files.delete(key);
            server.awaitErr("TLS key file " + key + ": no such file; " + UNUSED);
            String err = server.signal("TERM").err();
            assertThat(err.lines().filter(line -> line.contains("does not fit")))
                    .hasSize(1);
            assertThat(err).doesNotContain("\tat ", "BEGIN");
        }
    }
}
