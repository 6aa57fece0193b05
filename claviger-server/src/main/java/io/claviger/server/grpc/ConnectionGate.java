package io.claviger.server.grpc;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stands in the pipeline of the listener: counts the connections, and closes at once what is too many. Thread-safe. */
@Sharable
final class ConnectionGate extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(ConnectionGate.class);

    private final int maxConnections;
    private final AtomicInteger count = new AtomicInteger();

    ConnectionGate(int maxConnections) {
        this.maxConnections = maxConnections;
    }

    int connections() {
        return count.get();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        Channel connection = (Channel) accepted;
        if (count.incrementAndGet() > maxConnections) {
            count.decrementAndGet();
            log.warn("More than {} gRPC connections; closing one from {}", maxConnections, connection.remoteAddress());
            connection.unsafe().closeForcibly();
            return;
        }
        connection.closeFuture().addListener(closed -> count.decrementAndGet());
        context.fireChannelRead(connection);
    }
}
