package io.claviger.server.text;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.Limits;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.SessionKind;
import io.claviger.server.Sequencer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The session of one connection. Brings answers and notices to the connection's event loop. */
final class TextSession {
    private final TextConnection connection;
    private final Sequencer sequencer;
    private final Origin origin;
    private boolean ended;

    private TextSession(TextConnection connection, Consumer<Event.Notice> observer, long id) {
        this.connection = connection;
        this.sequencer = connection.front().sequencer();
        this.origin = Origin.unnumbered(id);
        sequencer.host(
                id,
                notice -> onLoop(() -> {
                    if (!ended) {
                        observer.accept(notice);
                    }
                }));
    }

    static TextSession open(TextConnection connection, String label, Consumer<Event.Notice> observer) {
        long id = connection.front().nextSession();
        TextSession session = new TextSession(connection, observer, id);
        OwnerKey secret = connection.tools().keys().next();
        session.submit(new Command.OpenSession(id, SessionKind.CONNECTION, 0, secret, cut(label)), reply -> {});
        return session;
    }

    Origin origin() {
        return origin;
    }

    /** Submits a command and passes its answer on, unless the session was ended meanwhile. */
    void submit(Command command, Consumer<Event.Reply> then) {
        pass(sequencer.submit(command), reply -> {
            if (!ended) {
                then.accept(reply);
            }
        });
    }

    /** Ends the session and all that it holds; then runs the action. */
    void end(Runnable then) {
        if (ended) {
            return;
        }
        ended = true;
        pass(sequencer.submit(new Command.EndSession(origin)), reply -> then.run());
        sequencer.leave(origin.session());
    }

    private void pass(CompletionStage<Event.Reply> stage, Consumer<Event.Reply> then) {
        CompletableFuture<Event.Reply> future = stage.toCompletableFuture();
        if (future.isDone() && !future.isCompletedExceptionally()) {
            then.accept(future.join());
            return;
        }
        stage.whenComplete((reply, failure) -> onLoop(() -> {
            if (failure != null) {
                connection.drop("the server takes no commands: " + failure.getMessage());
            } else {
                then.accept(reply);
            }
        }));
    }

    private void onLoop(Runnable action) {
        connection.onLoop(action);
    }

    private static String cut(String label) {
        if (label.length() <= Limits.MAX_LABEL_LENGTH) {
            return label;
        }
        int end = Limits.MAX_LABEL_LENGTH;
        // Never through the middle of a character.
        return label.substring(0, Character.isHighSurrogate(label.charAt(end - 1)) ? end - 1 : end);
    }
}
