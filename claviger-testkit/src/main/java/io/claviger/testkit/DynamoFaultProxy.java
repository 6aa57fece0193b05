package io.claviger.testkit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Stands between clients of DynamoDB and an endpoint, on loopback, and does to their requests what the service and networks do: each
 * {@link DynamoFault}. Where {@link FaultProxy} breaks bytes, this one knows what a request is: it can tell one that was done and
 * whose answer was lost from one that never arrived. It is for emulators: a request is sent on as it came, with a signature
 * for another address, which the service itself would refuse.
 *
 * <p><b>Effect.</b> A request has at most one fault: that which was foretold for its operation by {@link #next}, else that of {@link
 * #every}, else that of the plan. What the methods change is in effect for all requests that are sent after their return.
 *
 * <p><b>Order.</b> The requests of one connection are done one after the other; what is held up elsewhere waits for nothing.
 *
 * <p><b>Limits.</b> A body has at most {@link #MAX_BODY_BYTES} (else the request is answered with 413, and an answer is lost); a
 * connection beyond {@link #MAX_CONNECTIONS} is closed at once; beyond {@link #MAX_HELD_UP} nothing more is held up.
 *
 * <p>Thread-safe. It has one thread, which ends with {@link #close()}. Example:
 *
 * <pre>{@code
 * try (DynamoFaultProxy proxy = DynamoFaultProxy.to(DynamoEmulator.endpoint())) {
 *     LockClient client = LockClient.connect("dynamodb:locks?region=eu-west-1&endpoint=" + proxy.endpoint());
 *     proxy.next("UpdateItem", new DynamoFault.AppliedButCut());
 *     Lease lease = client.lock("x").acquire();
 *     assertThat(proxy.incidents()).hasSize(1);
 * }
 * }</pre>
 */
public final class DynamoFaultProxy implements AutoCloseable {
    /** How long a request or an answer may be: as long as the longest transaction of DynamoDB, 4 MiB. */
    public static final int MAX_BODY_BYTES = 4 << 20;

    /** How many connections clients may have at a time. */
    public static final int MAX_CONNECTIONS = 512;

    /** How many requests, answers and copies are held up at a time. */
    public static final int MAX_HELD_UP = 10_000;

    /** How many incidents are remembered, the newest ones. */
    public static final int MAX_INCIDENTS = 10_000;

    /** How much of a body an incident tells, in characters. */
    public static final int MAX_NOTED_LENGTH = 4_000;

    /** How long any method blocks at most before it throws, unless it says otherwise. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("dynamo-fault-proxy", true), NioIoHandler.newFactory());
    private final DynamoTraffic traffic;
    private final Channel listener;

    /** Used on the loop only. */
    private final Set<Channel> connections = new HashSet<>();

    /**
     * A fault that happened to a request.
     *
     * @param request how many requests came before it
     * @param body the beginning of it, as text
     * @param serverStatus what the endpoint answered to the request, or to the late copy that the fault is about; {@link #NEVER} if it
     *     was not asked or did not answer
     */
    public record Incident(long request, String operation, String body, DynamoFault fault, int serverStatus) {
        /** The endpoint has answered nothing. */
        public static final int NEVER = 0;

        private static final int OK = 200;

        /** Whether the endpoint has done what was asked, if only when nobody waited for it any more. */
        public boolean isApplied() {
            return serverStatus == OK;
        }
    }

    private DynamoFaultProxy(InetSocketAddress endpoint) {
        traffic = new DynamoTraffic(group, endpoint);
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                        accepted(client);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new IllegalStateException("no free port on the loopback interface", bound.cause());
        }
        listener = bound.channel();
    }

    /**
     * Opens a proxy on a free port of the loopback interface.
     *
     * @param endpoint of HTTP, with a port; nothing need listen there yet
     * @throws IllegalArgumentException if it is another address
     * @throws IllegalStateException if no port can be had
     */
    public static DynamoFaultProxy to(URI endpoint) {
        if (!"http".equals(endpoint.getScheme()) || endpoint.getHost() == null || endpoint.getPort() < 1) {
            throw new IllegalArgumentException(
                    "an endpoint is like http://127.0.0.1:8000, but this is '" + endpoint + "'");
        }
        return new DynamoFaultProxy(new InetSocketAddress(endpoint.getHost(), endpoint.getPort()));
    }

    /** Returns where clients send their requests. */
    public URI endpoint() {
        InetSocketAddress address = (InetSocketAddress) listener.localAddress();
        return URI.create("http://127.0.0.1:" + address.getPort());
    }

    private void accepted(SocketChannel client) {
        if (connections.size() >= MAX_CONNECTIONS) {
            client.close();
            return;
        }
        connections.add(client);
        client.closeFuture().addListener(closed -> connections.remove(client));
        client.pipeline()
                .addLast(
                        new HttpServerCodec(),
                        new HttpObjectAggregator(MAX_BODY_BYTES),
                        new DynamoExchange(traffic, client));
    }

    // ------------------------------------------------------------------------------------------ faults

    /**
     * Foretells what happens to the next requests of an operation, such as {@code UpdateItem}, one fault for each, behind those that
     * are foretold already.
     *
     * @throws IllegalArgumentException if a fault does not fit the operation
     */
    public void next(String operation, DynamoFault... faults) {
        List<DynamoFault> all = List.of(faults);
        all.forEach(fault -> check(operation, fault));
        onLoop(() -> all.forEach(fault -> traffic.script.next(operation, fault)));
    }

    /**
     * Says what happens to every request of an operation from now on, until {@link #heal()}.
     *
     * @throws IllegalArgumentException if the fault does not fit the operation
     */
    public void every(String operation, DynamoFault fault) {
        check(operation, fault);
        onLoop(() -> traffic.script.every(operation, fault));
    }

    private static void check(String operation, DynamoFault fault) {
        if (operation.isEmpty() || !fault.fits(operation)) {
            throw new IllegalArgumentException("'" + operation + "' has no such fault as " + fault);
        }
    }

    /** Has a plan decide from now on, beginning with its first request, until {@link #heal()}. */
    public void play(DynamoFaultPlan plan) {
        onLoop(() -> traffic.script.play(plan));
    }

    /** Ends all faults. What is held up arrives nevertheless, when it would have. */
    public void heal() {
        onLoop(traffic.script::clear);
    }

    /**
     * Waits until nothing is held up any more: neither requests nor answers nor late copies.
     *
     * @param limit how long this blocks at most
     * @throws IllegalStateException if something is held up then
     */
    public void awaitArrivals(Duration limit) {
        await(onLoop(traffic::whenArrived), limit, "something is still held up after " + limit);
    }

    // ------------------------------------------------------------------------------------------ what happened

    /** Returns what has happened so far, in order; a late copy stands where it arrived. */
    public List<Incident> incidents() {
        return onLoop(traffic::incidents);
    }

    /** Returns how many requests of an operation on items have come so far, faulty ones included. */
    public long requests(String operation) {
        return onLoop(() -> traffic.count(operation));
    }

    /** Returns how many connections clients have. */
    public int connections() {
        return onLoop(connections::size);
    }

    /**
     * Ends all connections and the thread; what is held up never arrives.
     *
     * <p><b>Blocks</b> until that is done, at most {@link #LIMIT}. A second call does nothing.
     */
    @Override
    public synchronized void close() {
        if (!group.isShuttingDown()) {
            // Not left to the end of the loop, which may leave the port open behind it.
            onLoop(() -> {
                listener.close();
                List.copyOf(connections).forEach(Channel::close);
                traffic.close();
            });
            // A port is free only when the loop has gone round.
            onLoop(() -> {});
            group.shutdownGracefully(0, LIMIT.toMillis() / 2, TimeUnit.MILLISECONDS);
            group.terminationFuture().awaitUninterruptibly(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    // ------------------------------------------------------------------------------------------ the loop

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
        return await(group.submit(action), LIMIT, "the proxy did not answer within " + LIMIT);
    }

    private static <T> T await(Future<T> future, Duration limit, String otherwise) {
        try {
            return future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the proxy was asked", interrupted);
        } catch (ExecutionException failed) {
            throw new IllegalStateException("the proxy failed: " + failed.getCause(), failed);
        } catch (TimeoutException late) {
            throw new IllegalStateException(otherwise, late);
        }
    }
}
