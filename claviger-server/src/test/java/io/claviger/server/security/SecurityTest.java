package io.claviger.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SecurityTest {
    private static final Path FILE = Path.of("x.pem");

    @Test
    void whatIsMissingBeyondLoopback() {
        assertThat(Security.none().missingBeyondLoopback()).contains("encryption and authentication");
        assertThat(Security.builder().password("p").build().missingBeyondLoopback())
                .contains("encryption");
        assertThat(Security.builder().passwordFile(FILE).build().missingBeyondLoopback())
                .contains("encryption");
        assertThat(Security.builder().tls(FILE, FILE).build().missingBeyondLoopback())
                .contains("authentication");
        assertThat(Security.builder().tls(FILE, FILE).password("p").build().missingBeyondLoopback())
                .isEmpty();
        assertThat(Security.builder().tls(FILE, FILE).clientCa(FILE).build().missingBeyondLoopback())
                .isEmpty();
        assertThat(Security.builder()
                        .tls(FILE, FILE)
                        .clientCertificatesOfSystem()
                        .build()
                        .missingBeyondLoopback())
                .isEmpty();
    }

    @Test
    void showsNoSecret() {
        Security security =
                Security.builder().tls(FILE, FILE).password("open-sesame").build();
        assertThat(security.toString()).contains("x.pem", "password=set").doesNotContain("sesame");
        assertThat(Password.of("open-sesame").toString()).doesNotContain("sesame");
        assertThat(new TlsFiles.Content("certificate", "secret-key", null).toString())
                .doesNotContain("secret");
    }

    @Test
    void clientCertificatesGoWithTlsOnly() {
        assertThatThrownBy(() -> Security.builder().clientCa(FILE).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("with TLS only");
        assertThatThrownBy(() -> Security.builder().clientCertificatesOfSystem().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("with TLS only");
    }
}
