package io.claviger.client;

import io.claviger.FencingToken;
import io.claviger.Holder;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.client.Ask.Cause;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.Event;
import io.claviger.protocol.v1.Look;
import io.claviger.protocol.v1.Looked;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The question who holds a name, until it is answered. It changes nothing, so it may be asked in one session after another. */
final class Sight implements Ask.Answer {
    private final ClientSession session;
    private final String name;
    private final CompletableFuture<List<Holder>> outcome = new CompletableFuture<>();

    Sight(ClientSession session, String name) {
        this.session = session;
        this.name = name;
    }

    CompletableFuture<List<Holder>> outcome() {
        return outcome;
    }

    void ask() {
        session.submit(Command.newBuilder().setLook(Look.newBuilder().setName(name)), this);
    }

    @Override
    public void answered(Event event, Moment sent) {
        if (event.hasLooked()) {
            outcome.complete(event.getLooked().getHoldersList().stream()
                    .map(Sight::holder)
                    .toList());
        } else {
            outcome.completeExceptionally(new RejectedException("who holds '" + name + "' was refused: "
                    + Words.describe(event.getRefused().getReason())));
        }
    }

    @Override
    public void failed(Ask.Failure failure) {
        if (failure.cause() == Cause.SESSION_OVER) {
            ask();
        } else if (failure.cause() == Cause.UNREACHABLE) {
            outcome.completeExceptionally(new UnavailableException("'" + name + "': " + failure.message()));
        } else {
            outcome.completeExceptionally(new RejectedException(failure.message()));
        }
    }

    private static Holder holder(Looked.Holder told) {
        Optional<String> actor = Optional.of(told.getActor()).filter(named -> !named.isEmpty());
        return new Holder(new FencingToken(told.getToken()), told.getPermits(), actor, told.getLabel());
    }
}
