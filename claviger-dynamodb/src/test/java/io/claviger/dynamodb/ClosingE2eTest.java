package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Entry;
import io.claviger.IndeterminateException;
import io.claviger.LockClient;
import io.claviger.Value;
import io.claviger.testkit.FaultProxy;
import io.claviger.testkit.FaultProxy.Direction;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real SDK is closed while something is under way. */
@SuppressWarnings("MemberName")
class ClosingE2eTest {
    private static final long PATIENCE_SECONDS = 30;
    private static final long POLL_NANOS = 10_000_000;

    private final Emulator emulator = Emulator.running();
    private final String table = emulator.newTable(DynalockRecord.ID, DynalockRecord.NAME);

    private LockClient client(URI endpoint) {
        return DynamoConfig.builder(table)
                .layout(DynamoLayout.DYNALOCK)
                .region("eu-west-1")
                .endpoint(endpoint)
                .build()
                .connect();
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

    @Test
    void K4_aWriteThatWasDoneAsItsClientWasClosedIsNotToldAsNotDone() throws Exception {
        FaultProxy proxy = FaultProxy.to(new InetSocketAddress(
                emulator.endpoint().getHost(), emulator.endpoint().getPort()));
        try (LockClient other = client(emulator.endpoint());
                proxy) {
            LockClient closing =
                    client(URI.create("http://127.0.0.1:" + proxy.address().getPort()));
            long version = closing.keyValues().put("key", Value.text("before")).version();
            proxy.hold(Direction.TO_CLIENT);
            CompletableFuture<?> written = closing.keyValues().atomicPutAsync("key", Value.text("after"), version);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (other.keyValues().get("key").map(Entry::version).orElseThrow() == version) {
                assertThat(System.nanoTime()).isLessThan(end);
                LockSupport.parkNanos(POLL_NANOS);
            }
            closing.close();
            assertThatThrownBy(() -> written.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IndeterminateException.class);
        }
    }
}
