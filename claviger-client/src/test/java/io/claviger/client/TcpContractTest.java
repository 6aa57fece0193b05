package io.claviger.client;

import io.claviger.testkit.ContractBackend;
import io.claviger.testkit.LockClientContract;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The contract over real sockets. Tests of time run in virtual time: {@link VirtualContractTest}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TcpContractTest extends LockClientContract {
    private RunningServer server;

    @BeforeAll
    void start() {
        server = new RunningServer();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Override
    protected ContractBackend openBackend() {
        return new TcpSpace(
                server, () -> RemoteConfig.builder().servers(List.of(RunningServer.address(server.socket()))));
    }
}
