package io.claviger.dynamodb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * The emulated DynamoDB that {@code lab/dynamodb fetch} has placed under {@code lab/target}: one process for all tests of a JVM, on
 * a free port of loopback. Where it is missing, the tests that need it are skipped and say so.
 */
final class Emulator {
    private static final Path BINARY =
            Path.of(System.getProperty("claviger.root", ".."), "lab", "target", "dynamodb", "dynoxide");
    private static final long START_NANOS = 20_000_000_000L;
    private static final long POLL_NANOS = 5_000_000;
    private static final AtomicInteger TABLES = new AtomicInteger();
    private static @Nullable Emulator running;

    private final URI endpoint;
    private final DynamoDbAsyncClient client;

    private Emulator(URI endpoint) {
        this.endpoint = endpoint;
        this.client = builder(endpoint).build();
    }

    private static DynamoDbAsyncClientBuilder builder(URI endpoint) {
        return DynamoDbAsyncClient.builder()
                .endpointOverride(endpoint)
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")));
    }

    /** Makes another client, whose requests are billed. */
    DynamoDbAsyncClient billed(Bill bill) {
        return builder(endpoint)
                .overrideConfiguration(all -> all.addExecutionInterceptor(bill))
                .build();
    }

    /** Returns the one emulator, and starts it if it does not run. */
    static synchronized Emulator running() {
        if (running == null) {
            if (!Files.isExecutable(BINARY)) {
                System.out.println("SKIPPED: tests on an emulated DynamoDB: there is no " + BINARY
                        + "; lab/dynamodb fetch places it there");
                throw new TestAbortedException("skipped: no emulator of DynamoDB; lab/dynamodb fetch places one");
            }
            running = new Emulator(start());
        }
        return running;
    }

    private static URI start() {
        try {
            Process process = new ProcessBuilder(BINARY.toString(), "serve", "--host", "127.0.0.1", "--port", "0")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            long deadline = System.nanoTime() + START_NANOS;
            while (process.isAlive() && System.nanoTime() - deadline < 0) {
                int port = listeningPort(process.pid());
                if (port > 0) {
                    return URI.create("http://127.0.0.1:" + port);
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
            throw new IllegalStateException(
                    "the emulator did not start within " + TimeUnit.NANOSECONDS.toSeconds(START_NANOS) + " s");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** It does not tell which port it was given, but the kernel does. Returns 0 if it listens on none yet. */
    private static int listeningPort(long pid) throws IOException {
        Set<String> sockets;
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            sockets = descriptors.map(Emulator::target).collect(Collectors.toSet());
        }
        for (String line : Files.readAllLines(Path.of("/proc/net/tcp"))) {
            List<String> fields = List.of(line.strip().split("\\s+"));
            if (fields.get(3).equals("0A") && sockets.contains("socket:[" + fields.get(9) + "]")) {
                return Integer.parseInt(fields.get(1).substring(fields.get(1).indexOf(':') + 1), 16);
            }
        }
        return 0;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    URI endpoint() {
        return endpoint;
    }

    DynamoDbAsyncClient client() {
        return client;
    }

    /** Makes a table for locks and returns its name. */
    String newTable() {
        return newTable(Table.KEY);
    }

    /** Makes a table with a key of that name, and perhaps a sort key. */
    String newTable(String key, String... sortKey) {
        String name = "test-" + TABLES.incrementAndGet();
        List<String> keys = Stream.concat(Stream.of(key), Stream.of(sortKey)).toList();
        client.createTable(table -> table.tableName(name)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(keys.stream()
                                .map(each -> AttributeDefinition.builder()
                                        .attributeName(each)
                                        .attributeType(ScalarAttributeType.S)
                                        .build())
                                .toList())
                        .keySchema(keys.stream()
                                .map(each -> KeySchemaElement.builder()
                                        .attributeName(each)
                                        .keyType(each.equals(key) ? KeyType.HASH : KeyType.RANGE)
                                        .build())
                                .toList()))
                .join();
        return name;
    }
}
