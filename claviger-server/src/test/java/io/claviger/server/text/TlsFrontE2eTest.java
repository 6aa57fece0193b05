package io.claviger.server.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.server.ServerConfig;
import io.claviger.server.security.Security;
import io.claviger.server.security.TestPki;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS on the text front, with the JDK's own client. */
class TlsFrontE2eTest {
    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private TestPki pki;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private TextServer server;

    @BeforeEach
    void start() {
        pki = new TestPki(folder);
        pki.serve(pki.issue("first"));
        server = start(Security.builder().tls(pki.certificate(), pki.key()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static TextServer start(Security.Builder security) {
        return new TextServer(ServerConfig.builder().security(security.build()));
    }

    private SSLSocket connect(TextServer to, @Nullable X509Bundle identity) throws IOException {
        return pki.connect(identity, to.address().getPort());
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String line(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c != '\n';
                c = socket.getInputStream().read()) {
            if (c < 0) {
                return line + "<EOF>";
            }
            line.append((char) c);
        }
        return line.toString();
    }

    private static String ask(Socket socket, String line) throws IOException {
        send(socket, line + "\n");
        return line(socket);
    }

    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String servedName(SSLSocket socket) throws IOException {
        X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }

    @Test
    void theProtocolIsTheSame() throws Exception {
        try (SSLSocket holder = connect(server, null);
                SSLSocket other = connect(server, null);
                SSLSocket pipeline = connect(server, null)) {
            assertThat(holder.getSession().getProtocol()).isEqualTo("TLSv1.3");
            assertThat(ask(holder, "lock,name:a")).isEqualTo("ok");
            send(other, "lock,name:a\n");
            assertThat(rest(other)).isEqualTo("not-granted\n");
            assertThat(ask(holder, ".keepalive")).isEqualTo("alive");
            send(holder, "release\n");
            assertThat(rest(holder)).isEqualTo("released\n");
            StringBuilder requests = new StringBuilder(".session\n");
            for (int i = 0; i < 5_000; i++) {
                requests.append("lock,name:n")
                        .append(i)
                        .append(",id:")
                        .append(i)
                        .append('\n');
            }
            send(pipeline, requests.toString());
            assertThat(line(pipeline)).isEqualTo("session");
            for (int i = 0; i < 5_000; i++) {
                assertThat(line(pipeline)).startsWith("ok,id:" + i + ",");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aHolderThatLeavesFreesItsLock(String protocol) throws Exception {
        for (int i = 0; i < 3; i++) {
            try (SSLSocket holder = connectWith(protocol)) {
                assertThat(holder.getSession().getProtocol()).isEqualTo(protocol);
                assertThat(ask(holder, "lock,name:a")).isEqualTo("ok");
            }
            try (SSLSocket waiter = connectWith(protocol)) {
                assertThat(ask(waiter, "lock,name:a,wait:10")).isEqualTo("ok");
                // The end in the words of TLS alone.
                waiter.shutdownOutput();
                assertThat(rest(waiter)).isEmpty();
            }
            try (SSLSocket next = connectWith(protocol)) {
                assertThat(ask(next, "lock,name:a,wait:10")).isEqualTo("ok");
            }
            try (SSLSocket last = connectWith(protocol)) {
                assertThat(ask(last, "lock,name:a,wait:10")).isEqualTo("ok");
                assertThat(ask(last, "release")).isEqualTo("released");
            }
        }
    }

    private SSLSocket connectWith(String protocol) throws IOException {
        int port = server.address().getPort();
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        plain.setSoTimeout(10_000);
        SSLSocket socket = (SSLSocket) pki.client(null).getSocketFactory().createSocket(plain, "localhost", port, true);
        socket.setEnabledProtocols(new String[] {protocol});
        return socket;
    }

    @Test
    void aHalfCloseStillGetsItsAnswers() throws Exception {
        try (SSLSocket socket = connect(server, null)) {
            send(socket, ".ping\n");
            socket.shutdownOutput();
            assertThat(rest(socket)).isEqualTo("pong\n");
        }
    }

    @Test
    void whoDoesNotSpeakTlsIsClosed_andNobodyElse() throws Exception {
        try (SSLSocket holder = connect(server, null);
                Wire plain = server.connect()) {
            assertThat(ask(holder, "lock,name:a")).isEqualTo("ok");
            assertThat(plain.send("lock,name:b\n").rest()).doesNotContain("ok");
            assertThat(ask(holder, ".keepalive")).isEqualTo("alive");
        }
    }

    @Test
    void passwordsAndTlsGoTogether() throws Exception {
        try (TextServer both = start(
                        Security.builder().tls(pki.certificate(), pki.key()).password("p"));
                SSLSocket right = connect(both, null);
                SSLSocket without = connect(both, null)) {
            assertThat(ask(right, ".auth,password:p")).isEqualTo("ok");
            assertThat(ask(right, "lock,name:a")).isEqualTo("ok");
            send(without, "lock,name:a\n");
            assertThat(rest(without)).isEqualTo("err,authentication required\n");
        }
    }

    @Test
    void withAClientAuthority_clientsNeedItsCertificate() throws Exception {
        TestPki others = new TestPki(Files.createDirectory(folder.resolve("others")));
        try (TextServer mutual =
                start(Security.builder().tls(pki.certificate(), pki.key()).clientCa(pki.authority()))) {
            try (SSLSocket known = connect(mutual, pki.issue("client"))) {
                assertThat(ask(known, "lock,name:a")).isEqualTo("ok");
            }
            assertRefused(mutual, null);
            assertRefused(mutual, others.issue("stranger"));
            assertRefused(mutual, pki.expired("old"));
        }
    }

    @Test
    void withTheSystemsAuthorities_clientsNeedACertificateOfOneOfThem() throws Exception {
        Security.Builder asking =
                Security.builder().tls(pki.certificate(), pki.key()).clientCertificatesOfSystem();
        try (TextServer ofSystem = start(asking)) {
            assertRefused(ofSystem, null);
            assertRefused(ofSystem, pki.issue("stranger"));
        }
        Path store = pki.trustStore();
        try {
            System.setProperty("javax.net.ssl.trustStore", store.toString());
            try (TextServer ofSystem = start(asking);
                    SSLSocket known = connect(ofSystem, pki.issue("client"))) {
                assertThat(ask(known, "lock,name:a")).isEqualTo("ok");
                assertRefused(ofSystem, null);
            }
        } finally {
            System.clearProperty("javax.net.ssl.trustStore");
        }
    }

    /** In TLS 1.3 the client learns of the refusal when it reads. */
    private void assertRefused(TextServer from, @Nullable X509Bundle identity) {
        assertThatThrownBy(() -> {
                    try (SSLSocket refused = connect(from, identity)) {
                        assertThat(ask(refused, ".ping")).isEqualTo("no answer");
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void newCertificatesServeNewConnections_andOldConnectionsLive() throws Exception {
        try (SSLSocket holder = connect(server, null)) {
            assertThat(servedName(holder)).isEqualTo("CN=first");
            assertThat(ask(holder, "lock,name:a")).isEqualTo("ok");
            pki.serve(pki.issue("second"));
            TextServer.await(() -> nameServed().equals("CN=second"), "the new certificate");
            pki.write("server.pem", "broken");
            assertThat(ask(holder, ".keepalive")).isEqualTo("alive");
            assertThat(nameServed()).isEqualTo("CN=second");
            assertThat(ask(holder, "release")).isEqualTo("released");
        }
    }

    private String nameServed() {
        try (SSLSocket socket = connect(server, null)) {
            return servedName(socket);
        } catch (IOException failed) {
            return String.valueOf(failed.getMessage());
        }
    }
}
