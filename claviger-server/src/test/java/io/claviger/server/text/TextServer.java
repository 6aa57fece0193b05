package io.claviger.server.text;

import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import io.claviger.server.ServerStartException;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server with a text front on a free port, and ways to look at it. */
final class TextServer implements AutoCloseable {
    private static final Pattern LOCK_COUNT = Pattern.compile("\"lock_count\": (\\d+)");

    private final ClavigerServer server;

    TextServer() {
        this(ServerConfig.builder());
    }

    TextServer(ServerConfig.Builder config) {
        try {
            server = ClavigerServer.start(
                    config.textPort(0).grpcPort(ServerConfig.OFF).build());
        } catch (ServerStartException failed) {
            throw new IllegalStateException(failed);
        }
    }

    ClavigerServer server() {
        return server;
    }

    InetSocketAddress address() {
        return server.fronts().get(0).address();
    }

    Wire connect() {
        return new Wire(address());
    }

    /** Connects and takes a lock that must be free. */
    Wire holder(String name) {
        Wire wire = connect();
        String answer = wire.ask("lock,name:" + name);
        if (!answer.equals("ok")) {
            throw new AssertionError("expected ok for " + name + " but got " + answer);
        }
        return wire;
    }

    /** Connects in session mode. */
    Wire session() {
        Wire wire = connect();
        String answer = wire.ask(".session");
        if (!answer.equals("session")) {
            throw new AssertionError("expected session but got " + answer);
        }
        return wire;
    }

    /** Whether a try for the name would be granted now. */
    boolean isFree(String name) {
        try (Wire wire = connect()) {
            return wire.ask("lock,name:" + name).equals("ok")
                    && wire.ask("release").equals("released");
        }
    }

    void awaitFree(String name) {
        await(() -> isFree(name), name + " to be free");
    }

    String stats() {
        try (Wire wire = connect()) {
            return wire.ask(".stats");
        }
    }

    int lockCount() {
        Matcher matcher = LOCK_COUNT.matcher(stats());
        if (!matcher.find()) {
            throw new AssertionError("no lock_count");
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** Waits for something observable, with a deadline. */
    static void await(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what);
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
