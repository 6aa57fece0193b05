package io.claviger.cli.tcpnetlock;

import io.claviger.cli.process.OneLine;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A granted lock. From its creation to its end one thread reads the connection, so that a lost server is noticed at
 * once, and sends the keep-alives if there are any; nobody else reads, so that no answer is taken for another.
 *
 * <p>Closing frees the lock in any case; {@link #release} does so by name and says whether the server confirmed it.
 */
final class HeldLock implements AutoCloseable {
    /** Limit for the answer to a keep-alive and to the release. */
    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

    /** Why a lock is held no more. */
    sealed interface Loss {
        String reason();
    }

    /** The connection ended, or the server went silent. */
    record Disconnected(String reason) implements Loss {}

    /** The server said something that it should not say to a holder. */
    record UnexpectedAnswer(String reason) implements Loss {}

    private final TextConnection connection;
    private final Optional<Duration> keepAlive;
    private final Consumer<Loss> onLoss;

    /** Completed when the watch ends: empty if the server confirmed the release, else what happened instead. */
    private final CompletableFuture<Optional<String>> end = new CompletableFuture<>();

    private volatile boolean releasing;

    // The watching thread's own: when the next thing is due, and whether that thing is an answer of the server.
    private long dueNanos;
    private boolean awaitingAlive;

    private HeldLock(TextConnection connection, Optional<Duration> keepAlive, Consumer<Loss> onLoss) {
        this.connection = connection;
        this.keepAlive = keepAlive;
        this.onLoss = onLoss;
    }

    /**
     * Starts to watch a connection that a lock was granted on.
     *
     * @param keepAlive time between an answer and the next keep-alive; empty for none
     * @param onLoss called at most once, by the watching thread, unless the release had begun before
     */
    static HeldLock watch(TextConnection connection, Optional<Duration> keepAlive, Consumer<Loss> onLoss) {
        HeldLock lock = new HeldLock(connection, keepAlive, onLoss);
        Thread watcher = new Thread(lock::watch, "lock-watch");
        watcher.setDaemon(true);
        watcher.start();
        return lock;
    }

    /**
     * Gives the lock back and closes the connection.
     *
     * <p><b>Blocks</b> up to {@link #ANSWER_TIMEOUT}.
     *
     * @return empty if the server confirmed it, else what happened instead
     */
    Optional<String> release() {
        releasing = true;
        try {
            connection.send("release");
            return end.get(ANSWER_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (TimeoutException | ExecutionException e) {
            return Optional.of("no answer within " + ANSWER_TIMEOUT.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        releasing = true;
        connection.close();
    }

    private void watch() {
        try {
            scheduleKeepAlive();
            while (step()) {}
        } catch (IOException e) {
            lost(new Disconnected(OneLine.of(String.valueOf(e.getMessage()))));
        }
    }

    private boolean step() throws IOException {
        Optional<String> line = connection.readLine(dueNanos - System.nanoTime());
        if (line.isEmpty()) {
            return keepAliveDue();
        }
        String code = line.get().split(",", 2)[0];
        if (code.equals("alive") && awaitingAlive) {
            scheduleKeepAlive();
            return true;
        }
        if (code.equals("released") && releasing) {
            end.complete(Optional.empty());
            return false;
        }
        lost(new UnexpectedAnswer("unexpected answer '" + OneLine.of(line.get()) + "'"));
        return false;
    }

    private void scheduleKeepAlive() {
        awaitingAlive = false;
        dueNanos = System.nanoTime() + keepAlive.map(HeldLock::nanos).orElse(FAR_NANOS);
    }

    private boolean keepAliveDue() throws IOException {
        if (awaitingAlive) {
            lost(new Disconnected("no answer to a keep-alive within " + ANSWER_TIMEOUT.toSeconds() + " s"));
            return false;
        }
        if (keepAlive.isPresent()) {
            connection.send(".keepalive");
            awaitingAlive = true;
            dueNanos = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
        } else {
            scheduleKeepAlive();
        }
        return true;
    }

    /** Far enough for any wait, near enough that adding it to the clock cannot wrap around. */
    private static final long FAR_NANOS = TimeUnit.DAYS.toNanos(365);

    private static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(FAR_NANOS)) < 0 ? duration.toNanos() : FAR_NANOS;
    }

    private void lost(Loss loss) {
        // The release reads the reason from here, the callback is for a loss in the middle of the work.
        end.complete(Optional.of(loss.reason()));
        if (!releasing) {
            onLoss.accept(loss);
        }
    }
}
