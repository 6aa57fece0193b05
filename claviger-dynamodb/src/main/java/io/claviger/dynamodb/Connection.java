package io.claviger.dynamodb;

import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.local.SystemTime;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** Finds the table of a configuration, and sees whether locks can be kept in it. */
final class Connection {
    /** How often a request is sent at most. The SDK's own default for DynamoDB tries for up to a minute. */
    static final int ATTEMPTS = 3;

    /** An attempt to describe the table takes this part of the time to connect at most, so that a lost one can be repeated. */
    private static final int ATTEMPT_PART = 2;

    private Connection() {}

    /** Opens a client's backend, as {@link DynamoConfig#connect} says. */
    static DynamoBackend open(DynamoConfig config) {
        SdkTable table = config.client()
                .map(own -> new SdkTable(own, config.table(), keys(config), () -> {}))
                .orElseGet(() -> ofOurOwn(config));
        try {
            check(config, table.describe(describe(config)).join());
        } catch (CompletionException failed) {
            table.close();
            throw refusal(config, failed);
        } catch (RejectedException unfit) {
            table.close();
            throw unfit;
        }
        DynamoSettings settings = new DynamoSettings(
                config.label(), config.lease().toNanos(), config.requestsPerSecond(), config.executor());
        Optional<RecordTable> records = config.layout() == DynamoLayout.DYNALOCK
                ? Optional.of(new SdkRecords(table, config.table(), config.partition()))
                : Optional.empty();
        return new DynamoBackend(
                settings, table, records, layout(config), SystemTime.INSTANCE, new ThreadLoop(), Chance.REAL);
    }

    private static Keys keys(DynamoConfig config) {
        return config.layout() == DynamoLayout.DYNALOCK ? Keys.locks(config.partition()) : Keys.whole();
    }

    private static Layout layout(DynamoConfig config) {
        return switch (config.layout()) {
            case NATIVE -> new NativeLayout(SystemTime.INSTANCE);
            case LYNK -> new LynkLayout(SystemTime.INSTANCE, config.tokens());
            case DYNALOCK -> new DynalockLayout(SystemTime.INSTANCE, config.tokens());
        };
    }

    private static SdkTable ofOurOwn(DynamoConfig config) {
        SdkClients own = SdkClients.open(config.region(), config.endpoint(), ATTEMPTS, config.connectTimeout());
        return new SdkTable(own.client(), config.table(), keys(config), own::close);
    }

    private static DescribeTableRequest describe(DynamoConfig config) {
        return DescribeTableRequest.builder()
                .tableName(config.table())
                .overrideConfiguration(limits -> limits.apiCallTimeout(config.connectTimeout())
                        .apiCallAttemptTimeout(config.connectTimeout().dividedBy(ATTEMPT_PART)))
                .build();
    }

    private static void check(DynamoConfig config, @Nullable TableDescription table) {
        if (table == null) {
            throw new RejectedException(
                    SdkFailures.noDynamo("it does not describe the table '" + config.table() + "'"));
        }
        String key = TableSchema.key(table);
        String wanted = TableSchema.of(config.layout()).keyInWords();
        if (!key.equals(wanted)) {
            throw new RejectedException("the table '" + config.table() + "' has the key " + key
                    + ", but locks in the layout " + TableSchema.word(config.layout()) + " need the key " + wanted);
        }
        if (table.tableStatus() == TableStatus.CREATING || table.tableStatus() == TableStatus.DELETING) {
            throw new RejectedException("the table '" + config.table() + "' is " + table.tableStatus()
                    + "; it can be used once it is ACTIVE");
        }
    }

    private static RuntimeException refusal(DynamoConfig config, CompletionException failure) {
        Outcome.Failed failed = SdkFailures.failed(failure, config.table());
        if (failed.kind() != Outcome.Kind.HOPELESS) {
            return new UnavailableException(failed.message());
        }
        String more = failed.message().startsWith("there is no table")
                ? "; create it (claviger table create), or see whether region and endpoint are right"
                : "";
        return new RejectedException(failed.message() + more);
    }
}
