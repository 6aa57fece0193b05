package io.claviger.client;

import io.claviger.ClavigerException;
import io.claviger.IndeterminateException;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.client.Ask.Cause;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.Event;
import io.claviger.protocol.v1.RefusalReason;
import io.claviger.spi.WriteGuard;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A write of a record, until it is answered. What never left is asked for again in the next session. What left, and was not
 * answered while its session lived, may have been done: another session cannot tell, so nobody asks there (K4).
 */
final class RecordWrite<T> implements Ask.Answer {
    private final ClientSession session;
    private final Command.Builder command;
    private final String key;
    private final Optional<WriteGuard> guard;
    private final Function<Event, T> reader;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();

    /**
     * Makes one that is not asked for yet.
     *
     * @param reader reads the answer, which is no refusal
     */
    RecordWrite(
            ClientSession session,
            Command.Builder command,
            String key,
            Optional<WriteGuard> guard,
            Function<Event, T> reader) {
        this.session = session;
        this.command = command;
        this.key = key;
        this.guard = guard;
        this.reader = reader;
    }

    CompletableFuture<T> ask() {
        session.submit(command, this);
        return outcome;
    }

    @Override
    public void answered(Event event, Moment sent) {
        if (event.hasRefused()) {
            outcome.completeExceptionally(refusal(event.getRefused().getReason()));
        } else {
            outcome.complete(reader.apply(event));
        }
    }

    private RejectedException refusal(RefusalReason reason) {
        if (reason == RefusalReason.REFUSAL_REASON_NOT_HOLDING && guard.isPresent()) {
            return guard.get().refused(key);
        }
        return new RejectedException("'" + key + "' was refused: " + Words.describe(reason));
    }

    @Override
    public void failed(Ask.Failure failure) {
        if (failure.sent()) {
            outcome.completeExceptionally(new IndeterminateException(
                    "'" + key + "' was perhaps changed, since no answer came: " + failure.message()));
        } else if (failure.cause() == Cause.SESSION_OVER) {
            ask();
        } else {
            outcome.completeExceptionally(notDone(failure));
        }
    }

    private ClavigerException notDone(Ask.Failure failure) {
        return failure.cause() == Cause.UNREACHABLE
                ? new UnavailableException("'" + key + "' was not changed: " + failure.message())
                : new RejectedException("'" + key + "' was not changed: " + failure.message());
    }
}
