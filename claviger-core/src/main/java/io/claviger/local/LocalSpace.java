package io.claviger.local;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.LockMachine;
import io.claviger.engine.LockView;
import io.claviger.spi.Callbacks;
import io.claviger.spi.TimeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One machine shared by the threads of a JVM: the only concurrent class of this backend.
 *
 * <p>Commands are applied one at a time under a lock. Notices are put into a queue under the same lock, so they stand in
 * the machine's order, and are delivered outside it by one thread at a time, so that an observer may submit commands. A
 * command's own reply is returned at once and may overtake notices that are still in the queue.
 */
public final class LocalSpace {
    /** Is told what happens to a session. */
    public interface Observer {
        /**
         * Takes a notice.
         *
         * @param appliedNanos the space's clock when its command was applied: a grant counts from here, not from when
         *     this call happens
         */
        void observe(Event.Notice notice, long appliedNanos);
    }

    private record Delivery(Event.Notice notice, long appliedNanos) {}

    private final TimeSource time;
    private final LockMachine machine;
    private final long startNanos;
    private final ReentrantLock order = new ReentrantLock();
    private final Map<Long, Observer> observers = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Delivery> undelivered = new ConcurrentLinkedQueue<>();
    private final AtomicInteger deliveries = new AtomicInteger();

    /** The next tick, guarded by {@code order}, like the time for which it is set. */
    private TimeSource.@Nullable Timer tick;

    private long tickNanos = Long.MAX_VALUE;
    private long ticks;

    /**
     * Makes an empty space.
     *
     * @param start the number from which indices and tokens count up
     */
    public LocalSpace(TimeSource time, long start, long hashSeed) {
        this.time = time;
        this.machine = new LockMachine(start, hashSeed);
        this.startNanos = time.nanoTime();
    }

    /** Returns the clock and the timers of this space. */
    public TimeSource time() {
        return time;
    }

    /** Applies a command and returns its answer. Its notices have been delivered or are about to be. */
    public Event.Reply submit(Command command) {
        Event.Reply reply;
        order.lock();
        try {
            long appliedNanos = time.nanoTime();
            List<Event> events = machine.apply(machine.lastIndex() + 1, appliedNanos - startNanos, command);
            reply = (Event.Reply) events.get(0);
            for (Event event : events.subList(1, events.size())) {
                undelivered.add(new Delivery((Event.Notice) event, appliedNanos));
            }
            scheduleTick();
        } finally {
            order.unlock();
        }
        deliver();
        return reply;
    }

    /** Has an observer told the notices of a session, in order, by one thread at a time. It must not block. */
    public void host(long session, Observer observer) {
        observers.put(session, observer);
    }

    /** Tells nobody the notices of the session any more. */
    public void leave(long session) {
        observers.remove(session);
    }

    /** Looks at a name; see {@link LockMachine#lock}. */
    public Optional<LockView> look(String name, int maxWaiters) {
        order.lock();
        try {
            return machine.lock(name, maxWaiters);
        } finally {
            order.unlock();
        }
    }

    /** Lists the grants of a name; see {@link LockMachine#holders}. */
    public List<LockView.ClaimView> holders(String name, int limit) {
        order.lock();
        try {
            return machine.holders(name, limit);
        } finally {
            order.unlock();
        }
    }

    /** Asks the machine something, after what has ended by now is gone. The question must not keep the machine. */
    public <T> T query(Function<LockMachine, T> question) {
        submit(new Command.Tick());
        order.lock();
        try {
            return question.apply(machine);
        } finally {
            order.unlock();
        }
    }

    /** Returns the newest token or index, so that a later space may count on from it. */
    public long lastNumber() {
        order.lock();
        try {
            return Math.max(machine.lastToken(), machine.lastIndex());
        } finally {
            order.unlock();
        }
    }

    /** Checks the machine's invariants; see {@link LockMachine#checkInvariants}. */
    public void checkInvariants() {
        order.lock();
        try {
            machine.checkInvariants();
        } finally {
            order.unlock();
        }
    }

    private void scheduleTick() {
        long next = machine.nextTickNanos();
        if (next == tickNanos) {
            return;
        }
        if (tick != null) {
            tick.cancel();
        }
        tick = null;
        tickNanos = Long.MAX_VALUE;
        if (next != Long.MAX_VALUE) {
            long generation = ++ticks;
            tick = time.schedule(() -> tick(generation), next - (time.nanoTime() - startNanos));
            tickNanos = next;
        }
    }

    private void tick(long generation) {
        order.lock();
        try {
            // A timer that began just before it was cancelled must not touch its successor.
            if (generation != ticks) {
                return;
            }
            // This timer has run; without this, an unchanged next time would set no other.
            tick = null;
            tickNanos = Long.MAX_VALUE;
        } finally {
            order.unlock();
        }
        submit(new Command.Tick());
    }

    /** Whoever finds no one delivering does so, until nothing is left; the others leave their work to it. */
    private void deliver() {
        if (undelivered.isEmpty() || deliveries.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        while (seen != 0) {
            for (Delivery next = undelivered.poll(); next != null; next = undelivered.poll()) {
                Observer observer = observers.get(next.notice().session());
                if (observer != null) {
                    // One that fails must not keep the others from their notices (L1).
                    Delivery delivery = next;
                    Callbacks.runHere(() -> observer.observe(delivery.notice(), delivery.appliedNanos()));
                }
            }
            seen = deliveries.addAndGet(-seen);
        }
    }
}
