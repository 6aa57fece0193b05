package io.claviger.server.text;

import io.claviger.engine.LockMachine;
import io.claviger.server.Front;
import io.claviger.server.FrontAddress;
import io.claviger.server.Sequencer;
import io.claviger.server.ServerConfig;
import io.claviger.server.SessionIds;
import io.claviger.server.security.Guard;
import io.claviger.server.security.PasswordCheck;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The text front: listens, counts, and gives each connection its dialogue. Thread-safe. */
public final class TextFront implements Front {
    private static final Logger log = LoggerFactory.getLogger(TextFront.class);

    private final ServerConfig config;
    private final Guard guard;
    private final Sequencer sequencer;
    private final Runnable shutdown;
    private final TextStats stats = new TextStats();
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final AtomicInteger connectionCount = new AtomicInteger();
    private final SessionIds sessions;
    private final FastThreadLocal<LoopTools> tools = new FastThreadLocal<>() {
        @Override
        protected LoopTools initialValue() {
            return new LoopTools();
        }
    };
    private @Nullable Channel listener;

    /**
     * Makes a front that does not listen yet.
     *
     * @param shutdown what to do when a client that may ask for it asks to stop the server
     */
    public TextFront(ServerConfig config, Guard guard, Sequencer sequencer, SessionIds sessions, Runnable shutdown) {
        this.config = config;
        this.guard = guard;
        this.sequencer = sequencer;
        this.sessions = sessions;
        this.shutdown = shutdown;
    }

    /**
     * Listens.
     *
     * <p><b>Blocks</b> until the address is bound.
     *
     * @throws IOException if it cannot be bound; nothing listens then
     */
    public void open(ServerBootstrap bootstrap, InetSocketAddress address) throws IOException {
        ChannelFuture bound = bootstrap
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(TextLimits.LOW_WATER, TextLimits.HIGH_WATER))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        guard.encryptText(channel);
                        // On the channel's event loop, whose tools it gets.
                        channel.pipeline().addLast(new TextConnection(TextFront.this, tools.get(), channel));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        Throwable failure = bound.cause();
        if (failure != null) {
            throw failure instanceof IOException known ? known : new IOException(String.valueOf(failure), failure);
        }
        listener = bound.channel();
        log.info("Started server listening on {}", FrontAddress.text(address()));
    }

    @Override
    public String name() {
        return "text";
    }

    @Override
    public int connections() {
        return connectionCount.get();
    }

    @Override
    public InetSocketAddress address() {
        Channel open = listener;
        if (open == null) {
            throw new IllegalStateException("the text front is not open");
        }
        return (InetSocketAddress) open.localAddress();
    }

    @Override
    public void close(long stepMillis) {
        if (listener != null) {
            listener.close().awaitUninterruptibly(stepMillis);
        }
        connections.close().awaitUninterruptibly(stepMillis);
    }

    /** What judges the password of the first line; empty if there is none to give. */
    Optional<PasswordCheck> password() {
        return guard.password();
    }

    Sequencer sequencer() {
        return sequencer;
    }

    TextStats stats() {
        return stats;
    }

    CompletionStage<String> statsLine() {
        return sequencer.query(LockMachine::lockCount).thenApply(stats::json);
    }

    boolean allowsShutdown() {
        return config.allowShutdown();
    }

    void shutDown() {
        shutdown.run();
    }

    long nextSession() {
        return sessions.next();
    }

    /** Counts a connection. False if it is one too many. */
    boolean accepted(Channel channel) {
        stats.requests.increment();
        connections.add(channel);
        return connectionCount.incrementAndGet() <= config.maxConnections();
    }

    void closed() {
        connectionCount.decrementAndGet();
    }
}
