package io.claviger.dynamodb;

import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClientBuilder;

/**
 * Makes the clients of the SDK that no user gave us: region and credentials are where the tools of AWS look for them.
 *
 * @param client to be closed by {@link #close}
 * @param threads those of the client's network. They are ours, since the SDK waits two seconds for its own to end, as every
 *     command would at its end
 */
record SdkClients(DynamoDbAsyncClient client, DefaultCredentialsProvider credentials, EventLoopGroup threads)
        implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(1);

    /** Longer than the time between two renewals of most leases, so that these seldom pay for a new connection. */
    private static final Duration KEEP_ALIVE = Duration.ofMinutes(2);

    private static final int CONNECTIONS = 200;
    private static final long QUIET_MILLIS = 200;
    private static final long CLOSE_MILLIS = 2_000;

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
        Region found = found(() -> region.map(Region::of).orElseGet(SdkClients::region), end, none -> noRegion());
        if (!DynamoConfig.isRegion(found.id())) {
            throw new RejectedException(DynamoConfig.noRegion(found.id()) + "; see " + RegionSearch.PLACES);
        }
        DefaultCredentialsProvider credentials = DefaultCredentialsProvider.builder()
                .asyncCredentialUpdateEnabled(true)
                .build();
        EventLoopGroup threads = newThreads();
        try {
            found(credentials::resolveCredentials, end, NoCredentials::line);
            DynamoDbAsyncClientBuilder builder =
                    builder(attempts, threads).region(found).credentialsProvider(credentials);
            endpoint.ifPresent(builder::endpointOverride);
            return new SdkClients(client(builder), credentials, threads);
        } catch (RuntimeException none) {
            close(credentials, threads);
            throw none;
        }
    }

    private static DynamoDbAsyncClientBuilder builder(int attempts, EventLoopGroup threads) {
        return DynamoDbAsyncClient.builder()
                .overrideConfiguration(all -> all.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(attempts)
                        .build()))
                // Answers only change threads, so they need none of their own for it.
                .asyncConfiguration(async ->
                        async.advancedOption(SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .eventLoopGroup(SdkEventLoopGroup.create(threads))
                        .connectionTimeout(CONNECT)
                        .connectionMaxIdleTime(KEEP_ALIVE)
                        .maxConcurrency(CONNECTIONS)
                        .tcpKeepAlive(true));
    }

    /** An endpoint that we were given is right; one that the SDK finds somewhere may be anything. */
    private static DynamoDbAsyncClient client(DynamoDbAsyncClientBuilder builder) {
        DynamoDbAsyncClient client;
        try {
            client = builder.build();
        } catch (RuntimeException bad) {
            throw badEndpoint(bad);
        }
        try {
            client.serviceClientConfiguration().endpointOverride().ifPresent(DynamoConfig::checkEndpoint);
        } catch (IllegalArgumentException bad) {
            client.close();
            throw badEndpoint(bad);
        }
        return client;
    }

    private static RejectedException badEndpoint(RuntimeException bad) {
        Throwable root = bad.getCause() == null ? bad : bad.getCause();
        return new RejectedException(
                "the endpoint that AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL or the profile names is not like"
                        + " https://HOST:PORT: " + root.getMessage());
    }

    @SuppressWarnings("deprecation") // The SDK knows the channels of no other.
    private static EventLoopGroup newThreads() {
        return new io.netty.channel.nio.NioEventLoopGroup(0, new DefaultThreadFactory("claviger-aws", true));
    }

    /** Something that the SDK looks for in many places. */
    private interface Search<T> {
        T look();
    }

    /** @param otherwise says that there is none, and perhaps why */
    private static <T> T found(Search<T> search, long end, Function<Throwable, String> otherwise) {
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
            Throwable why = Objects.requireNonNullElse(failed.getCause(), failed);
            String line = otherwise.apply(why);
            throw new RejectedException(why instanceof SdkClientException ? line : line + " (" + why + ")");
        } catch (TimeoutException late) {
            throw new RejectedException(otherwise.apply(late));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("interrupted while looking for the settings of AWS");
        }
    }

    private static Region region() {
        return RegionSearch.ofEnvironment().region();
    }

    private static String noRegion() {
        return "no AWS region: set AWS_REGION, name a profile that has one, or give it: dynamodb:TABLE?region=… or, to"
                + " 'claviger table', --region";
    }

    @Override
    public void close() {
        client.close();
        close(credentials, threads);
    }

    private static void close(DefaultCredentialsProvider credentials, EventLoopGroup threads) {
        credentials.close();
        // Whoever closes may be one of them, so nobody waits. What is still being closed has some time for it.
        threads.shutdownGracefully(QUIET_MILLIS, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
