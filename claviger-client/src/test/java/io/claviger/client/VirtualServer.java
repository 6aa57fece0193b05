package io.claviger.client;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.LockMachine;
import io.claviger.server.Sequencer;
import io.claviger.spi.TimeSource;
import io.claviger.testkit.VirtualTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The machine in virtual time, on the loop of a test. */
final class VirtualServer implements Sequencer {
    /** The invariants are looked at after so many commands, and then, since it takes long, after one in some. */
    private static final long ALL_CHECKED = 2_000;

    private static final long ONE_IN = 500;

    private final VirtualTime time;
    private final Executor loop;
    private final Map<Long, Consumer<Event.Notice>> observers = new HashMap<>();
    private LockMachine machine;
    private long commands;
    private TimeSource.@Nullable Timer tick;

    VirtualServer(VirtualTime time, Executor loop) {
        this.time = time;
        this.loop = loop;
        this.machine = new LockMachine(1_000, 42);
    }

    /** Forgets everything, as a volatile server does when it is restarted. */
    void restart() {
        machine = new LockMachine(machine.lastIndex() + 1_000_000, 42);
        observers.clear();
    }

    LockMachine machine() {
        return machine;
    }

    @Override
    public CompletionStage<Event.Reply> submit(Command command) {
        List<Event> events = machine.apply(machine.lastIndex() + 1, time.nanoTime(), command);
        if (++commands < ALL_CHECKED || commands % ONE_IN == 0) {
            machine.checkInvariants();
        }
        for (Event event : events.subList(1, events.size())) {
            // Told later, as a real one does: the caller sees its answer first.
            loop.execute(() -> tell((Event.Notice) event));
        }
        scheduleTick();
        return CompletableFuture.completedFuture((Event.Reply) events.get(0));
    }

    private void tell(Event.Notice notice) {
        Consumer<Event.Notice> observer = observers.get(notice.session());
        if (observer != null) {
            observer.accept(notice);
        }
    }

    private void scheduleTick() {
        if (tick != null) {
            tick.cancel();
        }
        long next = machine.nextTickNanos();
        tick = next == Long.MAX_VALUE
                ? null
                : time.schedule(() -> loop.execute(() -> submit(new Command.Tick())), next - time.nanoTime());
    }

    @Override
    public void host(long session, Consumer<Event.Notice> observer) {
        observers.put(session, observer);
    }

    @Override
    public void leave(long session) {
        observers.remove(session);
    }

    @Override
    public <T> CompletionStage<T> query(Function<LockMachine, T> question) {
        // As the real one: what has ended by now is not seen, and what is left is counted from now.
        submit(new Command.Tick());
        return CompletableFuture.completedFuture(question.apply(machine));
    }

    @Override
    public void close() {}
}
