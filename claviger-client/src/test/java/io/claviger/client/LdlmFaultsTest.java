package io.claviger.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.LossReason;
import io.claviger.client.ldlm.LdlmClient;
import io.claviger.client.ldlm.LdlmClientBuilder;
import io.claviger.client.ldlm.LdlmLock;
import io.claviger.client.ldlm.LdlmOptions;
import io.claviger.client.ldlm.LdlmUnavailableException;
import io.claviger.testkit.FaultProxy;
import io.claviger.testkit.FaultProxy.Direction;
import io.claviger.testkit.FaultProxy.Ending;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client of LDLM over connections that break. */
@Timeout(60)
class LdlmFaultsTest {
    private static final long PATIENCE_SECONDS = 20;
    private static final LdlmOptions THIRTY = LdlmOptions.DEFAULT.withLockTimeout(Duration.ofSeconds(30));

    private final RunningServer server = new RunningServer();
    private final FaultProxy proxy = FaultProxy.to(server.socket());
    private final LdlmClient client = builder().connect();

    private LdlmClientBuilder builder() {
        return LdlmClient.builder("localhost:" + proxy.address().getPort()).retryDelay(Duration.ofMillis(50));
    }

    private static <T> T soon(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static CompletableFuture<LossReason> loss(LdlmLock lock) {
        CompletableFuture<LossReason> told = new CompletableFuture<>();
        lock.onLost(told::complete);
        return told;
    }

    @AfterEach
    void nothingIsLeftBehind() {
        client.close();
        server.awaitNoLocks();
        proxy.close();
        server.close();
    }

    @Test
    void aLockIsLostWithItsConnection_andTheNextCallConnectsAgain() throws Exception {
        LdlmLock lock = client.lock("x");
        CompletableFuture<LossReason> told = loss(lock);
        proxy.cut(Ending.RST);
        assertThat(soon(told)).isEqualTo(LossReason.SESSION_LOST);
        assertThat(lock.isLocked()).isFalse();
        assertThat(client.lock("x").isLocked()).isTrue();
    }

    @Test
    void aRenewedLockIsToldOfItsLossByTheServer() throws Exception {
        CompletableFuture<LossReason> told = loss(client.lock("x", THIRTY));
        proxy.cut(Ending.FIN);
        assertThat(soon(told)).isEqualTo(LossReason.SESSION_LOST);
    }

    @Test
    void aWaiterWaitsOnThroughACut() throws Exception {
        try (LdlmClient holder =
                LdlmClient.connect("localhost:" + server.socket().getPort())) {
            LdlmLock held = holder.lock("x");
            CompletableFuture<LdlmLock> waiting = client.lockAsync("x");
            while (server.locks().get(0).getWaiting() == 0) {
                Thread.onSpinWait();
            }
            proxy.cut(Ending.RST);
            held.unlock();
            assertThat(soon(waiting).isLocked()).isTrue();
        }
    }

    @Test
    void aLockWhoseAnswerWasLostIsLockedByTheRepetition() throws Exception {
        assertThat(client.lock("warm").isLocked()).isTrue();
        proxy.blackHole(Direction.TO_CLIENT);
        CompletableFuture<LdlmLock> lock = client.lockAsync("x");
        while (server.locks().stream().noneMatch(info -> info.getName().equals("x"))) {
            Thread.onSpinWait();
        }
        proxy.cut(Ending.RST);
        proxy.heal();
        assertThat(soon(lock).isLocked()).isTrue();
    }

    @Test
    void anUnlockWhoseAnswerWasLostIsDone() throws Exception {
        LdlmLock lock = client.lock("x");
        proxy.blackHole(Direction.TO_CLIENT);
        CompletableFuture<Void> unlock = lock.unlockAsync();
        server.awaitNoLocks();
        proxy.cut(Ending.RST);
        proxy.heal();
        soon(unlock);
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void aServerThatComesBackIsFound_withoutWaitingForTheChannel() throws Exception {
        proxy.refuse();
        CompletableFuture<LdlmLock> lock = client.lockAsync("x");
        assertThat(lock).isNotDone();
        proxy.heal();
        assertThat(soon(lock).isLocked()).isTrue();
    }

    @Test
    void aServerThatStaysAwayIsTold() {
        proxy.refuse();
        try (LdlmClient own = builder().retries(2).connect()) {
            assertThatThrownBy(() -> own.lock("x"))
                    .isInstanceOfSatisfying(
                            LdlmUnavailableException.class,
                            failed -> assertThat(failed.isPerhapsDone()).isFalse())
                    .hasMessageContaining("refuses connections");
        }
    }

    @Test
    void anAnswerThatDoesNotComeInTimeIsTold() {
        proxy.blackHole(Direction.TO_CLIENT);
        try (LdlmClient own = builder().rpcDeadline(Duration.ofMillis(200)).connect()) {
            assertThatThrownBy(() -> own.tryLock("x"))
                    .isInstanceOf(LdlmUnavailableException.class)
                    .hasMessageContaining("no answer within PT0.2S");
        }
    }

    @Test
    void unlockDoesNotHangBehindRenewalsOfAServerThatIsGone() throws Exception {
        try (LdlmClient own = builder().retries(0).connect()) {
            LdlmLock lock = own.lock("x", LdlmOptions.DEFAULT.withLockTimeout(Duration.ofSeconds(3)));
            proxy.refuse();
            proxy.cut(Ending.RST);
            assertThatThrownBy(lock::unlock).isInstanceOf(LdlmUnavailableException.class);
            assertThat(lock.isLocked()).isFalse();
        }
    }
}
