package io.claviger.dynamodb;

import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClientBuilder;

/**
 * Makes the clients of the SDK that no user gave us: region and credentials are where the tools of AWS look for them.
 *
 * @param client to be closed by {@link #close}
 */
record SdkClients(DynamoDbAsyncClient client, DefaultCredentialsProvider credentials) implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(1);

    /** Longer than the time between two renewals of most leases, so that these seldom pay for a new connection. */
    private static final Duration KEEP_ALIVE = Duration.ofMinutes(2);

    private static final int CONNECTIONS = 200;

    /**
     * Opens a client.
     *
     * <p><b>Blocks</b> until region and credentials are found, for the limit at most: the last places to look are on the network of
     * Amazon's machines, which elsewhere may not answer at all.
     *
     * @param endpoint empty = that of the environment, of the profile or of the region
     * @param attempts how often a request is sent at most; the SDK's own default for DynamoDB tries for up to a minute
     * @throws RejectedException if there is no region, or there are no credentials
     */
    static SdkClients open(Optional<String> region, Optional<URI> endpoint, int attempts, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        Region found = found(() -> region.map(Region::of).orElseGet(SdkClients::region), end, noRegion());
        DefaultCredentialsProvider credentials = DefaultCredentialsProvider.builder()
                .asyncCredentialUpdateEnabled(true)
                .build();
        try {
            found(credentials::resolveCredentials, end, SdkFailures.noCredentials());
        } catch (RejectedException | UnavailableException none) {
            credentials.close();
            throw none;
        }
        DynamoDbAsyncClientBuilder builder = DynamoDbAsyncClient.builder()
                .region(found)
                .credentialsProvider(credentials)
                .overrideConfiguration(all -> all.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(attempts)
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
        return new SdkClients(builder.build(), credentials);
    }

    /** Something that the SDK looks for in many places. */
    private interface Search<T> {
        T look();
    }

    private static <T> T found(Search<T> search, long end, String otherwise) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        // A thread of its own: what the SDK waits for there can be neither limited nor interrupted.
        Thread looking = new Thread(
                () -> {
                    try {
                        answer.complete(search.look());
                    } catch (RuntimeException none) {
                        answer.completeExceptionally(none);
                    }
                },
                "claviger-aws-settings");
        looking.setDaemon(true);
        looking.start();
        try {
            return answer.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SdkClientException) {
                throw new RejectedException(otherwise);
            }
            throw new RejectedException(otherwise + " (" + failed.getCause() + ")");
        } catch (TimeoutException late) {
            throw new RejectedException(otherwise);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while looking for the settings of AWS");
        }
    }

    private static Region region() {
        return DefaultAwsRegionProviderChain.builder().build().getRegion();
    }

    private static String noRegion() {
        return "no AWS region: set AWS_REGION, name a profile that has one, or give it here (region=… in an address, --region)";
    }

    @Override
    public void close() {
        client.close();
        credentials.close();
    }
}
