package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The security options of {@code claviger serve}, as a process. */
class ServeSecurityE2eTest {
    private static final String SECRET = "open-sesame";
    private static final String TEXT_FRONT = "(?m)^text \\S+:(\\d+)$";

    @TempDir
    private Path folder;

    private static Program serve(Map<String, String> environment, String... args) throws Exception {
        String[] all = new String[args.length + 5];
        all[0] = "serve";
        all[1] = "--text-port=0";
        all[2] = "--grpc-port=0";
        all[3] = "--http-port=off";
        all[4] = "--ipc-socket=off";
        System.arraycopy(args, 0, all, 5, args.length);
        return Program.java("claviger", environment, all);
    }

    private static Program serve(String... args) throws Exception {
        return serve(Map.of(), args);
    }

    private static void assertRefused(Program.Result result, String... parts) {
        assertThat(result.status()).as(result.err()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains(parts).doesNotContain("\tat ", "Exception", SECRET);
        // The last line, after one about the state in memory at most.
        assertThat(result.err().lines().count()).as(result.err()).isLessThanOrEqualTo(2);
    }

    private String file(String name, String content) throws Exception {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    private X509Bundle identity() throws Exception {
        X509Bundle identity = new CertificateBuilder()
                .ecp256()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        file("server.pem", identity.getCertificatePEM());
        file("server.key", identity.getPrivateKeyPEM());
        return identity;
    }

    @Test
    void tlsAndPassword_serveBeyondLoopbackToo() throws Exception {
        X509Bundle identity = identity();
        String[] options = {
            "--listen=0.0.0.0",
            "--tls-cert=" + folder.resolve("server.pem"),
            "--tls-key=" + folder.resolve("server.key"),
            "--password-file=" + file("password", SECRET + "\n")
        };
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[] {identity.toTrustManager()}, null);
        try (Program server = serve(options).awaitOut("ready")) {
            int port = server.port(TEXT_FRONT);
            try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
                    Socket socket = trusting.getSocketFactory().createSocket(plain, "localhost", port, true)) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream()
                        .write((".auth,password:" + SECRET + "\nlock,name:a\n").getBytes(StandardCharsets.UTF_8));
                BufferedReader answers =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
                assertThat(answers.readLine()).isEqualTo("ok");
                assertThat(answers.readLine()).isEqualTo("ok");
            }
            assertThat(server.signal("TERM").err()).doesNotContain("WARNING", SECRET);
        }
    }

    @Test
    void password_fromTheEnvironment() throws Exception {
        try (Program server = serve(Map.of("CLAVIGER_PASSWORD", SECRET)).awaitOut("ready")) {
            int port = server.port(TEXT_FRONT);
            assertThat(Program.ask(port, "lock,name:a")).isEqualTo("err,authentication required");
            assertThat(Program.ask(port, ".auth,password:" + SECRET)).isEqualTo("ok");
            assertThat(Program.ask(port, ".auth,password:x")).isEqualTo("err,wrong password");
            Program.Result result = server.signal("TERM");
            assertThat(result.out() + result.err()).doesNotContain(SECRET).contains("Wrong password from /127.0.0.1");
        }
    }

    @Test
    void beyondLoopback_halfOfItNeedsInsecure() throws Exception {
        identity();
        String cert = "--tls-cert=" + folder.resolve("server.pem");
        String key = "--tls-key=" + folder.resolve("server.key");
        assertRefused(
                serve("--listen=0.0.0.0", cert, key).await(),
                "without authentication (--tls-cert and",
                "--insecure allows it");
        assertRefused(serve("--listen=0.0.0.0", "--password=" + SECRET).await(), "without encryption (--tls-cert and");
        assertRefused(serve("--listen=0.0.0.0").await(), "without encryption and authentication");
        try (Program server =
                serve("--listen=0.0.0.0", "--password=" + SECRET, "--insecure").awaitOut("ready")) {
            assertThat(server.signal("TERM").err())
                    .contains("WARNING: 0.0.0.0 is beyond loopback, without encryption (--insecure)");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--tls-cert=a.pem                          | --tls-cert: 'a.pem' needs --tls-key as well",
                "--tls-key=a.pem                           | --tls-key: 'a.pem' needs --tls-cert as well",
                "--client-ca=a.pem                         | --client-ca: 'a.pem' needs --tls-cert as well",
                "--tls-cert= --tls-key=x                   | --tls-cert: '' names no file",
                "--tls-cert=absent.pem --tls-key=absent    | TLS certificate file absent.pem: no such file",
                "--password-file=absent                    | password file absent: no such file",
                "--password-file=/                         | password file /: is a directory",
                "--password=                               | --password (command line): the password is empty",
                "--password=open-sesame --password-file=x  | --password (command line) excludes --password-file",
            })
    void badOptions_areNamed(String arguments, String message) throws Exception {
        assertRefused(serve(arguments.split(" ")).await(), "claviger serve: " + message);
    }

    @Test
    void badFiles_areNamed() throws Exception {
        identity();
        String cert = "--tls-cert=" + folder.resolve("server.pem");
        String key = "--tls-key=" + folder.resolve("server.key");
        file("server.key", "garbage");
        assertRefused(serve(cert, key).await(), "claviger serve: TLS key file ", "server.key: is not PEM");
        assertRefused(
                serve(cert, "--tls-key=" + folder.resolve("server.pem")).await(),
                "server.pem: has no private key but CERTIFICATE");
        assertRefused(
                serve("--password-file=" + file("p", "\n")).await(), "password file ", "p: the password is empty");
        assertRefused(
                serve("--config=" + file("c.yaml", "password: ''\n")).await(), "password (", "the password is empty");
    }

    @Test
    void printedConfig_hasNoPassword() throws Exception {
        Program.Result printed = serve(
                        Map.of("CLAVIGER_PASSWORD", SECRET), "--tls-cert=a.pem", "--tls-key=b.pem", "--print-config")
                .await();
        assertThat(printed.err()).isEmpty();
        assertThat(printed.out())
                .contains("tls-cert: 'a.pem'\n", "tls-key: 'b.pem'\n")
                .contains("# password: not shown (environment variable CLAVIGER_PASSWORD)\n")
                .doesNotContain(SECRET);
        Program.Result again = serve("--config=" + file("c.yaml", printed.out()), "--print-config")
                .await();
        assertThat(again.out()).contains("tls-cert: 'a.pem'").doesNotContain("password:");
    }

    @Test
    void tcpnetlockServer_staysPlain() throws Exception {
        try (Program server =
                Program.java("tcpnetlock_server", Map.of("CLAVIGER_PASSWORD", SECRET), "--port=0", "--info")) {
            server.awaitErr("tnl_server:Started server");
            int port = server.awaitErr("\n").port("listening on localhost:(\\d+)");
            assertThat(Program.ask(port, "lock,name:a")).startsWith("ok");
        }
    }
}
