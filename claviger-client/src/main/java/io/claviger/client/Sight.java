package io.claviger.client;

import io.claviger.FencingToken;
import io.claviger.Holder;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.Look;
import io.claviger.protocol.v1.Looked;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The question who holds a name. */
final class Sight {
    private Sight() {}

    static CompletableFuture<List<Holder>> holders(ClientSession session, String name) {
        return new Question<>(
                        session,
                        "who holds '" + name + "'",
                        () -> Command.newBuilder().setLook(Look.newBuilder().setName(name)),
                        event -> event.getLooked().getHoldersList().stream()
                                .map(Sight::holder)
                                .toList())
                .ask();
    }

    private static Holder holder(Looked.Holder told) {
        Optional<String> actor = Optional.of(told.getActor()).filter(named -> !named.isEmpty());
        return new Holder(new FencingToken(told.getToken()), told.getPermits(), actor, told.getLabel());
    }
}
