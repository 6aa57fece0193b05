package io.claviger.server.grpc;

import io.claviger.protocol.ldlm.LDLMGrpc;
import io.claviger.protocol.v1.ClavigerGrpc;
import io.claviger.server.Front;
import io.claviger.server.FrontAddress;
import io.claviger.server.LdlmConfig;
import io.claviger.server.MachineLoop;
import io.claviger.server.OwnerKeys;
import io.claviger.server.Sequencer;
import io.claviger.server.ServerConfig;
import io.claviger.server.ServerStatus;
import io.claviger.server.SessionIds;
import io.claviger.server.ldlm.LdlmSessions;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gRPC front: sessions, administration, health and reflection. It runs on the event loops of the server; calls that
 * come on the machine's own loop change no thread. Thread-safe.
 */
public final class GrpcFront implements Front {
    private static final Logger log = LoggerFactory.getLogger(GrpcFront.class);

    /**
     * The loggers of the library that tell a stack trace of every peer that breaks off or says what it may not. Such a peer
     * is told so, and that is enough. Held here, since what is set at a logger that nobody holds is lost.
     */
    private static final List<java.util.logging.Logger> NOISY = Stream.of(
                    "io.grpc.netty.NettyServerTransport.connections", "io.grpc.netty.NettyServerStream")
            .map(java.util.logging.Logger::getLogger)
            .toList();

    /** How long calls may take to hear that the server closes, before they are cut off. */
    private static final long FAREWELL_MILLIS = 500;

    private final EventExecutor machineLoop;
    private final NativeSessions sessions;
    private final ConnectionGate gate;
    private final ClavigerService claviger;
    private final AdminService admin;
    private final LdlmConnections connections;
    private final LdlmService ldlmService;
    private final LdlmConfig times;
    private final HealthStatusManager health = new HealthStatusManager();
    private @Nullable Server server;
    private @Nullable InetSocketAddress address;

    /**
     * Makes a front that does not listen yet.
     *
     * @param machineLoop the thread on which the sequencer tells
     * @param ldlm the sessions of LDLM, of which each connection becomes one
     * @param status what administrators are told of the server
     */
    public GrpcFront(
            ServerConfig config,
            Sequencer sequencer,
            EventExecutor machineLoop,
            SessionIds sessionIds,
            LdlmSessions ldlm,
            ServerStatus status) {
        MachineLoop loop = new MachineLoop(machineLoop);
        this.machineLoop = machineLoop;
        this.sessions = new NativeSessions(sequencer, sessionIds::next, new OwnerKeys()::next, machineLoop);
        this.gate = new ConnectionGate(config.maxConnections());
        this.claviger = new ClavigerService(loop, sessions, config.maxConnections());
        this.admin = new AdminService(loop, sequencer, status);
        this.connections = new LdlmConnections(loop, ldlm);
        this.ldlmService = new LdlmService(loop);
        this.times = config.ldlm();
    }

    /** Returns what is to see each connection first: it counts them, and bounds them. */
    public ChannelHandler gate() {
        return gate;
    }

    /**
     * Listens.
     *
     * <p><b>Blocks</b> until the address is bound.
     *
     * @param builder with address, threads and socket options
     * @throws IOException if it cannot be bound; nothing listens then
     */
    public void open(NettyServerBuilder builder) throws IOException {
        NOISY.forEach(logger -> logger.setLevel(Level.SEVERE));
        Server built = limited(builder)
                .directExecutor()
                .addService(MalformedMessages.refused(claviger.bindService()))
                .addService(MalformedMessages.refused(admin.bindService()))
                .addService(
                        ServerInterceptors.intercept(MalformedMessages.refused(ldlmService.bindService()), connections))
                .addTransportFilter(connections)
                .addService(health.getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance())
                .build();
        try {
            built.start();
        } catch (IOException failed) {
            throw failed.getCause() instanceof IOException cause ? cause : failed;
        }
        server = built;
        address = (InetSocketAddress) built.getListenSockets().get(0);
        health.setStatus(ClavigerGrpc.SERVICE_NAME, ServingStatus.SERVING);
        health.setStatus(LDLMGrpc.SERVICE_NAME, ServingStatus.SERVING);
        log.info("Started gRPC server listening on {}", FrontAddress.text(address()));
    }

    private NettyServerBuilder limited(NettyServerBuilder builder) {
        return builder.maxInboundMessageSize(GrpcLimits.MAX_INBOUND_BYTES)
                .maxInboundMetadataSize(GrpcLimits.MAX_HEADER_BYTES)
                .maxConcurrentCallsPerConnection(GrpcLimits.MAX_CALLS_PER_CONNECTION)
                .maxRstFramesPerWindow(GrpcLimits.MAX_RESETS, GrpcLimits.RESET_WINDOW_SECONDS)
                .handshakeTimeout(GrpcLimits.HANDSHAKE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTime(times.keepAliveEvery().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(times.keepAliveWithin().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(GrpcLimits.CLIENT_KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
    }

    @Override
    public String name() {
        return "gRPC";
    }

    @Override
    public InetSocketAddress address() {
        InetSocketAddress bound = address;
        if (bound == null) {
            throw new IllegalStateException("the gRPC front is not open");
        }
        return bound;
    }

    @Override
    public int connections() {
        return gate.connections();
    }

    @Override
    public void close(long stepMillis) {
        Server open = server;
        if (open == null) {
            return;
        }
        health.enterTerminalState();
        open.shutdown();
        // What waits is told at once to look elsewhere. Nobody is waited for longer: sessions live on by their time to
        // live.
        machineLoop.submit(sessions::close).awaitUninterruptibly(stepMillis);
        try {
            if (!open.awaitTermination(Math.min(stepMillis, FAREWELL_MILLIS), TimeUnit.MILLISECONDS)) {
                open.shutdownNow().awaitTermination(stepMillis, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
