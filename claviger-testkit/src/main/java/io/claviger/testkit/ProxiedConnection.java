package io.claviger.testkit;

import io.claviger.testkit.FaultProxy.Direction;
import io.claviger.testkit.FaultProxy.Ending;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A client's connection and the one to the server that belongs to it. Used by the proxy's one thread only. */
final class ProxiedConnection {
    private final SocketChannel client;
    private final SocketChannel server;
    private final ProxiedFlow toServer;
    private final ProxiedFlow toClient;
    private boolean over;
    private boolean incomplete;

    ProxiedConnection(SocketChannel client, SocketChannel server, Map<Direction, FlowFaults> faults) {
        this.client = client;
        this.server = server;
        this.toServer = new ProxiedFlow(this, faultsOf(faults, Direction.TO_SERVER), client, server);
        this.toClient = new ProxiedFlow(this, faultsOf(faults, Direction.TO_CLIENT), server, client);
    }

    private static FlowFaults faultsOf(Map<Direction, FlowFaults> faults, Direction direction) {
        FlowFaults found = faults.get(direction);
        if (found == null) {
            throw new IllegalStateException("no faults for " + direction);
        }
        return found;
    }

    void start() {
        client.pipeline().addLast(toServer);
        server.pipeline().addLast(toClient);
        pump();
    }

    /** Whether nothing is passed on any more. */
    boolean isOver() {
        return over;
    }

    boolean isClosed() {
        return !client.isOpen() && !server.isOpen();
    }

    long waitingBytes(Direction direction) {
        return (direction == Direction.TO_SERVER ? toServer : toClient).waitingBytes();
    }

    void pump() {
        toServer.pump();
        toClient.pump();
    }

    void lostSomething() {
        incomplete = true;
    }

    /** Ends a connection that has a hole: TCP loses all of what follows, or nothing. */
    void resetIfIncomplete() {
        if (incomplete) {
            reset();
        }
    }

    /** Passes on that no more will come, behind all that was written. */
    void endOf(Channel target) {
        finish((SocketChannel) target);
        if (toServer.ended() && toClient.ended()) {
            over = true;
            closeWhenWritten(client);
            closeWhenWritten(server);
            closeAfterFarewell();
        }
    }

    void cut(Ending ending) {
        if (ending == Ending.RST) {
            reset();
        } else if (!over) {
            begin();
            finish(client);
            finish(server);
            closeAfterFarewell();
        }
    }

    /** Ends both sides at once, without the usual farewell. */
    void reset() {
        begin();
        for (SocketChannel channel : new SocketChannel[] {client, server}) {
            if (channel.isOpen()) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
            }
            channel.close();
        }
    }

    /** From here on everything that comes is read and thrown away. */
    private void begin() {
        over = true;
        toServer.drop();
        toClient.drop();
        client.config().setAutoRead(true);
        server.config().setAutoRead(true);
    }

    private static void finish(SocketChannel channel) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> channel.shutdownOutput());
    }

    /** A peer that has sent all it had may be closed without a reset: nothing unread is left. */
    void sourceEnded(Channel source) {
        if (over) {
            closeWhenWritten(source);
        }
    }

    private static void closeWhenWritten(Channel channel) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> channel.close());
    }

    /** A peer that never reads or never ends must not keep the connection open for ever. */
    private void closeAfterFarewell() {
        client.eventLoop().schedule(this::close, FaultProxy.FAREWELL.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void close() {
        client.close();
        server.close();
    }
}
