package io.claviger.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.LossReason;
import io.claviger.client.ldlm.InvalidLockKeyException;
import io.claviger.client.ldlm.LdlmClient;
import io.claviger.client.ldlm.LdlmClientBuilder;
import io.claviger.client.ldlm.LdlmException;
import io.claviger.client.ldlm.LdlmLock;
import io.claviger.client.ldlm.LdlmLockContext;
import io.claviger.client.ldlm.LdlmOptions;
import io.claviger.client.ldlm.LdlmRefusedException;
import io.claviger.client.ldlm.LdlmTls;
import io.claviger.client.ldlm.LockDoesNotExistException;
import io.claviger.client.ldlm.LockDoesNotExistOrInvalidKeyException;
import io.claviger.client.ldlm.LockSizeMismatchException;
import io.claviger.server.security.Security;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client of LDLM and the server's front of LDLM, over sockets. */
@Timeout(60)
class LdlmClientE2eTest {
    private static final long PATIENCE_SECONDS = 20;
    private static final int THREADS = 8;
    private static final int CYCLES = 50;
    private static final LdlmOptions ONE_SECOND = LdlmOptions.DEFAULT.withLockTimeout(Duration.ofSeconds(1));
    private static final LdlmOptions WAIT_A_SECOND = LdlmOptions.DEFAULT.withWaitTimeout(Duration.ofSeconds(1));

    @TempDir
    Path folder;

    private final RunningServer server = new RunningServer();
    private final LdlmClient a = builder(server).connect();
    private final LdlmClient b = builder(server).connect();

    private static LdlmClientBuilder builder(RunningServer server) {
        return LdlmClient.builder("localhost:" + server.socket().getPort());
    }

    @AfterEach
    void everythingIsGivenBack() {
        a.close();
        b.close();
        server.awaitNoLocks();
        server.close();
    }

    @Test
    void aLockIsPassedOn_withAGreaterToken() throws Exception {
        LdlmLock first = a.lock("x");
        assertThat(first.isLocked()).isTrue();
        assertThat(first.key()).isNotEmpty();
        assertThat(b.tryLock("x").isLocked()).isFalse();
        CompletableFuture<LdlmLock> waiting = b.lockAsync("x");
        first.unlock();
        LdlmLock second = waiting.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(second.fencingToken().orElseThrow())
                .isGreaterThan(first.fencingToken().orElseThrow());
        assertThatThrownBy(() -> a.unlock("x", first.key())).isInstanceOf(InvalidLockKeyException.class);
        a.unlock("x", second.key());
        assertThatThrownBy(() -> a.unlock("x", second.key())).isInstanceOf(LockDoesNotExistException.class);
    }

    @Test
    void sizesLimitAndMustAgree() throws Exception {
        LdlmOptions two = LdlmOptions.DEFAULT.withSize(2);
        try (LdlmLockContext first = a.lockContext("x", two);
                LdlmLockContext second = a.tryLockContext("x", two)) {
            assertThat(second.isLocked()).isTrue();
            assertThat(second.key()).isNotEqualTo(first.key());
            assertThat(b.tryLock("x", two).isLocked()).isFalse();
            assertThat(b.lock("x", two.withWaitTimeout(Duration.ofSeconds(1))).isLocked())
                    .isFalse();
            assertThatThrownBy(() -> b.lock("x")).isInstanceOf(LockSizeMismatchException.class);
        }
        assertThat(b.tryLock("x", two).isLocked()).isTrue();
    }

    @Test
    void aWaitTimeoutPasses() throws Exception {
        LdlmLock held = a.lock("x");
        assertThat(b.lock("x", WAIT_A_SECOND).isLocked()).isFalse();
        assertThatThrownBy(() -> b.lock(""))
                .isExactlyInstanceOf(LdlmException.class)
                .hasMessage("lock name cannot be empty");
        held.unlock();
    }

    @Test
    void aLockWithATimeoutIsRenewed() throws Exception {
        LdlmClient own = builder(server).lockTimeout(Duration.ofSeconds(1)).connect();
        LdlmLock lock = own.lock("x");
        LdlmLock slot = own.lock("y", ONE_SECOND.withSize(2));
        LdlmLock other = own.lock("y", ONE_SECOND.withSize(2));
        slot.unlock();
        Thread.sleep(3_000);
        assertThat(b.tryLock("x").isLocked()).isFalse();
        assertThat(lock.isLocked()).isTrue();
        assertThat(other.isLocked()).isTrue();
        other.unlock();
        own.close();
        assertThat(b.lock("x").isLocked()).isTrue();
    }

    @Test
    void aLockThatIsNotRenewedEnds_andItsHolderIsToldBefore() throws Exception {
        CompletableFuture<LossReason> told = new CompletableFuture<>();
        LdlmClient own = builder(server).autoRenewLocks(false).connect();
        LdlmLock lock = own.lock("x", ONE_SECOND);
        lock.onLost(told::complete);
        LdlmLock next = b.lock("x");
        assertThat(next.isLocked()).isTrue();
        assertThat(lock.isLocked()).isFalse();
        assertThat(told.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(LossReason.EXPIRED);
        assertThatThrownBy(() -> own.renew("x", lock.key(), Duration.ofSeconds(5)))
                .isInstanceOf(LockDoesNotExistOrInvalidKeyException.class);
        own.close();
    }

    @Test
    void renewalsByHand() throws Exception {
        LdlmClient own = builder(server).autoRenewLocks(false).connect();
        LdlmLock lock = own.lock("x", ONE_SECOND);
        b.refreshLock("x", lock.key(), Duration.ofSeconds(30));
        lock.renew(Duration.ofSeconds(30));
        Thread.sleep(1_500);
        assertThat(lock.isLocked()).isTrue();
        lock.unlock();
        own.close();
    }

    @Test
    void aLockThatWasWaitedForIsKnownToBeHeld() throws Exception {
        LdlmLock held = a.lock("x");
        CompletableFuture<LdlmLock> waiting = b.lockAsync("x", ONE_SECOND);
        Thread.sleep(1_500);
        held.unlock();
        LdlmLock lock = waiting.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(lock.validity()).isPositive();
        lock.unlock();
    }

    @Test
    void anAdministratorTakesALockBack() throws Exception {
        CompletableFuture<LossReason> told = new CompletableFuture<>();
        LdlmLock lock = a.lock("x", ONE_SECOND);
        lock.onLost(told::complete);
        server.revoke("x");
        assertThat(told.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
        assertThat(lock.isLocked()).isFalse();
    }

    @Test
    void aClosedClientReleases_andNoOther() throws Exception {
        LdlmLock kept = b.lock("kept");
        CompletableFuture<LossReason> told = new CompletableFuture<>();
        LdlmLock lock = a.lock("x");
        lock.onLost(told::complete);
        CompletableFuture<LdlmLock> waiting = b.lockAsync("x");
        a.close();
        assertThat(waiting.get(PATIENCE_SECONDS, TimeUnit.SECONDS).isLocked()).isTrue();
        assertThat(told.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(LossReason.CLIENT_CLOSED);
        assertThat(kept.isLocked()).isTrue();
        assertThat(builder(server).connect().tryLock("kept").isLocked()).isFalse();
    }

    @Test
    void aWaiterThatGivesUpIsNeverGranted() throws Exception {
        LdlmLock held = a.lock("x");
        CompletableFuture<LdlmLock> waiting = b.lockAsync("x");
        waiting.cancel(true);
        Thread interrupted = new Thread(() -> {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> b.lock("x")).isInstanceOf(InterruptedException.class);
        });
        interrupted.start();
        interrupted.join();
        held.unlock();
        assertThat(a.lock("x", WAIT_A_SECOND).isLocked()).isTrue();
    }

    @Test
    void aStageOfAFutureMayBlock() throws Exception {
        String key = a.lockAsync("x").thenApply(lock -> tried(b, lock)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        b.unlock("x", key);
    }

    private static String tried(LdlmClient client, LdlmLock lock) {
        try {
            assertThat(client.tryLock(lock.name()).isLocked()).isFalse();
            return lock.key();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void manyThreadsOfTwoClientsExcludeEachOther() throws Exception {
        List<Long> tokens = new ArrayList<>();
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            LdlmClient client = i % 2 == 0 ? a : b;
            threads.add(CompletableFuture.runAsync(() -> cycle(client, tokens), task -> new Thread(task).start()));
        }
        for (CompletableFuture<Void> thread : threads) {
            thread.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        assertThat(tokens).hasSize(THREADS * CYCLES).isSorted().doesNotHaveDuplicates();
    }

    /** The list is not safe for threads: it is the lock that makes it so. */
    private static void cycle(LdlmClient client, List<Long> tokens) {
        for (int i = 0; i < CYCLES; i++) {
            try (LdlmLockContext lock = client.lockContext("x", ONE_SECOND)) {
                tokens.add(lock.fencingToken().orElseThrow());
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
    }

    // ------------------------------------------------------------------------------------------ security

    @Test
    void aPasswordIsNeededAndAWrongOneFailsFast() throws Exception {
        Security security = Security.builder().password("open sesame").build();
        try (RunningServer guarded =
                        new RunningServer(security, RemoteConfig.builder().password("open sesame"));
                LdlmClient right = builder(guarded).password("open sesame").connect();
                LdlmClient wrong = builder(guarded).password("sesame").connect();
                LdlmClient none = builder(guarded).connect()) {
            assertThat(right.lock("x").isLocked()).isTrue();
            assertThatThrownBy(() -> wrong.lock("x"))
                    .isInstanceOf(LdlmRefusedException.class)
                    .hasMessageContaining("does not let this client in: invalid credentials");
            assertThatThrownBy(() -> none.unlock("x", "k"))
                    .isInstanceOf(LdlmRefusedException.class)
                    .hasMessageContaining("missing credentials");
        }
    }

    @Test
    void tls() throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        LdlmTls trusting = LdlmTls.SYSTEM.withCa(certificates.file("ca.pem"));
        try (RunningServer encrypted = new RunningServer(
                        certificates.server().build(), RemoteConfig.builder().tls(certificates.trusting()));
                LdlmClient client = builder(encrypted).tls(trusting).connect();
                LdlmClient stranger = builder(encrypted).tls(LdlmTls.SYSTEM).connect()) {
            assertThat(client.lock("x").isLocked()).isTrue();
            assertThatThrownBy(() -> stranger.lock("x"))
                    .isInstanceOf(LdlmRefusedException.class)
                    .hasMessageContaining("name its ca");
        }
    }

    @Test
    void tlsOfBothSides() throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        LdlmTls trusting = LdlmTls.SYSTEM.withCa(certificates.file("ca.pem"));
        LdlmTls proven = trusting.withCertificate(certificates.file("client.pem"), certificates.file("client.key"));
        Security mutual =
                certificates.server().clientCa(certificates.file("ca.pem")).build();
        try (RunningServer encrypted =
                        new RunningServer(mutual, RemoteConfig.builder().tls(certificates.proven()));
                LdlmClient client = builder(encrypted).tls(proven).connect();
                LdlmClient nobody = builder(encrypted).tls(trusting).retries(0).connect()) {
            assertThat(client.lock("x").isLocked()).isTrue();
            assertThatThrownBy(() -> nobody.lock("x")).isInstanceOf(LdlmException.class);
        }
    }

    @Test
    void tlsToAServerWithoutFailsFast() {
        try (LdlmClient client = builder(server).tls(LdlmTls.SYSTEM).connect()) {
            assertThatThrownBy(() -> client.lock("x"))
                    .isInstanceOf(LdlmRefusedException.class)
                    .hasMessageContaining("does not speak TLS");
        }
    }
}
