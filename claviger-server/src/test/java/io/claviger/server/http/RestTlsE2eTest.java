package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.server.ServerConfig;
import io.claviger.server.security.Security;
import io.claviger.server.security.TestPki;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS on the HTTP front, with the JDK's own clients. */
class RestTlsE2eTest {
    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private TestPki pki;

    private @Nullable RestServer server;

    @BeforeEach
    void makeFiles() {
        pki = new TestPki(folder);
        pki.serve(pki.issue("first"));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private RestServer start(Security.Builder security) {
        RestServer started = new RestServer(ServerConfig.builder()
                .security(security.tls(pki.certificate(), pki.key()).build()));
        server = started;
        return started;
    }

    private RestClient client(RestServer to, @Nullable X509Bundle identity) {
        return new RestClient(URI.create("https://localhost:" + to.address().getPort()), pki.client(identity));
    }

    private String servedName(RestServer to) throws IOException {
        try (SSLSocket socket = pki.connect(null, to.address().getPort())) {
            X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return certificate.getSubjectX500Principal().getName();
        }
    }

    @Test
    void theApiIsTheSameAndTheCookieIsSecure() {
        RestClient client = client(start(Security.builder()), null);
        HttpResponse<String> opened = client.open();
        assertThat(opened.headers().firstValue("set-cookie").orElseThrow())
                .endsWith("; HttpOnly; SameSite=Strict; Secure");
        String key = client.lock("a");
        assertThat(client.unlock("a", key).get("unlocked").getAsBoolean()).isTrue();
        assertThat(client.send("DELETE", "/session", "").headers().firstValue("set-cookie"))
                .hasValue("ldlm-session=; Path=/; HttpOnly; SameSite=Strict; Secure");
    }

    @Test
    void S9_aClientThatLeavesWhileItWaitsIsNeverGranted() throws Exception {
        RestServer to = start(Security.builder());
        RestClient holder = client(to, null);
        holder.open();
        String key = holder.lock("a");
        RawHttp leaving = new RawHttp(pki.connect(null, to.address().getPort()));
        leaving.post("/v1/lock", holder.cookie(), "{\"name\":\"a\",\"wait_timeout_seconds\":0}");
        RestClient next = client(to, null);
        next.open();
        // It can only be behind the other one, whose request is older on an older connection.
        try (RawHttp second = new RawHttp(pki.connect(null, to.address().getPort()))) {
            second.post("/v1/lock", holder.cookie(), "{\"name\":\"b\",\"wait_timeout_seconds\":0}");
            assertThat(second.reply().body()).contains("\"locked\":true");
        }
        leaving.close();
        CompletableFuture<HttpResponse<String>> waiting =
                next.postLater("/v1/lock", "{\"name\":\"a\",\"wait_timeout_seconds\":20}");
        holder.unlock("a", key);
        assertThat(waiting.get(25, TimeUnit.SECONDS).body()).contains("\"locked\":true");
    }

    @Test
    void plainTextIsNotServed() {
        RestServer to = start(Security.builder());
        try (RawHttp plain = to.raw().send("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            assertThat(plain.isAnsweredInPlainText()).isFalse();
        }
    }

    @Test
    void clientsNeedACertificateIfOneIsAskedFor() throws Exception {
        RestServer to = start(Security.builder().clientCa(pki.authority()));
        RestClient known = client(to, pki.issue("client"));
        known.open();
        assertThat(known.lock("a")).isNotEmpty();
        RestClient unknown = client(to, null);
        assertThatThrownBy(unknown::open).isInstanceOf(UncheckedIOException.class);
        TestPki strangers = new TestPki(Files.createDirectory(folder.resolve("strangers")));
        RestClient stranger = client(to, strangers.issue("stranger"));
        assertThatThrownBy(stranger::open).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void replacedFilesServeNewConnections() throws Exception {
        RestServer to = start(Security.builder());
        assertThat(servedName(to)).isEqualTo("CN=first");
        try (RawHttp standing = new RawHttp(pki.connect(null, to.address().getPort()))) {
            pki.serve(pki.issue("second"));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!servedName(to).equals("CN=second")) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(200);
            }
            standing.post("/session", "", "");
            assertThat(standing.reply().status()).isEqualTo(201);
        }
    }

    @Test
    void aServerClosesWithClientsThatNeverShookHands() throws Exception {
        RestServer to = start(Security.builder());
        try (Socket silent =
                new Socket(InetAddress.getLoopbackAddress(), to.address().getPort())) {
            assertThat(client(to, null).open().statusCode()).isEqualTo(201);
            to.close();
            silent.setSoTimeout(5_000);
            assertThat(silent.getInputStream().read()).isNegative();
        }
    }
}
