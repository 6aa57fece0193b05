package io.claviger.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.LockClient;
import io.claviger.client.ldlm.LdlmClient;
import io.claviger.client.ldlm.LdlmLock;
import io.claviger.client.ldlm.LdlmOptions;
import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import io.claviger.server.ServerStartException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LdlmExamplesTest {
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final LdlmExamples examples = new LdlmExamples(new LdlmExamples.Worker() {
        @Override
        public void perform(String task) {
            done.add(task);
        }

        @Override
        public void cancel() {
            done.add("cancelled");
        }
    });
    private ClavigerServer server;
    private LdlmClient client;
    private LockClient own;

    @BeforeEach
    void start() throws ServerStartException {
        server = ClavigerServer.start(
                ServerConfig.builder().textPort(ServerConfig.OFF).grpcPort(0).build());
        client = LdlmClient.connect(address());
        own = LockClient.connect("claviger://" + address());
    }

    private String address() {
        return "localhost:" + server.fronts().get(0).address().getPort();
    }

    @AfterEach
    void stop() {
        client.close();
        own.close();
        server.close();
    }

    private void assertFree(String name) throws InterruptedException {
        LdlmLock lock = client.tryLock(name);
        assertThat(lock.isLocked()).as(name).isTrue();
        lock.unlock();
    }

    @Test
    void theCallsDoWhatTheySay() throws Exception {
        examples.byHand(client);
        examples.inAContext(client);
        examples.async(client).get(20, TimeUnit.SECONDS);
        examples.refreshedByHand(client);
        assertThat(done).containsExactly("my-task", "my-task", "my-task", "some work", "more work");
        assertFree("my-task");
        assertFree("task1-lock");
    }

    @Test
    void thePrimaryStaysPrimaryUntilItEnds() throws InterruptedException {
        examples.failover(client);
        assertThat(own.lock("application-primary").tryAcquire()).isEmpty();
        client.close();
        examples.failoverNative(own);
        // The first was told that its lock ended with its client.
        assertThat(done).contains("as primary", "as primary").doesNotContain("search");
        assertThat(done.stream().filter("as primary"::equals)).hasSize(2);
    }

    @Test
    void aTaskInProgressIsPassedOver() throws InterruptedException {
        LdlmLock inProgress = client.lock("2");
        examples.taskLocking(client, List.of("1", "2", "3"));
        examples.taskLockingNative(own, List.of("4", "2", "5"));
        assertThat(done).containsExactly("1", "3", "4", "5");
        inProgress.unlock();
        assertFree("1");
        assertFree("4");
    }

    @Test
    void aResourceIsSharedByBothClients() throws InterruptedException {
        examples.resourceLimiting(client);
        examples.resourceLimitingNative(own);
        assertThat(done).containsExactly("search", "search");
        assertThat(client.tryLock("ElasticSearchSlot", LdlmOptions.DEFAULT.withSize(10))
                        .isLocked())
                .isTrue();
    }

    @Test
    void tenASecondAreElevenInMoreThanOne() throws InterruptedException {
        List<String> eleven = IntStream.range(0, 11).mapToObj(Integer::toString).toList();
        long begun = System.nanoTime();
        try (LdlmClient limiter = LdlmExamples.limiter(address())) {
            examples.rateLimiting(limiter, eleven);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(900));
        begun = System.nanoTime();
        examples.rateLimitingNative(own, eleven);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(900));
        assertThat(done).hasSize(22);
    }

    @Test
    void aConfiguredClientChecksItsFilesAtOnce() {
        assertThatThrownBy(examples::configured)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ca.pem");
    }
}
