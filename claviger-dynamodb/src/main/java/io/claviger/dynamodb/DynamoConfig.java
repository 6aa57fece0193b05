package io.claviger.dynamodb;

import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.spi.Callbacks;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * Which table a client locks in, and how. Immutable; the door to this package. Example:
 *
 * <pre>{@code
 * try (LockClient client = DynamoConfig.builder("locks").region("eu-west-1").build().connect()) {
 *     client.runLocked("nightly", lease -> job.run());
 * }
 * }</pre>
 *
 * <p>Region and credentials come from where the AWS SDK for Java looks for them, unless they are given; the endpoint as well
 * ({@code AWS_ENDPOINT_URL_DYNAMODB}, {@code AWS_ENDPOINT_URL}).
 */
public final class DynamoConfig {
    /** The lease of locks that have none of their own: 20 s. They are renewed until they are released or the client is closed. */
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(20);

    /** The shortest lease: a renewal is a request or two, and must be answered in a third of it. */
    public static final Duration MIN_LEASE = Duration.ofMillis(200);

    /** How many requests a second a client may send for one name while it waits for it. */
    public static final double DEFAULT_REQUESTS_PER_SECOND = 10;

    /** How long a client looks for region and credentials, and again for its table: 20 s. A cold JVM needs some of that for itself. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(20);

    /** The partition of the layout dynalock, unless set. */
    public static final String DEFAULT_PARTITION = "claviger";

    /** The longest name of a partition, in bytes: 2,000. */
    public static final int MAX_PARTITION_BYTES = 2_000;

    private static final double MIN_REQUESTS_PER_SECOND = 0.01;
    private static final double MAX_REQUESTS_PER_SECOND = 1_000;
    private static final Duration MIN_CONNECT_TIMEOUT = Duration.ofMillis(100);
    private static final Duration MAX_CONNECT_TIMEOUT = Duration.ofMinutes(5);

    private static final int MAX_PORT = 65_535;
    private static final Pattern REGION = Pattern.compile("[a-zA-Z0-9-]{1,63}");

    private final String table;
    private final DynamoLayout layout;
    private final Optional<String> region;
    private final Optional<URI> endpoint;
    private final boolean tokens;
    private final double requestsPerSecond;
    private final Duration lease;
    private final Duration connectTimeout;
    private final Optional<String> label;
    private final Optional<String> program;
    private final Executor executor;
    private final Optional<DynamoDbAsyncClient> client;
    private final String partition;

    private DynamoConfig(Builder builder) {
        this.table = builder.table;
        this.layout = builder.layout;
        this.region = builder.region;
        this.endpoint = builder.endpoint;
        this.tokens = builder.tokens;
        this.requestsPerSecond = builder.requestsPerSecond;
        this.lease = builder.lease;
        this.connectTimeout = builder.connectTimeout;
        this.label = builder.label;
        this.program = builder.program;
        this.executor = builder.executor;
        this.client = builder.client;
        this.partition = builder.partition.orElse(DEFAULT_PARTITION);
    }

    /**
     * Returns a builder with all defaults.
     *
     * @throws IllegalArgumentException if no table of DynamoDB has such a name
     */
    public static Builder builder(String table) {
        return new Builder(table);
    }

    /**
     * Reads a URI, such as {@code dynamodb:locks?region=eu-west-1&lease=30s}. Behind the question mark may stand {@code region},
     * {@code endpoint}, {@code layout=native|lynk|dynalock}, {@code partition}, {@code token=on|off}, {@code requests-per-second}, {@code lease} (as in {@code
     * 500ms}, {@code 20s}, {@code 2m}) and {@code label}.
     *
     * @throws IllegalArgumentException if it is malformed, in one line that says what would be right
     */
    public static DynamoConfig parse(String uri) {
        return DynamoUri.parse(uri);
    }

    /**
     * Opens a client.
     *
     * <p><b>Blocks</b> until the table has been looked at.
     *
     * @throws io.claviger.RejectedException if there is no such table, no region, no credentials or no permission, or if the table
     *     has another key than locks need
     * @throws io.claviger.UnavailableException if the table could not be reached
     */
    public LockClient connect() {
        return LockClient.over(Connection.open(this));
    }

    /** Returns a builder with all that is set here. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Returns the name of the table. */
    public String table() {
        return table;
    }

    /** Returns how locks stand in the table. */
    public DynamoLayout layout() {
        return layout;
    }

    /** Returns in which partition locks and records are, in the layout dynalock. */
    public String partition() {
        return partition;
    }

    /** Returns the region; empty = where the SDK finds one, or AWS_DEFAULT_REGION. */
    public Optional<String> region() {
        return region;
    }

    /** Returns the endpoint; empty = that of the region, or what the environment says. */
    public Optional<URI> endpoint() {
        return endpoint;
    }

    /** Whether grants have tokens where these cost a write of their own. */
    public boolean tokens() {
        return tokens;
    }

    /** Returns how many requests a second are sent for one name while somebody waits for it. */
    public double requestsPerSecond() {
        return requestsPerSecond;
    }

    /** Returns the lease of locks that have none of their own. */
    public Duration lease() {
        return lease;
    }

    /** Returns how long to look for region and credentials, and again for the table, before giving up. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** Returns who this client is, for people. */
    public String label() {
        return label.orElseGet(() -> program.map(ClientLabel::ofThisProcess).orElseGet(ClientLabel::ofThisProcess));
    }

    /** Returns what runs listeners and dependent stages. */
    public Executor executor() {
        return executor;
    }

    Optional<DynamoDbAsyncClient> client() {
        return client;
    }

    @Override
    public String toString() {
        return "DynamoConfig[" + table + ", " + layout + "]";
    }

    /** Refuses leases that cannot be kept over a network. */
    static void checkLease(Duration length) {
        if (length.compareTo(MIN_LEASE) < 0 || length.compareTo(LockOptions.MAX_LEASE) > 0) {
            throw new IllegalArgumentException("a lease in a DynamoDB table lasts from " + Seconds.inWords(MIN_LEASE)
                    + " to " + Seconds.inWords(LockOptions.MAX_LEASE) + ", but this is " + Seconds.inWords(length));
        }
    }

    /** Refuses what no region of AWS can be called. */
    static String checkRegion(String name) {
        if (!isRegion(name)) {
            throw new IllegalArgumentException(noRegion(name));
        }
        return name;
    }

    static boolean isRegion(String name) {
        return REGION.matcher(name).matches();
    }

    static String noRegion(String name) {
        return "'" + name + "' is no region of AWS, which is such as eu-west-1";
    }

    /** Refuses what is no address of HTTP. */
    static void checkEndpoint(URI address) {
        boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
        boolean more =
                address.getRawUserInfo() != null || address.getRawQuery() != null || address.getRawFragment() != null;
        if (!http || address.getHost() == null || more || address.getPort() > MAX_PORT) {
            throw new IllegalArgumentException("an endpoint is like https://HOST:PORT, but this is '" + address + "'");
        }
    }

    /** Builds a {@link DynamoConfig}. Not thread-safe. */
    public static final class Builder {
        private final String table;
        private DynamoLayout layout = DynamoLayout.NATIVE;
        private Optional<String> region = Optional.empty();
        private Optional<URI> endpoint = Optional.empty();
        private boolean tokens = true;
        private double requestsPerSecond = DEFAULT_REQUESTS_PER_SECOND;
        private Duration lease = DEFAULT_LEASE;
        private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
        private Optional<String> label = Optional.empty();
        private Optional<String> program = Optional.empty();
        private Executor executor = Callbacks.defaultExecutor();
        private Optional<DynamoDbAsyncClient> client = Optional.empty();
        private Optional<String> partition = Optional.empty();

        private Builder(String table) {
            // As an ARN, a table of another account can be used as well.
            if (!table.matches("[a-zA-Z0-9_.-]{3,255}|arn:[^?#\\s]{1,1000}:table/[a-zA-Z0-9_.-]{3,255}")) {
                throw new IllegalArgumentException(
                        "'" + table + "' is no name of a DynamoDB table: it has 3 to 255 letters, digits,"
                                + " '_', '-' and '.', or is the ARN of a table");
            }
            this.table = table;
        }

        private Builder(DynamoConfig config) {
            this.table = config.table;
            this.layout = config.layout;
            this.region = config.region;
            this.endpoint = config.endpoint;
            this.tokens = config.tokens;
            this.requestsPerSecond = config.requestsPerSecond;
            this.lease = config.lease;
            this.connectTimeout = config.connectTimeout;
            this.label = config.label;
            this.program = config.program;
            this.executor = config.executor;
            this.client = config.client;
            this.partition = config.layout == DynamoLayout.DYNALOCK ? Optional.of(config.partition) : Optional.empty();
        }

        /**
         * Sets how locks stand in the table: {@link DynamoLayout#NATIVE} unless set.
         */
        public Builder layout(DynamoLayout how) {
            this.layout = how;
            return this;
        }

        /**
         * Sets in which partition of the table locks and records are: what dynalock's constructor takes. Only in {@link
         * DynamoLayout#DYNALOCK}.
         *
         * @param name 1 to {@link #MAX_PARTITION_BYTES} bytes of UTF-8
         * @throws IllegalArgumentException if it is empty or longer
         */
        public Builder partition(String name) {
            int bytes = name.getBytes(StandardCharsets.UTF_8).length;
            if (bytes < 1 || bytes > MAX_PARTITION_BYTES) {
                throw new IllegalArgumentException(
                        "a partition has 1 to " + MAX_PARTITION_BYTES + " bytes, but this one has " + bytes);
            }
            this.partition = Optional.of(name);
            return this;
        }

        /**
         * Sets the region, such as {@code eu-west-1}.
         *
         * @throws IllegalArgumentException if no region can have that name
         */
        public Builder region(String name) {
            this.region = Optional.of(checkRegion(name));
            return this;
        }

        /**
         * Sets where the service is, such as {@code http://127.0.0.1:8000} for an emulator.
         *
         * @throws IllegalArgumentException if it is no address of HTTP
         */
        public Builder endpoint(URI address) {
            checkEndpoint(address);
            this.endpoint = Optional.of(address);
            return this;
        }

        /**
         * Does without tokens in the layouts in which they cost a write for each grant; {@link io.claviger.Lease#token()} throws then.
         * In {@link DynamoLayout#NATIVE} they cost nothing and are always there.
         */
        public Builder withoutTokens() {
            this.tokens = false;
            return this;
        }

        /**
         * Sets how many requests a second may be sent for one name while somebody waits for it, from 0.01 to 1,000. Fewer cost less,
         * and take longer to notice a release by another client.
         *
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder requestsPerSecond(double most) {
            if (!(most >= MIN_REQUESTS_PER_SECOND && most <= MAX_REQUESTS_PER_SECOND)) {
                throw new IllegalArgumentException(
                        "a client sends from 0.01 to 1000 requests per second for a name, but not " + most);
            }
            this.requestsPerSecond = most;
            return this;
        }

        /**
         * Sets the lease of locks that have none of their own: what a crash keeps others waiting.
         *
         * @throws IllegalArgumentException if it is shorter than {@link DynamoConfig#MIN_LEASE} or longer than {@link LockOptions#MAX_LEASE}
         */
        public Builder lease(Duration length) {
            checkLease(length);
            this.lease = length;
            return this;
        }

        /** Sets who this client is, for people: up to 256 characters, cut if longer. Unless set, host, process id and program. */
        public Builder label(String text) {
            this.label = Optional.of(ClientLabel.cut(text));
            return this;
        }

        /** Sets what the label calls this program; the name of its main class unless it is set. */
        public Builder program(String name) {
            this.program = Optional.of(name);
            return this;
        }

        /**
         * Sets how long to look for region and credentials, and again for the table, before giving up: 20 s unless set.
         *
         * @throws IllegalArgumentException if it is shorter than 100 ms or longer than 5 min
         */
        public Builder connectTimeout(Duration limit) {
            if (limit.compareTo(MIN_CONNECT_TIMEOUT) < 0 || limit.compareTo(MAX_CONNECT_TIMEOUT) > 0) {
                throw new IllegalArgumentException(
                        "the time to reach a table is from 100 ms to 5 min, but this is " + Seconds.inWords(limit));
            }
            this.connectTimeout = limit;
            return this;
        }

        /** Sets what runs listeners and dependent stages. */
        public Builder executor(Executor runner) {
            this.executor = runner;
            return this;
        }

        /**
         * Uses a client of the caller's, with its own region, credentials, endpoint and HTTP settings; time limits and retries are set
         * for each call nevertheless, as far as the SDK allows. It is not closed.
         */
        public Builder client(DynamoDbAsyncClient own) {
            this.client = Optional.of(own);
            return this;
        }

        /**
         * Returns the configuration.
         *
         * @throws IllegalArgumentException if there is a partition, and the layout has none
         */
        public DynamoConfig build() {
            if (partition.isPresent() && layout != DynamoLayout.DYNALOCK) {
                throw new IllegalArgumentException("only the layout dynalock has partitions: add layout=dynalock, or"
                        + " leave partition=" + partition.get() + " out");
            }
            return new DynamoConfig(this);
        }
    }
}
