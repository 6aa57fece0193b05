package io.claviger.testkit;

import io.claviger.testkit.FlowFaults.Passage;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Stands between clients and a server under test, on loopback, and does to their TCP connections what networks do: delays
 * bytes, holds them back, loses them, cuts connections at any byte, refuses new ones. A fault lasts until {@link #heal()},
 * except cuts, which happen once. {@link FaultPlan} makes whole schedules of faults from a seed.
 *
 * <p><b>Effect.</b> Every method returns when the fault is in effect, for the open connections as for later ones: a byte that
 * the client writes after the return is subject to it.
 *
 * <p><b>Memory.</b> What a receiver does not take, or what is held back, stays with its sender: the proxy stops reading. Only
 * delayed bytes wait in the proxy, up to {@link #MAX_WAITING_BYTES} (and one buffer of a read, 64 KiB) for each direction of a
 * connection; then it stops reading as well, so that a delay also limits the rate.
 *
 * <p>Thread-safe. It has one thread, which ends with {@link #close()}. Example:
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.to(server.address())) {
 *     Socket socket = new Socket(proxy.address().getAddress(), proxy.address().getPort());
 *     proxy.delay(Direction.TO_SERVER, Duration.ofMillis(20));
 *     proxy.cutAfter(Direction.TO_CLIENT, 117, Ending.RST);
 * }
 * }</pre>
 */
public final class FaultProxy implements AutoCloseable {
    /** How many bytes of one direction of a connection wait in the proxy before it stops reading. */
    public static final int MAX_WAITING_BYTES = 1 << 20;

    /** How long a connection that was ended with {@link Ending#FIN} stays open for a peer that does not end its side. */
    public static final Duration FAREWELL = Duration.ofSeconds(1);

    /** How long any method blocks at most before it throws. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    /** Which way bytes go. */
    public enum Direction {
        /** From the client to the server. */
        TO_SERVER,
        /** From the server to the client. */
        TO_CLIENT
    }

    /** How a connection is cut. */
    public enum Ending {
        /** In an orderly way: both sides read the end of the stream after the last byte that was passed on. */
        FIN,
        /**
         * At once: both sides get "connection reset". Bytes that the receiver's system had no room for are lost with it.
         */
        RST
    }

    private enum Door {
        OPEN,
        REFUSING,
        DEAD_END
    }

    private final InetSocketAddress server;
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("fault-proxy", true), NioIoHandler.newFactory());
    private final EventExecutor loop = group.next();
    private final ReservedPort port = new ReservedPort();

    private final CountDownLatch closing = new CountDownLatch(1);

    /** All below are used by the loop's thread only. */
    private final Map<Direction, FlowFaults> faults = new EnumMap<>(Direction.class);

    private final Set<ProxiedConnection> connections = new HashSet<>();
    private final List<SocketChannel> waiting = new ArrayList<>();
    private @Nullable Channel listener;
    private Door door = Door.REFUSING;

    private FaultProxy(InetSocketAddress server) {
        this.server = server;
        for (Direction direction : Direction.values()) {
            faults.put(direction, new FlowFaults());
        }
    }

    /**
     * Opens a proxy on a free port of the loopback interface.
     *
     * @param server where connections go on to; nothing need listen there yet
     * @throws IllegalStateException if no port can be had
     */
    public static FaultProxy to(InetSocketAddress server) {
        FaultProxy proxy = new FaultProxy(server);
        try {
            proxy.open(Door.OPEN);
            return proxy;
        } catch (IllegalStateException failed) {
            proxy.close();
            throw failed;
        }
    }

    /** Returns where clients connect to. It stays the same for the life of the proxy. */
    public InetSocketAddress address() {
        return port.address();
    }

    /**
     * Delays all bytes of a direction, the end of the stream included. They keep their order; what is under way when the
     * delay changes arrives when it would have, or later.
     *
     * @param delay fixed; zero = none
     * @throws IllegalArgumentException if it is negative
     */
    public void delay(Direction direction, Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("a delay is not negative, but this is " + delay);
        }
        onLoop(() -> faults(direction).delayNanos = delay.toNanos());
    }

    /**
     * Holds back all bytes of a direction, delayed ones included. Nothing is lost: after {@link #heal()} they arrive, as after a
     * short failure of a network that TCP bridges.
     */
    public void hold(Direction direction) {
        setPassage(direction, Passage.HELD);
    }

    /**
     * Has all bytes of a direction vanish, delayed ones and the end of the stream included, while the connections stay open.
     * A connection that lost something is reset by {@link #heal()}, since TCP never goes on behind a hole.
     */
    public void blackHole(Direction direction) {
        setPassage(direction, Passage.BLACK_HOLE);
    }

    /** Cuts all connections now. */
    public void cut(Ending ending) {
        onLoop(() -> List.copyOf(connections).forEach(connection -> connection.cut(ending)));
    }

    /**
     * Cuts one connection after exactly so many more bytes have been passed on in a direction, counted over all connections:
     * the one over which the last of them goes, and nothing behind it goes out. Once; a later call replaces it.
     *
     * @param bytes 0 = the connection on which the next byte comes, before that byte
     * @throws IllegalArgumentException if it is negative
     */
    public void cutAfter(Direction direction, long bytes, Ending ending) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a number of bytes is not negative, but this is " + bytes);
        }
        onLoop(() -> faults(direction).cutAfter(bytes, ending));
    }

    /** Refuses new connections, as if nobody listened. Open ones go on. */
    public void refuse() {
        open(Door.REFUSING);
    }

    /** Accepts new connections, reads nothing from them and goes on to the server only after {@link #heal()}. */
    public void deadEnd() {
        open(Door.DEAD_END);
    }

    /**
     * Ends all faults: delays, held bytes, black holes, cuts that have not happened, refusals. Bytes that are being delayed
     * arrive when they would have.
     */
    public void heal() {
        open(Door.OPEN);
        onLoop(() -> {
            faults.values().forEach(FlowFaults::heal);
            List.copyOf(connections).forEach(ProxiedConnection::resetIfIncomplete);
            pumpAll();
        });
    }

    /**
     * Plays a plan in real time, on a thread of its own, until its end or that of the proxy. What else a test does to the
     * proxy meanwhile holds until the plan's next step.
     *
     * @return completes at the end of the plan; cancelling it has no effect. It fails if a step fails
     */
    public CompletableFuture<Void> play(FaultPlan plan) {
        CompletableFuture<Void> played = new CompletableFuture<>();
        Thread thread = new Thread(() -> playNow(plan, played), "fault-plan");
        thread.setDaemon(true);
        thread.start();
        return played;
    }

    private void playNow(FaultPlan plan, CompletableFuture<Void> played) {
        try {
            for (FaultPlan.Step step : plan.steps()) {
                if (closing.await(step.pause().toNanos(), TimeUnit.NANOSECONDS) || !applied(step.fault())) {
                    break;
                }
            }
            played.complete(null);
        } catch (InterruptedException | RuntimeException failed) {
            played.completeExceptionally(new IllegalStateException(plan + " failed", failed));
        }
    }

    /** Whether the proxy was still open. The monitor keeps it from being closed half-way. */
    private synchronized boolean applied(Fault fault) {
        boolean open = closing.getCount() != 0;
        if (open) {
            fault.applyTo(this);
        }
        return open;
    }

    /** Returns how many connections are open to either side. */
    public int connections() {
        return onLoop(() -> connections.size() + waiting.size());
    }

    /** Returns how many bytes of a direction have been passed on so far. */
    public long passedOn(Direction direction) {
        return onLoop(() -> faults(direction).passedOn());
    }

    /** Returns how many bytes of a direction wait in the proxy, delayed or about to be written. */
    long waitingBytes(Direction direction) {
        return onLoop(() -> connections.stream()
                .mapToLong(connection -> connection.waitingBytes(direction))
                .sum());
    }

    /**
     * Resets all connections, closes the port and ends the thread.
     *
     * <p><b>Blocks</b> until that is done, at most {@link #LIMIT}. A second call does nothing.
     */
    @Override
    public synchronized void close() {
        if (closing.getCount() != 0) {
            closing.countDown();
            try {
                onLoop(() -> {
                    closeListener();
                    List.copyOf(connections).forEach(ProxiedConnection::reset);
                    List.copyOf(waiting).forEach(SocketChannel::close);
                });
            } finally {
                group.shutdownGracefully(0, LIMIT.toMillis() / 2, TimeUnit.MILLISECONDS);
                group.terminationFuture().awaitUninterruptibly(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
                port.free();
            }
        }
    }

    private FlowFaults faults(Direction direction) {
        FlowFaults found = faults.get(direction);
        if (found == null) {
            throw new IllegalStateException("no faults for " + direction);
        }
        return found;
    }

    private void setPassage(Direction direction, Passage passage) {
        onLoop(() -> {
            faults(direction).passage = passage;
            pumpAll();
        });
    }

    /** Over a copy, since one that ends is taken out at once. */
    private void pumpAll() {
        List.copyOf(connections).forEach(ProxiedConnection::pump);
    }

    /** Changes what happens to new connections. Not on the loop: a port is free only when the loop has gone round. */
    private synchronized void open(Door next) {
        boolean listening = onLoop(() -> {
            door = next;
            return listener != null;
        });
        if (next == Door.REFUSING && listening) {
            onLoop(this::closeListener);
            port.reserve();
        } else if (next != Door.REFUSING && !listening) {
            port.free();
            listen();
        }
        if (next == Door.OPEN) {
            onLoop(() -> {
                List<SocketChannel> patient = List.copyOf(waiting);
                waiting.clear();
                patient.forEach(this::connectOnwards);
            });
        }
    }

    private void listen() {
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                        accepted(client);
                    }
                })
                .bind(port.address());
        if (!bound.awaitUninterruptibly(LIMIT.toMillis()) || !bound.isSuccess()) {
            throw new IllegalStateException("cannot listen on " + port.address(), bound.cause());
        }
        onLoop(() -> listener = bound.channel());
    }

    private void closeListener() {
        if (listener != null) {
            listener.close();
            listener = null;
        }
    }

    private void accepted(SocketChannel client) {
        if (door == Door.DEAD_END) {
            waiting.add(client);
            client.closeFuture().addListener(closed -> waiting.remove(client));
        } else {
            connectOnwards(client);
        }
    }

    private void connectOnwards(SocketChannel client) {
        ChannelFuture connecting = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(server);
        SocketChannel onwards = (SocketChannel) connecting.channel();
        ProxiedConnection connection = new ProxiedConnection(client, onwards, faults);
        connections.add(connection);
        client.closeFuture().addListener(closed -> forgetIfClosed(connection));
        onwards.closeFuture().addListener(closed -> forgetIfClosed(connection));
        connecting.addListener(connected -> {
            if (connected.isSuccess() && client.isActive()) {
                connection.start();
            } else {
                connection.reset();
            }
        });
    }

    private void forgetIfClosed(ProxiedConnection connection) {
        if (connection.isClosed()) {
            connections.remove(connection);
        }
    }

    private void onLoop(Runnable action) {
        onLoop(() -> {
            action.run();
            return true;
        });
    }

    private <T> T onLoop(Callable<T> action) {
        if (group.isShuttingDown()) {
            throw new IllegalStateException("the proxy is closed");
        }
        try {
            return loop.submit(action).get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the proxy changed", interrupted);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("the proxy did not change within " + LIMIT, failed);
        }
    }
}
