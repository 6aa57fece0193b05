package io.claviger.server.http;

import io.claviger.protocol.v1.AdminGrpc;
import io.claviger.protocol.v1.GetLockRequest;
import io.claviger.protocol.v1.GetStatusRequest;
import io.claviger.protocol.v1.GetStatusResponse;
import io.claviger.protocol.v1.LockInfo;
import io.claviger.server.ClavigerServer;
import io.claviger.server.LdlmConfig;
import io.claviger.server.ServerConfig;
import io.claviger.server.ServerStartException;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A server with all fronts on free ports, and ways to look at it. Its gRPC front asks for what its HTTP front does. */
final class RestServer implements AutoCloseable {
    private final ClavigerServer server;
    private @Nullable ManagedChannel channel;
    private String password = "";

    RestServer() {
        this(ServerConfig.builder());
    }

    RestServer(LdlmConfig ldlm) {
        this(ServerConfig.builder().ldlm(ldlm));
    }

    RestServer(ServerConfig.Builder config) {
        try {
            server = ClavigerServer.start(
                    config.textPort(0).grpcPort(0).httpPort(0).build());
        } catch (ServerStartException failed) {
            throw new IllegalStateException(failed);
        }
    }

    static LdlmConfig idle(Duration idle) {
        return LdlmConfig.DEFAULT.withRestSessionIdle(idle);
    }

    ClavigerServer server() {
        return server;
    }

    InetSocketAddress address() {
        return server.fronts().get(2).address();
    }

    /** How many connections the HTTP front has. */
    int connections() {
        return admin().getStatus(GetStatusRequest.getDefaultInstance()).getFrontsList().stream()
                .filter(front -> front.getName().equals("HTTP"))
                .mapToInt(GetStatusResponse.Front::getConnections)
                .sum();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + address().getPort());
    }

    RestClient client() {
        return new RestClient(uri());
    }

    /** A client that has a session. */
    RestClient session() {
        RestClient client = client();
        client.open();
        return client;
    }

    RawHttp raw() {
        return new RawHttp(connect(address()));
    }

    /** How many wait for a name. */
    int queueLength(String name) {
        return lock(name).map(LockInfo::getWaiting).orElse(0);
    }

    /** Who holds or waits for the name, as administrators see it; empty if nobody does. */
    Optional<LockInfo> lock(String name) {
        try {
            return Optional.of(
                    admin().getLock(GetLockRequest.newBuilder().setName(name).build())
                            .getLock());
        } catch (StatusRuntimeException failed) {
            if (failed.getStatus().getCode() == Status.Code.NOT_FOUND) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    /** The same where the server asks for a password. */
    Optional<LockInfo> lock(String name, String password) {
        this.password = password;
        return lock(name);
    }

    private AdminGrpc.AdminBlockingStub admin() {
        ManagedChannel open = channel;
        if (open == null) {
            open = NettyChannelBuilder.forAddress(server.fronts().get(1).address())
                    .usePlaintext()
                    .build();
            channel = open;
        }
        Metadata headers = new Metadata();
        if (!password.isEmpty()) {
            headers.put(
                    Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                    "Basic " + Base64.getEncoder().encodeToString((":" + password).getBytes(StandardCharsets.UTF_8)));
        }
        return AdminGrpc.newBlockingStub(open)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    /** What the text front says to a try for the name, which is not held on to. */
    String tryByText(String name) {
        try (Socket socket = connect(server.fronts().get(0).address())) {
            socket.getOutputStream().write(("lock,name:" + name + "\n").getBytes(StandardCharsets.UTF_8));
            StringBuilder line = new StringBuilder();
            for (int c = socket.getInputStream().read();
                    c >= 0 && c != '\n';
                    c = socket.getInputStream().read()) {
                line.append((char) c);
            }
            return line.toString();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    void awaitFree(String name) {
        await(() -> tryByText(name).equals("ok"), name + " to be free");
    }

    /** Waits for something observable, with a deadline. */
    static void await(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what);
            }
            Thread.onSpinWait();
        }
    }

    private static Socket connect(InetSocketAddress address) {
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort());
            socket.setSoTimeout(20_000);
            return socket;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        if (channel != null) {
            channel.shutdownNow();
        }
        server.close();
    }
}
