package io.claviger.lab;

import io.claviger.dynamodb.DynamoConfig;
import io.claviger.dynamodb.DynamoLayout;
import io.claviger.dynamodb.DynamoTables;
import io.claviger.dynamodb.TableOptions;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * A table on an emulated DynamoDB, and who locks in it.
 *
 * @param endpoint where the emulator is; it takes any credentials
 */
record TableUnderTest(URI endpoint, String table, TableLocks.Kind kind) {
    private static final Region REGION = Region.EU_WEST_1;

    /** Reads {@code at=URI}, {@code table=NAME} and {@code as=KIND}. */
    static TableUnderTest read(Arguments given) {
        return new TableUnderTest(
                URI.create(given.text("at")), given.text("table"), TableLocks.Kind.of(given.text("as")));
    }

    /** The words that {@link #read} reads. */
    String[] words() {
        return new String[] {"at=" + endpoint, "table=" + table, "as=" + kind.word};
    }

    /** Makes the table, unless it is there. */
    void create() {
        if (kind == TableLocks.Kind.AWSLABS) {
            AwslabsLocks.create(this);
            return;
        }
        try (DynamoTables tables = DynamoTables.builder()
                .region(REGION.id())
                .client(client(new TableMeter()))
                .open()) {
            tables.create(table, TableOptions.of(layout()));
        }
    }

    /** Opens locks as a process would, or a machine of its own. */
    TableLocks open() {
        return kind == TableLocks.Kind.AWSLABS ? new AwslabsLocks(this) : new ClavigerLocks(this);
    }

    DynamoConfig config(TableMeter meter) {
        DynamoConfig.Builder config =
                DynamoConfig.builder(table).layout(layout()).client(client(meter));
        boolean tokenless = kind == TableLocks.Kind.LYNK_TOKEN_OFF || kind == TableLocks.Kind.DYNALOCK_TOKEN_OFF;
        return (tokenless ? config.withoutTokens() : config).build();
    }

    private DynamoLayout layout() {
        return switch (kind) {
            case NATIVE -> DynamoLayout.NATIVE;
            case LYNK, LYNK_TOKEN_OFF -> DynamoLayout.LYNK;
            case DYNALOCK, DYNALOCK_TOKEN_OFF -> DynamoLayout.DYNALOCK;
            case AWSLABS -> throw new IllegalStateException("not a layout of ours");
        };
    }

    DynamoDbAsyncClient client(TableMeter meter) {
        return DynamoDbAsyncClient.builder()
                .endpointOverride(endpoint)
                .region(REGION)
                .credentialsProvider(credentials())
                .overrideConfiguration(settings -> settings.addExecutionInterceptor(meter))
                .build();
    }

    static Region region() {
        return REGION;
    }

    static StaticCredentialsProvider credentials() {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create("lab", "lab"));
    }
}
