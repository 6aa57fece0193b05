package io.claviger.lab;

import com.amazonaws.services.dynamodbv2.AcquireLockOptions;
import com.amazonaws.services.dynamodbv2.AmazonDynamoDBLockClient;
import com.amazonaws.services.dynamodbv2.AmazonDynamoDBLockClientOptions;
import com.amazonaws.services.dynamodbv2.CreateDynamoDBTableOptions;
import com.amazonaws.services.dynamodbv2.LockItem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;

/**
 * Those of awslabs' client, with its own settings: it looks again every second. Each thread has a client of its own, since a client
 * is one owner.
 */
final class AwslabsLocks implements TableLocks {
    private static final long LEASE_SECONDS = 20;
    private static final long HEARTBEAT_SECONDS = 5;
    private static final long PATIENCE_SECONDS = 3_600;
    private static final long UNITS = 40_000;
    private static final AtomicInteger OWNERS = new AtomicInteger();

    private final TableMeter meter = new TableMeter();
    private final DynamoDbClient dynamo;
    private final List<AmazonDynamoDBLockClient> opened = new CopyOnWriteArrayList<>();
    private final ThreadLocal<AmazonDynamoDBLockClient> own;

    AwslabsLocks(TableUnderTest under) {
        this.dynamo = client(under, meter);
        this.own = ThreadLocal.withInitial(() -> {
            AmazonDynamoDBLockClient client = open(under.table());
            opened.add(client);
            return client;
        });
    }

    private static DynamoDbClient client(TableUnderTest under, TableMeter meter) {
        return DynamoDbClient.builder()
                .endpointOverride(under.endpoint())
                .region(TableUnderTest.region())
                .credentialsProvider(TableUnderTest.credentials())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(settings -> settings.addExecutionInterceptor(meter))
                .build();
    }

    static void create(TableUnderTest under) {
        try (DynamoDbClient client = client(under, new TableMeter())) {
            AmazonDynamoDBLockClient.createLockTableInDynamoDB(CreateDynamoDBTableOptions.builder(
                            client,
                            ProvisionedThroughput.builder()
                                    .readCapacityUnits(UNITS)
                                    .writeCapacityUnits(UNITS)
                                    .build(),
                            under.table())
                    .build());
        } catch (ResourceInUseException exists) {
            // Made by an earlier round.
        }
    }

    private AmazonDynamoDBLockClient open(String table) {
        return new AmazonDynamoDBLockClient(AmazonDynamoDBLockClientOptions.builder(dynamo, table)
                .withOwnerName("owner-" + ProcessHandle.current().pid() + "-" + OWNERS.incrementAndGet())
                .withTimeUnit(TimeUnit.SECONDS)
                .withLeaseDuration(LEASE_SECONDS)
                .withHeartbeatPeriod(HEARTBEAT_SECONDS)
                .withCreateHeartbeatBackgroundThread(true)
                .build());
    }

    @Override
    public Held acquire(String name) throws InterruptedException {
        AmazonDynamoDBLockClient client = own.get();
        LockItem item = client.acquireLock(AcquireLockOptions.builder(name)
                .withTimeUnit(TimeUnit.SECONDS)
                .withAdditionalTimeToWaitForLock(PATIENCE_SECONDS)
                .build());
        return () -> {
            if (!client.releaseLock(item)) {
                throw new IllegalStateException("not held: " + name);
            }
        };
    }

    @Override
    public TableMeter meter() {
        return meter;
    }

    @Override
    public void close() {
        for (AmazonDynamoDBLockClient client : opened) {
            try {
                client.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
        dynamo.close();
    }
}
