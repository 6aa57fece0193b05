package io.claviger.client;

import io.claviger.server.security.Security;
import io.claviger.testkit.ContractBackend;
import io.claviger.testkit.LockClientContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract over TLS, where both sides show certificates and the client gives a password. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsContractTest extends LockClientContract {
    private static final String PASSWORD = "open sesame";

    @TempDir
    static Path folder;

    private TestCertificates certificates;
    private RunningServer server;

    @BeforeAll
    void start() {
        certificates = new TestCertificates(folder);
        Security security = certificates
                .server()
                .clientCa(certificates.file("ca.pem"))
                .password(PASSWORD)
                .build();
        server = new RunningServer(security, client());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private RemoteConfig.Builder client() {
        return RemoteConfig.builder().tls(certificates.proven()).password(PASSWORD);
    }

    @Override
    protected ContractBackend openBackend() {
        return new TcpSpace(server, () -> client().servers(List.of(RunningServer.address(server.socket()))));
    }
}
