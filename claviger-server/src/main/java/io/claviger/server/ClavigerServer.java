package io.claviger.server;

import io.claviger.server.ServerStartException.Reason;
import io.claviger.server.grpc.GrpcFront;
import io.claviger.server.http.HttpFront;
import io.claviger.server.ipc.AdminSocket;
import io.claviger.server.ipc.MachineDesk;
import io.claviger.server.ipc.SocketFileException;
import io.claviger.server.ldlm.LdlmSessions;
import io.claviger.server.security.BadSecurityFileException;
import io.claviger.server.security.Guard;
import io.claviger.server.text.TextFront;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: a machine and its fronts.
 *
 * <p>Thread-safe. Example:
 *
 * <pre>{@code
 * try (ClavigerServer server = ClavigerServer.start(ServerConfig.builder().textPort(0).build())) {
 *     server.fronts().forEach(System.out::println);
 *     server.terminated().toCompletableFuture().join();
 * }
 * }</pre>
 */
public final class ClavigerServer implements AutoCloseable {
    /** How long {@link #close()} waits for connections to end, and then for threads: 2 s each. */
    static final long CLOSE_STEP_MILLIS = 2_000;

    private static final Logger log = LoggerFactory.getLogger(ClavigerServer.class);

    private final Guard guard;
    private final ServerConfig config;
    private final EventLoopGroup loops;
    private final EventExecutor machineLoop;
    private final Sequencer sequencer;
    private final SessionIds sessions = new SessionIds();
    private final LdlmSessions ldlm;
    private final List<Front> open = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();
    private volatile @Nullable AdminSocket socket;

    private ClavigerServer(ServerConfig config, Guard guard) {
        this.config = config;
        this.guard = guard;
        this.loops = Transport.newLoops(config.eventLoops());
        this.machineLoop = loops.next();
        this.sequencer = new VolatileSequencer(machineLoop);
        this.ldlm = new LdlmSessions(
                sequencer,
                new MachineLoop(machineLoop),
                sessions::next,
                new OwnerKeys()::next,
                config.ldlm().keepOnDisconnect());
    }

    /**
     * Starts a server. When this returns, all fronts accept connections.
     *
     * <p><b>Blocks</b> until the addresses are bound, or binding has failed.
     *
     * @throws ServerStartException if a front cannot listen, or a file cannot be used; nothing of the server is left then
     */
    public static ClavigerServer start(ServerConfig config) throws ServerStartException {
        ClavigerServer server = new ClavigerServer(config, openGuard(config));
        // One that is needed comes first: without it no client is to be let in.
        boolean socketFirst = config.socket().filter(SocketConfig::required).isPresent();
        try {
            HttpFront http = new HttpFront(config, server.guard, server.machineLoop, server.ldlm);
            if (config.http().isOpen()) {
                http.prepare();
            }
            if (socketFirst) {
                server.openSocket();
            }
            server.openText();
            server.openGrpc();
            server.open(http, config.http(), http::open);
            if (!socketFirst) {
                server.openSocket();
            }
            return server;
        } catch (ServerStartException | RuntimeException | Error failed) {
            server.close();
            throw failed;
        }
    }

    /** Returns where the fronts listen. */
    public List<FrontAddress> fronts() {
        return open.stream()
                .map(front -> new FrontAddress(front.name(), front.address()))
                .toList();
    }

    /** Returns the socket for administration on the same machine; empty if there is none. */
    public Optional<Path> socketFile() {
        return Optional.ofNullable(socket).map(AdminSocket::file);
    }

    /** Returns what completes when this server is closed, by {@link #close()} or by an accepted shutdown request. */
    public CompletionStage<Void> terminated() {
        return terminated.minimalCompletionStage();
    }

    /**
     * Stops accepting, ends all connections and so all that they hold, and stops the threads. Closing twice is harmless.
     *
     * <p><b>Blocks</b> for a few seconds at most, also when another thread is closing. Not to be called by a thread of
     * the server.
     */
    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            AdminSocket opened = socket;
            if (opened != null) {
                opened.close();
            }
            machineLoop.submit(ldlm::close).awaitUninterruptibly(CLOSE_STEP_MILLIS);
            open.forEach(front -> front.close(CLOSE_STEP_MILLIS));
            sequencer.close();
            loops.shutdownGracefully(0, CLOSE_STEP_MILLIS, TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly(2 * CLOSE_STEP_MILLIS);
            guard.close();
            terminated.complete(null);
        }
        terminated.join();
    }

    private static Guard openGuard(ServerConfig config) throws ServerStartException {
        try {
            return Guard.open(config.security());
        } catch (BadSecurityFileException bad) {
            throw new ServerStartException(Reason.BAD_FILE, String.valueOf(bad.getMessage()), bad);
        }
    }

    private void openSocket() throws ServerStartException {
        SocketConfig wanted = config.socket().orElse(null);
        if (wanted == null) {
            return;
        }
        try {
            socket = AdminSocket.open(wanted.file(), new MachineDesk(sequencer));
        } catch (SocketFileException failed) {
            if (wanted.required()) {
                Reason reason = failed.isInUse() ? Reason.SOCKET_IN_USE : Reason.SOCKET_UNUSABLE;
                throw new ServerStartException(reason, "the socket " + failed.getMessage(), failed);
            }
            log.warn("There is no socket for administration: {}", failed.getMessage());
        }
    }

    private void openText() throws ServerStartException {
        TextFront front = new TextFront(config, guard, sequencer, sessions, this::shutdownRequested);
        open(front, config.text(), address -> front.open(Transport.bootstrap(loops), address));
    }

    private void openGrpc() throws ServerStartException {
        GrpcFront front = new GrpcFront(config, sequencer, machineLoop, sessions, ldlm, status());
        open(front, config.grpc(), address -> {
            NettyServerBuilder builder = Transport.grpc(loops, address, front.gate());
            guard.protect(builder, machineLoop);
            front.open(builder);
        });
    }

    /** What a front does to listen. */
    private interface Listening {
        void on(InetSocketAddress address) throws IOException;
    }

    private void open(Front front, ListenAddress where, Listening listening) throws ServerStartException {
        if (!where.isOpen()) {
            return;
        }
        String cannot = "the " + front.name() + " front cannot listen on " + where + ": ";
        try {
            listening.on(resolve(where));
        } catch (UnknownHostException unknown) {
            throw new ServerStartException(Reason.UNKNOWN_HOST, cannot + "unknown host", unknown);
        } catch (IOException failed) {
            throw startFailure(cannot, failed);
        }
        open.add(front);
    }

    private ServerStatus status() {
        return new ServerStatus(Version.read(), "volatile", System.nanoTime(), open);
    }

    private void shutdownRequested() {
        log.info("Shutdown requested by a client");
        // Closing waits for the event loops, so it cannot run on one.
        new Thread(this::close, "claviger-stop").start();
    }

    private static InetSocketAddress resolve(ListenAddress where) throws UnknownHostException {
        if (where.host().isEmpty() || where.host().equals("0.0.0.0")) {
            return new InetSocketAddress(where.port());
        }
        return new InetSocketAddress(InetAddress.getByName(where.host()), where.port());
    }

    private static ServerStartException startFailure(String cannot, IOException failed) {
        String message = failed.getMessage() == null ? failed.getClass().getSimpleName() : failed.getMessage();
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("already in use")) {
            return new ServerStartException(Reason.ADDRESS_IN_USE, cannot + "address already in use", failed);
        }
        if (lower.contains("permission denied")) {
            return new ServerStartException(Reason.PERMISSION_DENIED, cannot + "permission denied", failed);
        }
        return new ServerStartException(
                Reason.OTHER, cannot + message.lines().findFirst().orElse(""), failed);
    }
}
