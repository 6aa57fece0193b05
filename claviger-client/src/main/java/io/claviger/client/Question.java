package io.claviger.client;

import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.client.Ask.Cause;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.Event;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** A question to the server, until it is answered. It changes nothing, so it may be asked in one session after another. */
final class Question<T> implements Ask.Answer {
    private final ClientSession session;
    private final String about;
    private final Supplier<Command.Builder> command;
    private final Function<Event, T> reader;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();

    /**
     * Makes one that is not asked yet.
     *
     * @param about what it is about, for messages
     * @param command makes the command anew each time
     * @param reader reads the answer, which is no refusal
     */
    Question(ClientSession session, String about, Supplier<Command.Builder> command, Function<Event, T> reader) {
        this.session = session;
        this.about = about;
        this.command = command;
        this.reader = reader;
    }

    CompletableFuture<T> ask() {
        session.submit(command.get(), this);
        return outcome;
    }

    @Override
    public void answered(Event event, Moment sent) {
        if (event.hasRefused()) {
            outcome.completeExceptionally(new RejectedException(
                    about + ": refused: " + Words.describe(event.getRefused().getReason())));
        } else {
            outcome.complete(reader.apply(event));
        }
    }

    @Override
    public void failed(Ask.Failure failure) {
        if (failure.cause() == Cause.SESSION_OVER) {
            ask();
        } else if (failure.cause() == Cause.UNREACHABLE) {
            outcome.completeExceptionally(new UnavailableException(about + ": " + failure.message()));
        } else {
            outcome.completeExceptionally(new RejectedException(failure.message()));
        }
    }
}
