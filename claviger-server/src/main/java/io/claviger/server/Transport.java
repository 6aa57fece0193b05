package io.claviger.server;

import io.grpc.netty.NettyServerBuilder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import jdk.net.ExtendedSocketOptions;

/** Sockets and threads: epoll where the system has it, else the JDK's selector. */
final class Transport {
    /** A dead machine's connection ends 30 s + 3 probes of 10 s after its last sign of life. */
    private static final int KEEP_IDLE_SECONDS = 30;

    private static final int KEEP_INTERVAL_SECONDS = 10;
    private static final int KEEP_PROBES = 3;

    /** Connections that the kernel completes before we accept them. */
    private static final int BACKLOG = 4_096;

    private Transport() {}

    static EventLoopGroup newLoops(int threads) {
        return new MultiThreadIoEventLoopGroup(
                threads,
                new DefaultThreadFactory("claviger"),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /** Returns a bootstrap with all socket options set. */
    static ServerBootstrap bootstrap(EventLoopGroup loops) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.TCP_NODELAY, true);
        return Epoll.isAvailable() ? epoll(bootstrap) : nio(bootstrap);
    }

    /**
     * Returns a builder of a gRPC server on our threads with all socket options set.
     *
     * @param gate what sees each connection before it is served
     */
    static NettyServerBuilder grpc(EventLoopGroup loops, InetSocketAddress address, ChannelHandler gate) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .channelFactory(() -> {
                    ServerChannel listener =
                            Epoll.isAvailable() ? new EpollServerSocketChannel() : new NioServerSocketChannel();
                    listener.pipeline().addLast(gate);
                    return listener;
                })
                .withOption(ChannelOption.SO_REUSEADDR, true)
                .withOption(ChannelOption.SO_BACKLOG, BACKLOG)
                .withChildOption(ChannelOption.TCP_NODELAY, true);
        // No TCP keep-alive: HTTP/2 pings do the same, and reach the process and not only its machine.
        return builder;
    }

    private static ServerBootstrap epoll(ServerBootstrap bootstrap) {
        return bootstrap
                .channel(EpollServerSocketChannel.class)
                .childOption(EpollChannelOption.TCP_KEEPIDLE, KEEP_IDLE_SECONDS)
                .childOption(EpollChannelOption.TCP_KEEPINTVL, KEEP_INTERVAL_SECONDS)
                .childOption(EpollChannelOption.TCP_KEEPCNT, KEEP_PROBES);
    }

    private static ServerBootstrap nio(ServerBootstrap bootstrap) {
        return bootstrap
                .channel(NioServerSocketChannel.class)
                .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), KEEP_IDLE_SECONDS)
                .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), KEEP_INTERVAL_SECONDS)
                .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), KEEP_PROBES);
    }
}
