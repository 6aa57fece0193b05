package io.claviger.dynamodb;

import io.claviger.testkit.DynamoEmulator;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

/** The emulated DynamoDB of {@link DynamoEmulator}, with a client and tables for tests. */
final class Emulator {
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
            running = new Emulator(DynamoEmulator.endpoint());
        }
        return running;
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
        String name = "test-" + ProcessHandle.current().pid() + "-" + TABLES.incrementAndGet();
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
