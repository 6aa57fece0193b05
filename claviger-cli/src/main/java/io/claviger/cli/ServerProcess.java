package io.claviger.cli;

import io.claviger.server.ClavigerServer;
import io.claviger.server.ServerConfig;
import io.claviger.server.ServerStartException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The life of a server as a process. Signals stop it gracefully: the JVM answers TERM, INT and HUP with its shutdown
 * hooks, and ours closes the server before the JVM goes.
 */
final class ServerProcess {
    /** How long a signal waits for a start that is under way. */
    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private final Runnable atSignal;
    private final Runnable afterSignal;
    private final CompletableFuture<Optional<ClavigerServer>> startup = new CompletableFuture<>();
    private volatile boolean orderly;

    private ServerProcess(Runnable atSignal, Runnable afterSignal) {
        this.atSignal = atSignal;
        this.afterSignal = afterSignal;
    }

    /**
     * Runs a server.
     *
     * <p><b>Blocks</b> until an accepted {@code .server-shutdown}, and then returns for an orderly exit. After a signal it
     * does not return: the server is closed, {@code afterSignal} runs and the JVM ends with the signal's own status (143
     * after TERM) unless {@code afterSignal} ends it otherwise.
     *
     * @param started called once the server accepts connections
     * @throws ServerStartException if it cannot start
     */
    static void run(ServerConfig config, Consumer<ClavigerServer> started, Runnable afterSignal)
            throws ServerStartException {
        run(config, started, () -> {}, afterSignal);
    }

    /** As the other one, and {@code atSignal} runs when a signal has come, before the server closes. */
    static void run(ServerConfig config, Consumer<ClavigerServer> started, Runnable atSignal, Runnable afterSignal)
            throws ServerStartException {
        ServerProcess process = new ServerProcess(atSignal, afterSignal);
        // Before the start, so that a signal during it is answered in the same way.
        Runtime.getRuntime().addShutdownHook(new Thread(process::stop, "stop"));
        try {
            ClavigerServer server = process.start(config);
            started.accept(server);
            server.terminated().toCompletableFuture().join();
            server.close();
        } finally {
            process.orderly = true;
        }
    }

    private ClavigerServer start(ServerConfig config) throws ServerStartException {
        try {
            ClavigerServer server = ClavigerServer.start(config);
            startup.complete(Optional.of(server));
            return server;
        } finally {
            startup.complete(Optional.empty());
        }
    }

    private void stop() {
        if (orderly) {
            return;
        }
        atSignal.run();
        started().ifPresent(ClavigerServer::close);
        afterSignal.run();
    }

    /** Waits for a start that is under way: it may have made the file of its socket already, which must not stay behind. */
    private Optional<ClavigerServer> started() {
        try {
            return startup.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        }
    }
}
