package io.claviger.server;

import io.claviger.server.security.Security;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a server is started with. Immutable; {@link #builder()} begins with the defaults.
 *
 * @param text where the text front listens
 * @param grpc where the gRPC front listens
 * @param http where the HTTP front listens
 * @param socket the socket for administration on the same machine; empty = none
 * @param allowShutdown whether {@code .server-shutdown} is accepted from a loopback address
 * @param ldlm how the wires of LDLM behave
 * @param maxConnections how many connections a front has at most, and how many session streams the gRPC front; the text
 *     front refuses more with a line that says so
 * @param eventLoops how many threads serve connections; the first one is also the machine's
 * @param security what is asked of those who connect
 */
public record ServerConfig(
        ListenAddress text,
        ListenAddress grpc,
        ListenAddress http,
        Optional<SocketConfig> socket,
        boolean allowShutdown,
        LdlmConfig ldlm,
        int maxConnections,
        int eventLoops,
        Security security) {
    /** The address to listen on unless another is given: only this machine. */
    public static final String DEFAULT_LISTEN_HOST = "127.0.0.1";

    /** The port of the text front unless another is given. */
    public static final int DEFAULT_TEXT_PORT = 7654;

    /** The port of the gRPC front unless another is given. */
    public static final int DEFAULT_GRPC_PORT = 3144;

    /** The port that the HTTP front usually has. Unless a port is given the front is not opened: few who embed a server want it. */
    public static final int USUAL_HTTP_PORT = 3145;

    /** How many connections a front has at most unless another limit is given. */
    public static final int DEFAULT_MAX_CONNECTIONS = 20_000;

    /** One thread for sockets and machine: no command changes threads. */
    public static final int DEFAULT_EVENT_LOOPS = 1;

    /** No front. */
    public static final int OFF = -1;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a number is out of range
     */
    public ServerConfig {
        if (maxConnections < 1) {
            throw new IllegalArgumentException("the number of connections must be at least 1: " + maxConnections);
        }
        if (eventLoops < 1) {
            throw new IllegalArgumentException("the number of event loops must be at least 1: " + eventLoops);
        }
    }

    /** Returns a builder with all defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds a {@link ServerConfig}. Not thread-safe. */
    public static final class Builder {
        private String listenHost = DEFAULT_LISTEN_HOST;
        private @Nullable String grpcHost;
        private @Nullable String httpHost;
        private int textPort = DEFAULT_TEXT_PORT;
        private int grpcPort = DEFAULT_GRPC_PORT;
        private int httpPort = OFF;
        private Optional<SocketConfig> socket = Optional.empty();
        private boolean allowShutdown;
        private LdlmConfig ldlm = LdlmConfig.DEFAULT;
        private int maxConnections = DEFAULT_MAX_CONNECTIONS;
        private int eventLoops = DEFAULT_EVENT_LOOPS;
        private Security security = Security.none();

        private Builder() {}

        /** Sets the host name or address of all fronts that have none of their own; empty or {@code 0.0.0.0} = all interfaces. */
        public Builder listenHost(String host) {
            this.listenHost = host;
            return this;
        }

        /** Sets the host name or address of the gRPC front alone. */
        public Builder grpcHost(String host) {
            this.grpcHost = host;
            return this;
        }

        /** Sets the host name or address of the HTTP front alone. */
        public Builder httpHost(String host) {
            this.httpHost = host;
            return this;
        }

        /** Sets the port of the text front; 0 = any free one, negative = no text front. */
        public Builder textPort(int port) {
            this.textPort = port;
            return this;
        }

        /** Sets the port of the gRPC front; 0 = any free one, negative = no gRPC front. */
        public Builder grpcPort(int port) {
            this.grpcPort = port;
            return this;
        }

        /** Sets the port of the HTTP front; 0 = any free one, negative = no HTTP front, as unless set. */
        public Builder httpPort(int port) {
            this.httpPort = port;
            return this;
        }

        /** Sets the socket for administration on the same machine; none unless set. */
        public Builder socket(SocketConfig file) {
            this.socket = Optional.of(file);
            return this;
        }

        /** Sets whether {@code .server-shutdown} is accepted from a loopback address. */
        public Builder allowShutdown(boolean allow) {
            this.allowShutdown = allow;
            return this;
        }

        /** Sets how the wires of LDLM behave. */
        public Builder ldlm(LdlmConfig settings) {
            this.ldlm = settings;
            return this;
        }

        /** Sets how many connections a front has at most. */
        public Builder maxConnections(int connections) {
            this.maxConnections = connections;
            return this;
        }

        /** Sets how many threads serve connections. */
        public Builder eventLoops(int loops) {
            this.eventLoops = loops;
            return this;
        }

        /** Sets what is asked of those who connect; nothing unless set. */
        public Builder security(Security asked) {
            this.security = asked;
            return this;
        }

        /**
         * Returns the configuration.
         *
         * @throws IllegalArgumentException if a number is out of range
         */
        public ServerConfig build() {
            return new ServerConfig(
                    new ListenAddress(listenHost, textPort),
                    new ListenAddress(grpcHost == null ? listenHost : grpcHost, grpcPort),
                    new ListenAddress(httpHost == null ? listenHost : httpHost, httpPort),
                    socket,
                    allowShutdown,
                    ldlm,
                    maxConnections,
                    eventLoops,
                    security);
        }
    }
}
