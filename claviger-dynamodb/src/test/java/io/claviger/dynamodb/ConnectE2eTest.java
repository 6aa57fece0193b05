package io.claviger.dynamodb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Entry;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.Value;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that are opened by their address, and what they say when they cannot be. */
class ConnectE2eTest {
    private static final Map<String, String> SETTINGS = Map.of(
            "aws.accessKeyId", "test",
            "aws.secretAccessKey", "test",
            "aws.disableEc2Metadata", "true",
            "aws.sharedCredentialsFile", "/nonexistent",
            "aws.configFile", "/nonexistent");

    private final Map<String, String> before = new HashMap<>();

    @BeforeEach
    void set() {
        SETTINGS.forEach((name, value) -> {
            String old = System.getProperty(name);
            if (old != null) {
                before.put(name, old);
            }
            System.setProperty(name, value);
        });
    }

    @AfterEach
    void restore() {
        SETTINGS.keySet().forEach(System::clearProperty);
        System.clearProperty("aws.endpointUrlDynamoDb");
        System.clearProperty("aws.region");
        before.forEach(System::setProperty);
    }

    private static String uri(String table, String options) {
        return "dynamodb:" + table + "?endpoint=" + Emulator.running().endpoint() + options;
    }

    @Test
    void clientOpensByItsAddress() {
        String table = Emulator.running().newTable();
        LockClient one = LockClient.connect(uri(table, "&region=eu-west-1"));
        try (LockClient two = LockClient.connect(uri(table, "&region=eu-west-1"))) {
            Lease lease = one.lock("x").tryAcquire().orElseThrow();
            assertThat(two.lock("x").tryAcquire()).isEmpty();
            assertThat(two.holders("x")).extracting(holder -> holder.token()).containsExactly(lease.token());
            one.close();
            assertThat(two.lock("x").tryAcquire()).isPresent();
        } finally {
            one.close();
        }
    }

    @Test
    void clientOfTheCallersIsUsedAndLeftOpen() {
        Emulator emulator = Emulator.running();
        String table = emulator.newTable();
        try (LockClient client =
                DynamoConfig.builder(table).client(emulator.client()).build().connect()) {
            assertThat(client.lock("x").tryAcquire()).isPresent();
        }
        assertThat(emulator.client().listTables().join().tableNames()).contains(table);
    }

    @Test
    void tableThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> LockClient.connect(uri("no-such-table", "&region=eu-west-1")))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("there is no table 'no-such-table'")
                .hasMessageContaining("claviger table create");
    }

    @Test
    void tableWithAnotherKeyIsRefused() {
        String other = Emulator.running().newTable("id");
        assertThatThrownBy(() -> LockClient.connect(uri(other, "&region=eu-west-1")))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("has the key id (S), but locks in the layout native need the key lockKey (S)");
        String sorted = Emulator.running().newTable(Table.KEY, "name");
        assertThatThrownBy(() -> LockClient.connect(uri(sorted, "&region=eu-west-1")))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("lockKey (S), name (sort key, S)");
    }

    @Test
    void tableOfDynalockHasLocksAndRecordsInPartitions() {
        String table = Emulator.running().newTable(DynalockRecord.ID, DynalockRecord.NAME);
        String more = "&region=eu-west-1&layout=dynalock&partition=";
        try (LockClient one = LockClient.connect(uri(table, more + "One"));
                LockClient two = LockClient.connect(uri(table, more + "Two"));
                Lease lease = one.lock("x").tryAcquire().orElseThrow();
                Lease other = two.lock("x").tryAcquire().orElseThrow()) {
            one.keyValues().ifHolding(lease).put("key", Value.text("1"));
            assertThat(one.keyValues().list("").entries())
                    .extracting(Entry::key)
                    .containsExactly("key", "x");
            assertThat(two.keyValues().list("").entries())
                    .extracting(Entry::key)
                    .containsExactly("x");
            assertThat(other.token().value()).isPositive();
        }
        String unfit = Emulator.running().newTable();
        assertThatThrownBy(() -> LockClient.connect(uri(unfit, more + "One")))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("but locks in the layout dynalock need the key id (S), name (sort key, S)");
    }

    @Test
    void missingCredentialsAreNamed() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        assertThatThrownBy(() -> LockClient.connect(uri("locks", "&region=eu-west-1")))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("no AWS credentials");
    }

    @Test
    void missingRegionIsNamed() {
        assertThatThrownBy(() -> LockClient.connect(uri("locks", "")))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("no AWS region")
                .hasMessageContaining("AWS_REGION");
    }

    @Test
    void whatAnswersButIsNoDynamoDb_isNamed() throws Exception {
        byte[] answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}".getBytes(UTF_8);
        try (ServerSocket other = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> answerAll(other, answer));
            answering.start();
            assertThatThrownBy(() -> LockClient.connect(
                            "dynamodb:locks?region=eu-west-1&endpoint=http://127.0.0.1:" + other.getLocalPort()))
                    .isInstanceOf(RejectedException.class)
                    .hasMessage(
                            "what answers at the endpoint is no DynamoDB (it does not describe the table 'locks'); see "
                                    + "whether the endpoint is right");
        }
    }

    private static void answerAll(ServerSocket server, byte[] answer) {
        try {
            while (true) {
                try (Socket client = server.accept()) {
                    client.getInputStream().read(new byte[65_536]);
                    client.getOutputStream().write(answer);
                }
            }
        } catch (IOException over) {
            assertThat(server.isClosed()).isTrue();
        }
    }

    @Test
    void endpointsOfTheEnvironmentAndRegionsOfTheProfileAreChecked() {
        for (String bad : List.of("localhost:8000", "foo", "://", "ftp://h", "http://h:99999")) {
            System.setProperty("aws.endpointUrlDynamoDb", bad);
            assertThatThrownBy(() -> LockClient.connect("dynamodb:locks?region=eu-west-1"))
                    .as(bad)
                    .isInstanceOf(RejectedException.class)
                    .hasMessageStartingWith(
                            "the endpoint that AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL or the profile "
                                    + "names is not like https://HOST:PORT: ");
        }
        System.setProperty("aws.region", "eu.west");
        assertThatThrownBy(() -> LockClient.connect("dynamodb:locks"))
                .isInstanceOf(RejectedException.class)
                .hasMessage(
                        "'eu.west' is no region of AWS, which is such as eu-west-1; see AWS_REGION, AWS_DEFAULT_REGION and "
                                + "the profile");
    }

    @Test
    void closingDoesNotWaitForTheSdksThreads() {
        String table = Emulator.running().newTable();
        LockClient client = LockClient.connect(uri(table, "&region=eu-west-1"));
        long before = System.nanoTime();
        client.close();
        // By itself the SDK waits two seconds.
        assertThat(System.nanoTime() - before).isLessThan(1_900_000_000L);
    }

    @Test
    void endpointThatNobodyServesIsNamed() {
        assertThatThrownBy(() -> LockClient.connect("dynamodb:locks?region=eu-west-1&endpoint=http://127.0.0.1:1"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("no answer from the table 'locks'");
    }
}
