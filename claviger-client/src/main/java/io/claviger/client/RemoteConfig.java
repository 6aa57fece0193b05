package io.claviger.client;

import io.claviger.LockClient;
import io.claviger.engine.Limits;
import io.claviger.spi.Callbacks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Which server a client talks to, and how. Immutable; {@link #builder()} begins with the defaults. Example:
 *
 * <pre>{@code
 * LockClient client = RemoteConfig.parse("claviger://h1:3144,h2:3144?session-ttl=30s").connect();
 * }</pre>
 */
public final class RemoteConfig {
    /** How long a session lives without contact unless told otherwise: 15 s. */
    public static final Duration DEFAULT_SESSION_TTL = Duration.ofSeconds(15);

    /** How long to try to reach a server unless told otherwise: 5 s. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /**
     * The files of an encrypted connection, all PEM.
     *
     * @param ca whom to trust; empty = whom this Java trusts
     * @param certificate who this client is; empty = it does not say
     * @param key the private key of the certificate, present if the certificate is
     */
    public record TlsFiles(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {
        /**
         * Checks that certificate and key come together.
         *
         * @throws IllegalArgumentException if one is without the other
         */
        public TlsFiles {
            if (certificate.isPresent() != key.isPresent()) {
                throw new IllegalArgumentException("a client certificate and its key go together, but "
                        + (certificate.isPresent() ? "cert is without key" : "key is without cert"));
            }
        }
    }

    private final List<ServerAddress> servers;
    private final Optional<TlsFiles> tls;
    private final Optional<String> password;
    private final Duration sessionTtl;
    private final Duration connectTimeout;
    private final Optional<String> label;
    private final String program;
    private final Executor executor;

    private RemoteConfig(Builder builder) {
        this.servers = List.copyOf(builder.servers);
        this.tls = builder.tls;
        this.password = builder.password;
        this.sessionTtl = builder.sessionTtl;
        this.connectTimeout = builder.connectTimeout;
        this.label = builder.label;
        this.program = builder.program;
        this.executor = builder.executor;
    }

    /** Returns a builder with all defaults: one server on this machine. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads a URI, such as {@code claviger://h1:3144,h2?tls=on&ca=ca.pem&session-ttl=30s}. Behind the question mark may stand
     * {@code tls=on|off}, {@code ca}, {@code cert}, {@code key} (PEM files; each switches TLS on), {@code password-file},
     * {@code session-ttl}, {@code connect-timeout} (as in {@code 500ms}, {@code 15s}, {@code 2m}), {@code label}.
     *
     * @throws IllegalArgumentException if it is malformed, in one line that says what would be right
     */
    public static RemoteConfig parse(String uri) {
        return RemoteUri.parse(uri);
    }

    /** Returns a builder that begins with these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Opens a client.
     *
     * <p><b>Blocks</b> until a session is open, at most for the connect timeout.
     *
     * @throws io.claviger.UnavailableException if no server could be reached in time
     * @throws io.claviger.RejectedException if the server does not let this client in, or is no Claviger
     * @throws IllegalArgumentException if a file of TLS cannot be used
     */
    public LockClient connect() {
        return LockClient.over(RemoteBackend.connect(this));
    }

    /**
     * Opens what administrators look at a server with. Of several servers it is the first that answers. It has no session, so
     * the time to live and the label do not matter.
     *
     * <p><b>Blocks</b> until a server answers, at most for the connect timeout.
     *
     * @throws io.claviger.UnavailableException if no server could be reached in time
     * @throws io.claviger.RejectedException if the server does not let this client in, or is no Claviger
     * @throws IllegalArgumentException if a file of TLS cannot be used
     */
    public RemoteAdmin connectAdmin() {
        return RemoteAdmin.connect(this);
    }

    /** Returns the servers, tried in this order. */
    public List<ServerAddress> servers() {
        return servers;
    }

    /** Returns the files for TLS; empty = plain text. */
    public Optional<TlsFiles> tls() {
        return tls;
    }

    /** Returns the password; a secret. */
    public Optional<String> password() {
        return password;
    }

    /** Returns how long the session lives without contact; zero = it ends with its connection. */
    public Duration sessionTtl() {
        return sessionTtl;
    }

    /** Returns how long to try to reach a server. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** Returns who this client is, for people. */
    public String label() {
        return label.orElseGet(() -> ClientLabel.ofThisProcess(program));
    }

    /** Returns what runs listeners and dependent stages. */
    public Executor executor() {
        return executor;
    }

    /** Does not show the password. */
    @Override
    public String toString() {
        return "RemoteConfig[" + servers + (tls.isPresent() ? ", TLS" : "") + "]";
    }

    /** Builds a {@link RemoteConfig}. Not thread-safe. */
    public static final class Builder {
        private List<ServerAddress> servers = List.of(new ServerAddress("localhost", ServerAddress.DEFAULT_PORT));
        private Optional<TlsFiles> tls = Optional.empty();
        private Optional<String> password = Optional.empty();
        private Duration sessionTtl = DEFAULT_SESSION_TTL;
        private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
        private Optional<String> label = Optional.empty();
        private String program = ClientLabel.program();
        private Executor executor = Callbacks.defaultExecutor();

        private Builder() {}

        private Builder(RemoteConfig config) {
            this.servers = config.servers;
            this.tls = config.tls;
            this.password = config.password;
            this.sessionTtl = config.sessionTtl;
            this.connectTimeout = config.connectTimeout;
            this.label = config.label;
            this.program = config.program;
            this.executor = config.executor;
        }

        /**
         * Sets the servers, to be tried in this order.
         *
         * @throws IllegalArgumentException if there is none
         */
        public Builder servers(List<ServerAddress> addresses) {
            if (addresses.isEmpty()) {
                throw new IllegalArgumentException("a client needs at least one server");
            }
            this.servers = List.copyOf(addresses);
            return this;
        }

        /** Encrypts the connection. */
        public Builder tls(TlsFiles files) {
            this.tls = Optional.of(files);
            return this;
        }

        /**
         * Sets the password.
         *
         * @throws IllegalArgumentException if it is empty
         */
        public Builder password(String secret) {
            if (secret.isEmpty()) {
                throw new IllegalArgumentException("the password is empty");
            }
            this.password = Optional.of(secret);
            return this;
        }

        /**
         * Sets how long the session lives without contact: zero, then it ends with its connection, or 1 s to 10 min.
         *
         * @throws IllegalArgumentException if it is neither
         */
        public Builder sessionTtl(Duration ttl) {
            long nanos = ttl.compareTo(Duration.ofHours(1)) > 0 ? Long.MAX_VALUE : ttl.toNanos();
            if (nanos != 0 && (nanos < Limits.MIN_SESSION_TTL_NANOS || nanos > Limits.MAX_SESSION_TTL_NANOS)) {
                throw new IllegalArgumentException(
                        "a session lives 1 s to 10 min without contact, or 0 s to end with its connection, but not "
                                + ttl.toMillis() + " ms");
            }
            this.sessionTtl = ttl;
            return this;
        }

        /**
         * Sets how long to try to reach a server.
         *
         * @throws IllegalArgumentException if it is not positive, or longer than a day
         */
        public Builder connectTimeout(Duration timeout) {
            if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException(
                        "a connect timeout is above 0 and at most a day, but not " + timeout);
            }
            this.connectTimeout = timeout;
            return this;
        }

        /**
         * Sets who this client is, for people: up to 1,024 characters, cut if longer. Unless it is set, it is host, process id and
         * program.
         */
        public Builder label(String text) {
            this.label = Optional.of(ClientLabel.cut(text));
            return this;
        }

        /** Sets what the label calls this program; the name of its main class unless it is set. */
        public Builder program(String name) {
            this.program = name;
            return this;
        }

        /**
         * Sets what runs listeners and dependent stages. One that runs them in the thread that hands them over suits only those
         * that never block: that thread moves the bytes of all clients, and a blocking call of theirs waits in it for ever.
         */
        public Builder executor(Executor runner) {
            this.executor = runner;
            return this;
        }

        /** Returns the configuration. */
        public RemoteConfig build() {
            return new RemoteConfig(this);
        }
    }
}
