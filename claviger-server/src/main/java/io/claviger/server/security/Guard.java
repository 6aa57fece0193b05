package io.claviger.server.security;

import io.grpc.netty.NettyServerBuilder;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Security} at work: what the fronts of one server put before their connections. All of them share it, so that
 * who guesses at one front is slowed at every one. Thread-safe.
 *
 * <p>Certificates follow their files: replaced ones serve new connections within two looks, those that stand go on; what
 * cannot be used is told once in the log, and the earlier ones stay.
 */
public final class Guard implements AutoCloseable {
    /** How often the TLS files are looked at. A change is used when two looks have seen the same. */
    public static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    /** How long a client may take to shake hands. */
    public static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(10);

    private final @Nullable ReloadingTls tls;
    private final @Nullable PasswordCheck password;
    private final @Nullable ScheduledExecutorService worker;

    private Guard(@Nullable ReloadingTls tls, @Nullable Password password) {
        this.tls = tls;
        this.password = password == null ? null : new PasswordCheck(password, System::nanoTime);
        this.worker = tls == null ? null : startLooking(tls);
    }

    /**
     * Reads the files and begins to watch those of TLS.
     *
     * <p><b>Blocks</b> to read files.
     *
     * @throws BadSecurityFileException if one of them cannot be used; nothing is left then
     */
    public static Guard open(Security security) throws BadSecurityFileException {
        TlsFiles files = security.tls();
        Password password = security.loadPassword();
        return new Guard(files == null ? null : new ReloadingTls(files), password);
    }

    /** Returns a guard that asks nothing, for {@link Security#none()}. */
    public static Guard none() {
        return new Guard(null, null);
    }

    /** Returns what judges passwords; empty if none is asked for. */
    public Optional<PasswordCheck> password() {
        return Optional.ofNullable(password);
    }

    /** Puts TLS, if it is on, before all that the channel of a text connection will get. */
    public void encryptText(Channel channel) {
        if (tls == null || worker == null) {
            return;
        }
        // A signature takes a millisecond or so, in which the event loop can serve others.
        SslHandler handler = tls.text().newHandler(channel.alloc(), worker);
        handler.setHandshakeTimeoutMillis(HANDSHAKE_LIMIT.toMillis());
        channel.pipeline().addLast(handler);
    }

    /**
     * Makes a gRPC server ask what this guard asks: TLS with the protocol h2, and the password with every call but those
     * of the health service. To be called after the front has added its own interceptors, since gRPC asks first the one
     * that was added last.
     *
     * @param scheduler on which a call starts if its password must wait; the later events of that call come on its own
     *     executor
     */
    public void protect(NettyServerBuilder builder, ScheduledExecutorService scheduler) {
        grpcTls().ifPresent(builder::sslContext);
        if (password != null) {
            builder.addTransportFilter(new ProvenTransports());
            builder.intercept(new PasswordInterceptor(password, scheduler));
        }
    }

    /** Returns the context for a gRPC server, which follows the files by itself; empty if TLS is off. */
    public Optional<SslContext> grpcTls() {
        return Optional.ofNullable(tls).map(ReloadingTls::grpc);
    }

    /** Returns what makes an engine for each connection of a front that is not Netty's; empty if TLS is off. */
    public Optional<Supplier<SSLEngine>> jdkEngines() {
        return Optional.ofNullable(tls).map(following -> () -> following.text().newEngine(ByteBufAllocator.DEFAULT));
    }

    /** Stops watching. Closing twice is harmless. */
    @Override
    public void close() {
        if (worker != null) {
            worker.shutdown();
        }
    }

    private static ScheduledExecutorService startLooking(ReloadingTls tls) {
        ScheduledThreadPoolExecutor worker =
                new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("claviger-tls", true));
        // A handshake that comes while the server closes must not wait for a thread that is gone.
        worker.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        worker.scheduleWithFixedDelay(tls::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return worker;
    }
}
