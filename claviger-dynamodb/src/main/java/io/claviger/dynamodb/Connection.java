package io.claviger.dynamodb;

import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.local.SystemTime;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** Finds the table of a configuration, and sees whether locks can be kept in it. */
final class Connection {
    /** How often a request is sent at most. The SDK's own default for DynamoDB tries for up to a minute. */
    private static final int ATTEMPTS = 3;

    private static final Duration DESCRIBE_CALL = Duration.ofSeconds(20);
    private static final Duration DESCRIBE_ATTEMPT = Duration.ofSeconds(9);
    private static final Duration CONNECT = Duration.ofSeconds(1);

    /** Longer than the time between two renewals of most leases, so that these seldom pay for a new connection. */
    private static final Duration KEEP_ALIVE = Duration.ofMinutes(2);

    private static final int CONNECTIONS = 200;

    private Connection() {}

    /** Opens a client's backend, as {@link DynamoConfig#connect} says. */
    static DynamoBackend open(DynamoConfig config) {
        SdkTable table = config.client()
                .map(own -> new SdkTable(own, config.table(), () -> {}))
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
        return new DynamoBackend(settings, table, layout(config), SystemTime.INSTANCE, new ThreadLoop(), Chance.REAL);
    }

    private static Layout layout(DynamoConfig config) {
        return config.layout() == DynamoLayout.LYNK
                ? new LynkLayout(SystemTime.INSTANCE, config.tokens())
                : new NativeLayout(SystemTime.INSTANCE);
    }

    private static SdkTable ofOurOwn(DynamoConfig config) {
        Region region = region(config);
        DefaultCredentialsProvider credentials = DefaultCredentialsProvider.builder()
                .asyncCredentialUpdateEnabled(true)
                .build();
        try {
            credentials.resolveCredentials();
        } catch (SdkClientException none) {
            credentials.close();
            throw new RejectedException(SdkFailures.noCredentials());
        }
        return table(config.table(), region, config.endpoint(), credentials, credentials::close);
    }

    /** Returns a table by a client of our own, with our limits. */
    static SdkTable table(
            String name, Region region, Optional<URI> endpoint, AwsCredentialsProvider credentials, Runnable onClose) {
        DynamoDbAsyncClientBuilder builder = DynamoDbAsyncClient.builder()
                .region(region)
                .credentialsProvider(credentials)
                .overrideConfiguration(all -> all.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(ATTEMPTS)
                        .build()))
                // Answers only change threads, so they need none of their own for it.
                .asyncConfiguration(async ->
                        async.advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .connectionMaxIdleTime(KEEP_ALIVE)
                        .maxConcurrency(CONNECTIONS)
                        .tcpKeepAlive(true));
        endpoint.ifPresent(builder::endpointOverride);
        DynamoDbAsyncClient client = builder.build();
        return new SdkTable(client, name, () -> {
            client.close();
            onClose.run();
        });
    }

    private static Region region(DynamoConfig config) {
        if (config.region().isPresent()) {
            return Region.of(config.region().get());
        }
        try {
            return DefaultAwsRegionProviderChain.builder().build().getRegion();
        } catch (SdkClientException none) {
            throw new RejectedException(
                    "no AWS region: add region=… to the address, set AWS_REGION, or name a profile that has one");
        }
    }

    private static DescribeTableRequest describe(DynamoConfig config) {
        return DescribeTableRequest.builder()
                .tableName(config.table())
                .overrideConfiguration(
                        limits -> limits.apiCallTimeout(DESCRIBE_CALL).apiCallAttemptTimeout(DESCRIBE_ATTEMPT))
                .build();
    }

    private static void check(DynamoConfig config, TableDescription table) {
        List<String> key = table.keySchema().stream()
                .map(element -> element.attributeName() + " ("
                        + (element.keyType() == KeyType.RANGE ? "sort key, " : "")
                        + type(table, element.attributeName())
                        + ")")
                .toList();
        if (!key.equals(List.of(Table.KEY + " (S)"))) {
            throw new RejectedException("the table '" + config.table() + "' has the key " + String.join(", ", key)
                    + ", but locks need the one key " + Table.KEY + " (S)");
        }
        if (table.tableStatus() == TableStatus.CREATING || table.tableStatus() == TableStatus.DELETING) {
            throw new RejectedException("the table '" + config.table() + "' is " + table.tableStatus()
                    + "; it can be used once it is ACTIVE");
        }
    }

    private static String type(TableDescription table, String attribute) {
        return table.attributeDefinitions().stream()
                .filter(definition -> definition.attributeName().equals(attribute))
                .map(definition -> definition.attributeType() == null
                        ? ScalarAttributeType.UNKNOWN_TO_SDK_VERSION.toString()
                        : definition.attributeTypeAsString())
                .collect(Collectors.joining());
    }

    private static RuntimeException refusal(DynamoConfig config, CompletionException failure) {
        Outcome.Failed failed = SdkFailures.failed(failure, config.table());
        if (failed.kind() != Outcome.Kind.HOPELESS) {
            return new UnavailableException(failed.message());
        }
        String more = failed.message().startsWith("there is no table")
                ? "; create one with the key " + Table.KEY + " of type S, or see whether region and endpoint are right"
                : "";
        return new RejectedException(failed.message() + more);
    }
}
