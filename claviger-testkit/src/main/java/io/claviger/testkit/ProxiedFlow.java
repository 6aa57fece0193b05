package io.claviger.testkit;

import io.claviger.testkit.FlowFaults.Passage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * One direction of a connection: what comes from the source waits here for its time and goes on to the target, in order.
 * Both channels and the proxy share one thread, so nothing is locked.
 */
final class ProxiedFlow extends ChannelInboundHandlerAdapter {
    private enum Kind {
        BYTES,
        /** The source sends no more. */
        END,
        /** The source is gone. */
        ABORT
    }

    private record Arrival(Kind kind, ByteBuf bytes, long dueNanos) {}

    private final ProxiedConnection connection;
    private final FlowFaults faults;
    private final Channel source;
    private final Channel target;
    private final Deque<Arrival> arrivals = new ArrayDeque<>();
    private long waitingBytes;
    private long lastDueNanos = System.nanoTime();
    private boolean timerIsSet;
    private boolean sourceIsGone;
    private boolean ended;

    ProxiedFlow(ProxiedConnection connection, FlowFaults faults, Channel source, Channel target) {
        this.connection = connection;
        this.faults = faults;
        this.source = source;
        this.target = target;
    }

    long waitingBytes() {
        return waitingBytes;
    }

    /** Whether the end of the source has been passed on. */
    boolean ended() {
        return ended;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (connection.isOver()) {
            bytes.release();
            return;
        }
        waitingBytes += bytes.readableBytes();
        arrive(Kind.BYTES, bytes);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !sourceIsGone) {
            arrive(Kind.END, Unpooled.EMPTY_BUFFER);
            connection.sourceEnded(source);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // Half-closing is on, so a reset would else look like an end of the stream.
        abort();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        abort();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        connection.pump();
    }

    private void abort() {
        if (!sourceIsGone) {
            sourceIsGone = true;
            arrive(Kind.ABORT, Unpooled.EMPTY_BUFFER);
        }
    }

    private void arrive(Kind kind, ByteBuf bytes) {
        if (connection.isOver()) {
            return;
        }
        // A shorter delay must not let later bytes overtake earlier ones.
        lastDueNanos = later(lastDueNanos, System.nanoTime() + faults.delayNanos);
        arrivals.add(new Arrival(kind, bytes, lastDueNanos));
        pump();
    }

    private static long later(long a, long b) {
        return a - b > 0 ? a : b;
    }

    /** Passes on what is due and what the target takes. */
    void pump() {
        while (!connection.isOver() && !arrivals.isEmpty() && faults.passage != Passage.HELD) {
            long leftNanos = arrivals.element().dueNanos() - System.nanoTime();
            if (leftNanos > 0) {
                setTimer(leftNanos);
                break;
            }
            if (!target.isWritable() && target.isActive()) {
                break;
            }
            passOn(arrivals.remove());
        }
        boolean full = waitingBytes >= FaultProxy.MAX_WAITING_BYTES;
        boolean mayRead = faults.passage != Passage.HELD && !full && (target.isWritable() || connection.isOver());
        source.config().setAutoRead(mayRead || connection.isOver());
    }

    private void setTimer(long nanos) {
        if (!timerIsSet) {
            timerIsSet = true;
            source.eventLoop()
                    .schedule(
                            () -> {
                                timerIsSet = false;
                                pump();
                            },
                            nanos,
                            TimeUnit.NANOSECONDS);
        }
    }

    private void passOn(Arrival arrival) {
        waitingBytes -= arrival.bytes().readableBytes();
        if (faults.passage == Passage.BLACK_HOLE) {
            arrival.bytes().release();
            connection.lostSomething();
            return;
        }
        switch (arrival.kind()) {
            case BYTES -> passOn(arrival.bytes());
            case END -> {
                ended = true;
                connection.endOf(target);
            }
            case ABORT -> connection.reset();
        }
    }

    private void passOn(ByteBuf bytes) {
        int allowed = faults.passOn(bytes.readableBytes());
        target.writeAndFlush(bytes.slice(bytes.readerIndex(), allowed));
        if (faults.takeCut()) {
            connection.cut(faults.ending());
        }
    }

    /** Forgets what waits here. */
    void drop() {
        arrivals.forEach(arrival -> arrival.bytes().release());
        arrivals.clear();
        waitingBytes = 0;
    }
}
