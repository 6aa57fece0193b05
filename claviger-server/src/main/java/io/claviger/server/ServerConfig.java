package io.claviger.server;

import io.claviger.server.security.Security;

/**
 * What a server is started with. Immutable; {@link #builder()} begins with the defaults.
 *
 * @param listenHost the host name or address to listen on; empty or {@code 0.0.0.0} = all interfaces
 * @param textPort the port of the text front; 0 = any free one, negative = no text front
 * @param grpcPort the port of the gRPC front; 0 = any free one, negative = no gRPC front
 * @param allowShutdown whether {@code .server-shutdown} is accepted from a loopback address
 * @param maxConnections how many connections a front has at most, and how many session streams the gRPC front; the text
 *     front refuses more with a line that says so
 * @param eventLoops how many threads serve connections; the first one is also the machine's
 * @param security what is asked of those who connect
 */
public record ServerConfig(
        String listenHost,
        int textPort,
        int grpcPort,
        boolean allowShutdown,
        int maxConnections,
        int eventLoops,
        Security security) {
    /** The address to listen on unless another is given: only this machine. */
    public static final String DEFAULT_LISTEN_HOST = "127.0.0.1";

    /** The port of the text front unless another is given. */
    public static final int DEFAULT_TEXT_PORT = 7654;

    /** The port of the gRPC front unless another is given. */
    public static final int DEFAULT_GRPC_PORT = 3144;

    /** How many connections a front has at most unless another limit is given. */
    public static final int DEFAULT_MAX_CONNECTIONS = 20_000;

    /** One thread for sockets and machine: no command changes threads. */
    public static final int DEFAULT_EVENT_LOOPS = 1;

    /** No front. */
    public static final int OFF = -1;

    private static final int MAX_PORT = 65_535;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a number is out of range
     */
    public ServerConfig {
        if (textPort > MAX_PORT) {
            throw new IllegalArgumentException("the text port must be at most 65535: " + textPort);
        }
        if (grpcPort > MAX_PORT) {
            throw new IllegalArgumentException("the gRPC port must be at most 65535: " + grpcPort);
        }
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
        private int textPort = DEFAULT_TEXT_PORT;
        private int grpcPort = DEFAULT_GRPC_PORT;
        private boolean allowShutdown;
        private int maxConnections = DEFAULT_MAX_CONNECTIONS;
        private int eventLoops = DEFAULT_EVENT_LOOPS;
        private Security security = Security.none();

        private Builder() {}

        /** Sets the host name or address to listen on; empty or {@code 0.0.0.0} = all interfaces. */
        public Builder listenHost(String host) {
            this.listenHost = host;
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

        /** Sets whether {@code .server-shutdown} is accepted from a loopback address. */
        public Builder allowShutdown(boolean allow) {
            this.allowShutdown = allow;
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
                    listenHost, textPort, grpcPort, allowShutdown, maxConnections, eventLoops, security);
        }
    }
}
