package io.claviger.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Lease;
import io.claviger.LockClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Users' code blocks and throws, and never in the thread that moves the bytes of all clients of a JVM. */
@Timeout(60)
class BlockingCallbacksTest {
    private static final long PATIENCE_SECONDS = 20;

    private final RunningServer server = new RunningServer();

    @AfterEach
    void close() {
        server.close();
    }

    private LockClient client() {
        return config().build().connect();
    }

    private RemoteConfig.Builder config() {
        return RemoteConfig.builder().servers(List.of(RunningServer.address(server.socket())));
    }

    private void assertMayBlock(Function<Lease, CompletableFuture<?>> call) throws Exception {
        LockClient client = client();
        Lease lease = client.lock("a").acquire();
        boolean taken = call.apply(lease)
                .handle((value, failure) -> client.lock("b").tryAcquire().isPresent())
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(taken).isTrue();
        client.close();
    }

    @Test
    void aStageOfARelease_mayBlock() throws Exception {
        assertMayBlock(Lease::releaseAsync);
    }

    @Test
    void aStageOfARenewal_mayBlock() throws Exception {
        assertMayBlock(Lease::renewAsync);
    }

    @Test
    void aStageOfAHandOff_mayBlock() throws Exception {
        assertMayBlock(lease -> lease.handOffAsync(Duration.ofSeconds(10)));
    }

    @Test
    void S7_anExecutorThatThrows_keepsNobodyFromBeingTold() throws Exception {
        LockClient client = config().executor(task -> {
                    throw new IllegalStateException("of the user's");
                })
                .build()
                .connect();
        CountDownLatch told = new CountDownLatch(2);
        client.lock("a").acquireAsync().get(PATIENCE_SECONDS, TimeUnit.SECONDS).onLost(reason -> told.countDown());
        client.lock("b").acquireAsync().get(PATIENCE_SECONDS, TimeUnit.SECONDS).onLost(reason -> told.countDown());
        client.close();
        assertThat(told.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
}
