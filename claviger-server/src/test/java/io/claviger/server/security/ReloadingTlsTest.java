package io.claviger.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReloadingTlsTest {
    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private TestPki pki;

    @BeforeEach
    void makeFiles() {
        pki = new TestPki(folder).serve(PkiOnce.FIRST);
    }

    /** Keys take time to make. */
    private static final class PkiOnce {
        static final X509Bundle FIRST;
        static final X509Bundle SECOND;

        static {
            try {
                TestPki pki = new TestPki(Files.createTempDirectory("claviger-pki"));
                FIRST = pki.issue("first");
                SECOND = pki.issue("second");
            } catch (java.io.IOException failed) {
                throw new AssertionError(failed);
            }
        }
    }

    private ReloadingTls open() throws BadSecurityFileException {
        return new ReloadingTls(new TlsFiles(pki.certificate(), pki.key(), null, false));
    }

    private static String name(ReloadingTls tls) {
        return tls.certificate().getSubjectX500Principal().getName();
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(this::open)
                .isInstanceOf(BadSecurityFileException.class)
                .message()
                .contains(parts)
                .hasLineCount(1);
    }

    @Test
    void changedFilesAreUsed_whenTwoLooksSawTheSame() throws Exception {
        ReloadingTls tls = open();
        tls.look();
        pki.serve(PkiOnce.SECOND);
        tls.look();
        assertThat(name(tls)).isEqualTo("CN=first");
        tls.look();
        assertThat(name(tls)).isEqualTo("CN=second");
        pki.serve(PkiOnce.FIRST);
        tls.look();
        tls.look();
        assertThat(name(tls)).isEqualTo("CN=first");
    }

    @Test
    void halfReplacedFilesAreNotTried() throws Exception {
        ReloadingTls tls = open();
        pki.write("server.pem", PkiOnce.SECOND.getCertificatePEM());
        tls.look();
        pki.write("server.key", PkiOnce.SECOND.getPrivateKeyPEM());
        tls.look();
        assertThat(name(tls)).isEqualTo("CN=first");
        tls.look();
        assertThat(name(tls)).isEqualTo("CN=second");
    }

    @Test
    void badFilesChangeNothing_untilTheyAreGood() throws Exception {
        ReloadingTls tls = open();
        pki.write("server.pem", "garbage");
        for (int i = 0; i < 5; i++) {
            tls.look();
        }
        Files.delete(pki.key());
        for (int i = 0; i < 5; i++) {
            tls.look();
        }
        assertThat(name(tls)).isEqualTo("CN=first");
        pki.serve(PkiOnce.SECOND);
        tls.look();
        tls.look();
        assertThat(name(tls)).isEqualTo("CN=second");
    }

    @Test
    void missingAndUnreadableFilesAreNamed() throws Exception {
        pki.write("server.pem", "garbage");
        assertRefused("TLS certificate file " + pki.certificate() + ": is not PEM");
        pki.write("server.pem", PkiOnce.FIRST.getPrivateKeyPEM());
        assertRefused("TLS certificate file " + pki.certificate() + ": has no certificate but PRIVATE KEY");
        pki.write("server.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertRefused(pki.certificate() + ": has a certificate that cannot be understood");
        pki.write("server.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n");
        assertRefused(pki.certificate() + ": is cut off");
        pki.serve(PkiOnce.FIRST);
        Files.delete(pki.key());
        assertRefused("TLS key file " + pki.key() + ": no such file");
        pki.write("server.key", PkiOnce.FIRST.getCertificatePEM());
        assertRefused("TLS key file " + pki.key() + ": has no private key but CERTIFICATE");
        pki.write("server.key", PkiOnce.SECOND.getPrivateKeyPEM());
        assertRefused("TLS key file " + pki.key() + ": does not fit the certificate");
    }

    @ParameterizedTest
    @CsvSource({
        "ENCRYPTED PRIVATE KEY, 'AAAA'",
        "RSA PRIVATE KEY, 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA'"
    })
    void encryptedKeysAreNamed(String label, String body) {
        pki.write("server.key", "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
        assertRefused("TLS key file " + pki.key() + ": is encrypted, which is not supported");
    }

    @Test
    void anExpiredCertificateIsUsedAllTheSame() throws Exception {
        pki.serve(pki.expired("old"));
        assertThat(name(open())).isEqualTo("CN=old");
    }

    @ParameterizedTest
    @EnumSource(names = {"ecp256", "ecp384", "rsa2048", "ed25519"})
    void keysOfAllUsualKindsAreRead(Algorithm algorithm) throws Exception {
        X509Bundle identity = pki.issue("any", algorithm);
        pki.serve(identity);
        assertThat(name(open())).isEqualTo("CN=any");
        pki.serve(pki.issue("other", algorithm));
        pki.write("server.pem", identity.getCertificatePEM());
        assertRefused("does not fit the certificate");
    }

    /** The older forms are what PKCS #8 has inside. */
    @ParameterizedTest
    @CsvSource({"rsa2048, RSA PRIVATE KEY", "ecp256, EC PRIVATE KEY"})
    void keysInTheirOlderFormsAreRead(Algorithm algorithm, String label) throws Exception {
        X509Bundle identity = pki.issue("older", algorithm);
        pki.serve(identity);
        byte[] pkcs8 = identity.getKeyPair().getPrivate().getEncoded();
        byte[] older = Arrays.copyOfRange(pkcs8, algorithm == Algorithm.rsa2048 ? 26 : 28, pkcs8.length);
        pki.write(
                "server.key",
                "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(older) + "\n-----END "
                        + label + "-----\n");
        assertThat(name(open())).isEqualTo("CN=older");
    }

    @Test
    void textAroundTheBlocksIsIgnored_andKeyAndCertificateMayShareAFile() throws Exception {
        String both = "subject: x\n" + PkiOnce.FIRST.getPrivateKeyPEM() + "\nissuer: y\n"
                + PkiOnce.FIRST.getCertificatePathPEM();
        Path file = pki.write("both.pem", both);
        assertThat(name(new ReloadingTls(new TlsFiles(file, file, null, false))))
                .isEqualTo("CN=first");
    }

    @Test
    void aClientAuthorityThatIsNoneIsNamed() {
        Path ca = pki.write("ca.pem", "nothing");
        assertThatThrownBy(() -> new ReloadingTls(new TlsFiles(pki.certificate(), pki.key(), ca, false)))
                .isInstanceOf(BadSecurityFileException.class)
                .hasMessageStartingWith("client CA file " + ca + ": is not PEM");
    }
}
