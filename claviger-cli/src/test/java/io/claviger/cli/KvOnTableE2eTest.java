package io.claviger.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.Value;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code claviger kv} on a table in the layout dynalock of an emulated DynamoDB. */
class KvOnTableE2eTest {
    private static final AtomicInteger TABLES = new AtomicInteger();

    private final String table = "kv-" + TABLES.incrementAndGet();

    @SuppressWarnings("NullAway.Init") // set before each test
    private String url;

    @BeforeEach
    void makeTable() throws Exception {
        InJvm create = InJvm.start(new ClientOpener(), Emulated.here(), "table", "create", "--layout=dynalock", table);
        assertThat(create.status()).as(create.err()).isZero();
        url = Emulated.url(table) + "&layout=dynalock";
    }

    private InJvm kv(String... args) throws Exception {
        Map<String, String> environment = Map.of("CLAVIGER_URL", url, "CLAVIGER_CONNECT_TIMEOUT", Emulated.PATIENT);
        InJvm run = InJvm.start(new ClientOpener(), environment, args);
        run.status();
        return run;
    }

    private void assertDone(InJvm run) throws Exception {
        assertThat(run.status()).as(run.err()).isZero();
    }

    private Value stored(String key) {
        try (LockClient client = LockClient.connect(url)) {
            return client.keyValues().get(key).orElseThrow().value();
        }
    }

    @Test
    void formsAreWrittenAsDynalockKnowsThem() throws Exception {
        assertDone(kv("kv", "put", "k", "plain"));
        assertThat(stored("k").form()).isEqualTo(Value.Form.BYTES);
        assertDone(kv("kv", "put", "--form=text", "k", "AAAA"));
        assertThat(stored("k").form()).isEqualTo(Value.Form.TEXT);
        assertThat(stored("k").asText()).isEqualTo("AAAA");
        assertDone(kv("kv", "put", "--form=json", "k", "{ \"b\": 2.50, \"a\": true }"));
        assertThat(stored("k").form()).isEqualTo(Value.Form.JSON);
        // Its members are sorted and its numbers plain, so it stood as a map.
        assertThat(new String(kv("kv", "get", "k").bytes(), UTF_8)).isEqualTo("{\"a\":true,\"b\":2.5}");
    }

    @Test
    void aGuardedWriteOfItsOwnLock_isOneLine() throws Exception {
        try (LockClient client = LockClient.connect(url);
                Lease lease = client.lock("night").acquire()) {
            String holding = "--if-holding=night:" + lease.token();
            InJvm own = kv("kv", "put", holding, "night", "v");
            assertThat(own.status()).isEqualTo(2);
            assertThat(own.err())
                    .startsWith("claviger kv put: in the layout dynalock 'night' is the lock itself")
                    .hasLineCount(1);
            assertDone(kv("kv", "put", holding, "last-night", "v"));
        }
    }

    @Test
    void aRecordInTheWayOfALock_canBeDeletedAsTheLineSays() throws Exception {
        assertDone(kv("kv", "put", "night", "v"));
        InJvm refused = kv("run", "--no-wait", "night", "--", "true");
        assertThat(refused.status()).isEqualTo(123);
        assertThat(refused.err()).contains("claviger kv delete 'night'").hasLineCount(1);
        assertDone(kv("kv", "delete", "night"));
        assertDone(kv("run", "--no-wait", "night", "--", "true"));
    }
}
