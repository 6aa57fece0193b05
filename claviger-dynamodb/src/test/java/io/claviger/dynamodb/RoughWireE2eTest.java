package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import io.claviger.local.SystemTime;
import io.claviger.spi.Callbacks;
import io.claviger.testkit.FaultProxy;
import io.claviger.testkit.FaultProxy.Direction;
import io.claviger.testkit.FaultProxy.Ending;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real SDK on a real wire that breaks. Everything else about accidents is in virtual time. */
@SuppressWarnings("MemberName")
class RoughWireE2eTest {
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final int ROUNDS = 5;
    private static final long PATIENCE_SECONDS = 30;

    private final Emulator emulator = Emulator.running();
    private final String table = emulator.newTable();
    private final FaultProxy proxy = FaultProxy.to(new InetSocketAddress(
            emulator.endpoint().getHost(), emulator.endpoint().getPort()));
    private final List<CountingTable> wires = new ArrayList<>();
    private final LockClient rough =
            client(URI.create("http://127.0.0.1:" + proxy.address().getPort()));
    private final LockClient smooth = client(emulator.endpoint());

    private LockClient client(URI endpoint) {
        return client(endpoint, new NativeLayout(SystemTime.INSTANCE));
    }

    private LockClient client(URI endpoint, Layout layout) {
        SdkClients own = SdkClients.open(
                Optional.of("eu-west-1"),
                Optional.of(endpoint),
                Connection.ATTEMPTS,
                DynamoConfig.DEFAULT_CONNECT_TIMEOUT);
        CountingTable wire = new CountingTable(new SdkTable(own.client(), table, own::close));
        wires.add(wire);
        DynamoSettings settings = new DynamoSettings(
                "rough", LEASE.toNanos(), DynamoConfig.DEFAULT_REQUESTS_PER_SECOND, Callbacks.defaultExecutor());
        return LockClient.over(
                new DynamoBackend(settings, wire, layout, SystemTime.INSTANCE, new ThreadLoop(), Chance.REAL));
    }

    @BeforeAll
    static void setCredentials() {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
    }

    @AfterAll
    static void clearCredentials() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @AfterEach
    void close() {
        proxy.heal();
        rough.close();
        smooth.close();
        proxy.close();
    }

    /** The table has done what was asked, and the connection breaks before its answer is there. */
    private void loseTheNextAnswer() {
        proxy.cutAfter(Direction.TO_CLIENT, 5, Ending.RST);
    }

    @Test
    void S8_answersThatAreLostAreNeitherRivalsNorLosses() {
        long last = 0;
        for (int i = 0; i < ROUNDS; i++) {
            loseTheNextAnswer();
            Lease lease = rough.lock("x").tryAcquire().orElseThrow();
            assertThat(lease.token().value())
                    .as("one grant, one number")
                    .isEqualTo(last == 0 ? lease.token().value() : last + 1);
            last = lease.token().value();
            loseTheNextAnswer();
            lease.renew();
            assertThat(smooth.lock("x").tryAcquire()).isEmpty();
            loseTheNextAnswer();
            lease.release();
            proxy.heal();
        }
        assertThat(smooth.lock("x").tryAcquire()).isPresent();
        assertThat(wires.get(0).refused)
                .as("each lost answer was found out by asking again")
                .hasValue(3 * ROUNDS);
    }

    @Test
    void S8_releaseInTheLayoutOfLynkWhoseAnswerIsLostIsNoLoss() {
        URI endpoint = URI.create("http://127.0.0.1:" + proxy.address().getPort());
        try (LockClient lynk = client(endpoint, new LynkLayout(SystemTime.INSTANCE, false))) {
            for (int i = 0; i < ROUNDS; i++) {
                Lease lease = lynk.lock("y").tryAcquire().orElseThrow();
                loseTheNextAnswer();
                // Of a deletion nothing is left to know it by, but that it was sent twice.
                lease.release();
                proxy.heal();
            }
        }
        assertThat(wires.get(2).refused).hasValue(ROUNDS);
    }

    @Test
    void S7_holderBehindASilentWireIsToldBeforeTheNextIsGranted() throws Exception {
        Lease lease = rough.lock("x", LockOptions.lease(LEASE)).tryAcquire().orElseThrow();
        List<LossReason> losses = new CopyOnWriteArrayList<>();
        lease.onLost(losses::add);
        CompletableFuture<Boolean> told =
                smooth.lock("x").acquireAsync().thenApply(next -> !losses.isEmpty() && !lease.isValid());
        proxy.hold(Direction.TO_CLIENT);
        proxy.hold(Direction.TO_SERVER);
        assertThat(told.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(losses).containsExactly(LossReason.SERVER_UNREACHABLE);
    }
}
