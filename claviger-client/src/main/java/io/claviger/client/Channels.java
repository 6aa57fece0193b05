package io.claviger.client;

import io.claviger.client.RemoteConfig.TlsFiles;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Connections of gRPC to servers: the seam between this package and those below it, not for users. */
public final class Channels {
    /** The password goes here, as it is; the servers of LDLM have it there too. */
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    /** A connection that is silent for so long is asked whether it lives, and has so long to answer. */
    private static final long KEEP_ALIVE_SECONDS = 10;

    private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 5;
    private static final int MAX_INBOUND_BYTES = 4 * 1024 * 1024;

    private Channels() {}

    /** One thread for all clients of this JVM: it only moves bytes. Made with the first client; it is a daemon. */
    private static final class Loops {
        static final EventLoopGroup GROUP = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory("claviger-client", true),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /** Returns the event loop of a new client. */
    public static EventLoop nextLoop() {
        return Loops.GROUP.next();
    }

    static Metadata headers(RemoteConfig config) {
        return headers(config.password());
    }

    /** Returns what goes with each call. */
    public static Metadata headers(Optional<String> password) {
        Metadata headers = new Metadata();
        password.ifPresent(secret -> headers.put(AUTHORIZATION, secret));
        return headers;
    }

    /** Fails if a file of TLS cannot be used. */
    static void checkTls(RemoteConfig config) {
        config.tls().ifPresent(Channels::sslContext);
    }

    static ManagedChannel open(ServerAddress server, RemoteConfig config, EventLoop loop) {
        return builder(server, config.tls(), config.connectTimeout(), loop).build();
    }

    /**
     * Begins a channel that is never idle, does nothing by itself but to connect, and calls back on the loop.
     *
     * @param tls empty = plain text
     * @throws IllegalArgumentException if a file of TLS cannot be used
     */
    public static NettyChannelBuilder builder(
            ServerAddress server, Optional<TlsFiles> tls, Duration connectTimeout, EventLoop loop) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(server.host(), server.port())
                .eventLoopGroup(loop)
                .channelType(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connectTimeout.toMillis()))
                .directExecutor()
                .disableRetry()
                .proxyDetector(address -> null)
                .idleTimeout(Integer.MAX_VALUE, TimeUnit.DAYS)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .maxInboundMessageSize(MAX_INBOUND_BYTES);
        if (tls.isPresent()) {
            builder.negotiationType(NegotiationType.TLS).sslContext(sslContext(tls.get()));
        } else {
            builder.negotiationType(NegotiationType.PLAINTEXT);
        }
        return builder;
    }

    /** Says in one line why a call to a server ended as it did. */
    public static String trouble(ServerAddress server, Status status) {
        return Troubles.of(server, status).message();
    }

    /** Whether to try again makes no sense: a wrong password or certificate, or a server that speaks something else. */
    public static boolean isRefusal(ServerAddress server, Status status) {
        return Troubles.of(server, status).refused();
    }

    private static SslContext sslContext(TlsFiles files) {
        try {
            SslContextBuilder builder = GrpcSslContexts.forClient();
            files.ca().map(Channels::readable).ifPresent(builder::trustManager);
            if (files.certificate().isPresent() && files.key().isPresent()) {
                builder.keyManager(
                        readable(files.certificate().get()),
                        readable(files.key().get()));
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException bad) {
            throw new IllegalArgumentException("TLS cannot be used with " + named(files) + ": " + reason(bad), bad);
        }
    }

    private static File readable(Path file) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IllegalArgumentException("'" + file + "' cannot be read");
        }
        return file.toFile();
    }

    private static String named(TlsFiles files) {
        return "ca " + files.ca().map(Path::toString).orElse("of this Java")
                + files.certificate().map(cert -> ", cert " + cert).orElse("")
                + files.key().map(key -> ", key " + key).orElse("");
    }

    private static String reason(Throwable bad) {
        @Nullable Throwable cause = bad;
        String reason = "";
        while (cause != null) {
            reason = cause.getMessage() == null ? reason : cause.getMessage();
            cause = cause.getCause();
        }
        return reason.lines().findFirst().orElse(bad.getClass().getSimpleName());
    }
}
