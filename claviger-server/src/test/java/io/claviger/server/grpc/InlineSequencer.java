package io.claviger.server.grpc;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.LockMachine;
import io.claviger.server.Sequencer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The machine in virtual time on the thread of the test, told as the volatile server tells: answers at once, notices before
 * the next command or in a later turn. On demand answers come later too.
 */
final class InlineSequencer implements Sequencer {
    final LockMachine machine = new LockMachine(1_000, 42);

    /** How many questions were asked. */
    int queries;

    private final Map<Long, Consumer<Event.Notice>> observers = new HashMap<>();
    private final ArrayDeque<Event.Notice> untold = new ArrayDeque<>();
    private final ArrayDeque<Runnable> turns = new ArrayDeque<>();
    private long nowNanos;
    private boolean late;
    private boolean closed;

    /** From now on answers come in a turn of their own. */
    void answerLate() {
        late = true;
    }

    /** Lets time pass and runs what is due. */
    void pass(long nanos) {
        nowNanos += nanos;
        apply(new Command.Tick());
        turn();
    }

    /** Runs all that was put off to later turns. */
    void turn() {
        settle();
        while (!turns.isEmpty()) {
            turns.remove().run();
            settle();
        }
    }

    void later(Runnable task) {
        turns.add(task);
    }

    @Override
    public CompletionStage<Event.Reply> submit(Command command) {
        return when(() -> {
            settle();
            return apply(command);
        });
    }

    @Override
    public <T> CompletionStage<T> query(Function<LockMachine, T> question) {
        queries++;
        return when(() -> {
            settle();
            return question.apply(machine);
        });
    }

    @Override
    public void host(long session, Consumer<Event.Notice> observer) {
        observers.put(session, observer);
    }

    @Override
    public void leave(long session) {
        observers.remove(session);
    }

    boolean isHosted(long session) {
        return observers.containsKey(session);
    }

    @Override
    public void close() {
        closed = true;
    }

    private <T> CompletionStage<T> when(java.util.function.Supplier<T> work) {
        if (closed) {
            return CompletableFuture.failedFuture(new RejectedExecutionException("closed"));
        }
        if (!late) {
            return CompletableFuture.completedFuture(work.get());
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        turns.add(() -> result.complete(work.get()));
        return result;
    }

    private Event.Reply apply(Command command) {
        if (machine.nextTickNanos() <= nowNanos && !(command instanceof Command.Tick)) {
            apply(new Command.Tick());
        }
        List<Event> events = machine.apply(machine.lastIndex() + 1, nowNanos, command);
        machine.checkInvariants();
        events.subList(1, events.size()).forEach(event -> untold.add((Event.Notice) event));
        return (Event.Reply) events.get(0);
    }

    private void settle() {
        while (!untold.isEmpty()) {
            Event.Notice notice = untold.remove();
            Consumer<Event.Notice> observer = observers.get(notice.session());
            if (observer != null) {
                observer.accept(notice);
            }
        }
    }
}
