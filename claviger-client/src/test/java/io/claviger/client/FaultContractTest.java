package io.claviger.client;

import io.claviger.testkit.ContractBackend;
import io.claviger.testkit.FaultPlan;
import io.claviger.testkit.FaultProxy;
import io.claviger.testkit.LockClientContract;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The contract over connections that come to a halt and go on, again and again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultContractTest extends LockClientContract {
    private static final int FAULTS = 100_000;
    private static final Duration LONGEST = Duration.ofMillis(5);

    private RunningServer server;
    private FaultProxy proxy;

    @BeforeAll
    void start() {
        server = new RunningServer();
        proxy = FaultProxy.to(server.socket());
        long seed = Long.getLong("claviger.seed", ThreadLocalRandom.current().nextLong(1L << 40));
        FaultPlan plan = FaultPlan.slow(seed, FAULTS, LONGEST);
        System.out.println("FaultContractTest: " + plan + "; replay: mvn -B test -Dtest=FaultContractTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dclaviger.seed=" + seed);
        var unused = proxy.play(plan);
    }

    @AfterAll
    void stop() {
        proxy.close();
        server.close();
    }

    @Override
    protected ContractBackend openBackend() {
        return new TcpSpace(
                server, () -> RemoteConfig.builder().servers(List.of(RunningServer.address(proxy.address()))));
    }
}
