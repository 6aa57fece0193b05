package io.claviger.server;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.LockMachine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The one seam between the fronts and the machine: it puts the commands of all fronts into one order, applies them, and
 * tells the sessions hosted here what happened to them.
 *
 * <p><b>Blocks.</b> Nothing here blocks.
 *
 * <p><b>Order.</b> Commands submitted by one thread are applied in the order of the calls. Replies and notices come in
 * the order of the steps: first the reply of a step, then its notices, then the reply of the next step. A stage that is
 * complete when {@link #submit} returns counts as told at that moment. Callbacks of stages and observers may submit
 * commands; these are applied after everything that was told before.
 *
 * <p>Thread-safe.
 */
public interface Sequencer extends AutoCloseable {

    /**
     * Applies a command in its turn.
     *
     * @return the answer; fails with {@link java.util.concurrent.RejectedExecutionException} if the sequencer is closed,
     *     and then the command has done nothing
     */
    CompletionStage<Event.Reply> submit(Command command);

    /**
     * Hosts a session: from now on its notices go to the observer, on a thread of the sequencer. To be called before the
     * command that opens the session.
     */
    void host(long session, Consumer<Event.Notice> observer);

    /** Stops telling about a session. Does not end it. */
    void leave(long session);

    /**
     * Reads the machine between two commands, with its time brought up to now. The function must neither change the
     * machine nor keep it.
     */
    <T> CompletionStage<T> query(Function<LockMachine, T> question);

    /** Refuses all further commands. Closing twice is harmless. */
    @Override
    void close();

    /** Passes on the answer to a command or question, at once if it is there already, which costs no callback. */
    static <T> void pass(CompletionStage<T> stage, Consumer<T> then, Consumer<Throwable> failed) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        if (future.isDone() && !future.isCompletedExceptionally()) {
            then.accept(future.join());
            return;
        }
        stage.whenComplete((value, failure) -> {
            if (failure != null) {
                failed.accept(failure);
            } else {
                then.accept(value);
            }
        });
    }
}
