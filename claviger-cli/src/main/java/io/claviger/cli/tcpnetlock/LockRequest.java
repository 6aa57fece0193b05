package io.claviger.cli.tcpnetlock;

import io.claviger.cli.process.OneLine;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** One try for a lock on a connection of its own. */
record LockRequest(Endpoint server, String lockName) {
    /** Limit for the server's answer on an established connection. */
    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

    /** How a try ended. */
    sealed interface Answer {}

    /** The lock is held as long as the connection lives. */
    record Granted(TextConnection connection) implements Answer {}

    /**
     * The lock is not held.
     *
     * @param reason what the server has against the request itself; empty if the lock is merely held by another
     */
    record NotGranted(Optional<String> reason) implements Answer {}

    /** No connection came about because the server's machine refused it. */
    record ConnectionRefused() implements Answer {}

    /** No connection came about for another reason. */
    record Unreachable(String reason) implements Answer {}

    /** The connection came about, but no answer that this protocol knows. */
    record NoAnswer(String reason) implements Answer {}

    /**
     * Connects and asks.
     *
     * <p><b>Blocks</b> as {@link TextConnection#open} does, plus {@link #ANSWER_TIMEOUT}.
     */
    Answer send() {
        TextConnection connection;
        try {
            connection = TextConnection.open(server.host(), server.port());
        } catch (IOException e) {
            return unreachable(e);
        }
        Answer answer = ask(connection);
        if (!(answer instanceof Granted)) {
            connection.close();
        }
        return answer;
    }

    /** Does the same on a thread of its own, which passes the answer on. */
    void sendInBackground(Consumer<Answer> then) {
        Thread thread = new Thread(
                () -> {
                    Answer answer;
                    try {
                        answer = send();
                    } catch (RuntimeException e) {
                        // Somebody waits for an answer, whatever it is.
                        answer = new NoAnswer(OneLine.of(e.toString()));
                    }
                    then.accept(answer);
                },
                "lock-request");
        thread.setDaemon(true);
        thread.start();
    }

    private static Answer unreachable(IOException e) {
        String message = String.valueOf(e.getMessage());
        // The JDK uses one class for all that connect(2) can answer.
        if (e instanceof ConnectException && message.toLowerCase(Locale.ROOT).contains("refused")) {
            return new ConnectionRefused();
        }
        if (e instanceof UnknownHostException) {
            return new Unreachable(
                    message.contains(": ")
                            ? message.substring(message.lastIndexOf(": ") + 2)
                            : "Name or service not known");
        }
        if (e instanceof SocketTimeoutException) {
            return new Unreachable("Connection timed out");
        }
        return new Unreachable(OneLine.of(message));
    }

    private Answer ask(TextConnection connection) {
        String clientId = server.clientId().map(id -> ",client-id:" + id).orElse("");
        try {
            connection.send("lock,name:" + lockName + clientId);
            Optional<String> line = connection.readLine(ANSWER_TIMEOUT.toNanos());
            return line.map(l -> understand(connection, l))
                    .orElseGet(() -> new NoAnswer("no answer within " + ANSWER_TIMEOUT.toSeconds() + " s"));
        } catch (IOException e) {
            return new NoAnswer(OneLine.of(String.valueOf(e.getMessage())));
        }
    }

    private static Answer understand(TextConnection connection, String line) {
        String[] codeAndRest = line.split(",", 2);
        return switch (codeAndRest[0]) {
            case "ok" -> new Granted(connection);
            case "not-granted" -> new NotGranted(Optional.empty());
            case "err" ->
                new NotGranted(Optional.of(
                        codeAndRest.length == 1 ? "the server gave no reason" : OneLine.of(codeAndRest[1])));
            default -> new NoAnswer("unexpected answer '" + OneLine.of(line) + "'");
        };
    }
}
