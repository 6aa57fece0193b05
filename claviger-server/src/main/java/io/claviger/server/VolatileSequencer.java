package io.claviger.server;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.Limits;
import io.claviger.engine.LockMachine;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import io.netty.util.concurrent.EventExecutor;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine on one thread and nothing else: no copy, no disk. A restart forgets all grants; only tokens protect older
 * holders then.
 *
 * <p>A command from the executor's own thread is applied at once and its stage is complete on return, unless something
 * is being told to a callback or an observer at that moment: then it is queued behind. Notices are told by a task of
 * their own, or just before the next command is applied, whichever comes first; so the caller sees its answer first,
 * and one task tells the notices of many commands.
 */
public final class VolatileSequencer implements Sequencer {
    /** How often the clock is read at least, so that time passes in an idle machine too: 250 ms. */
    static final long BEAT_NANOS = 250_000_000L;

    /** How far tokens and indices may run ahead of the wall clock, in their unit of microseconds, before a warning. */
    static final long MAX_AHEAD_MICROS = 60_000_000L;

    /** A quarter of the heap is for records at most. */
    private static final long HEAPS_PER_RECORD_ROOM = 4;

    private static final Logger log = LoggerFactory.getLogger(VolatileSequencer.class);
    private static final Command.Tick TICK = new Command.Tick();

    private final EventExecutor executor;
    private final LongSupplier monotonic;
    private final MachineClock clock;
    private final LockMachine machine;
    private final LongObjectMap<Consumer<Event.Notice>> observers = new LongObjectHashMap<>();
    private final ArrayDeque<Event.Notice> untold = new ArrayDeque<>();
    private final ArrayDeque<Runnable> queued = new ArrayDeque<>();
    private final Future<?> beat;
    private boolean busy;
    private boolean settleScheduled;
    private long timerNanos = Long.MAX_VALUE;
    private @Nullable Future<?> timer;
    private boolean ahead;
    private volatile boolean closed;

    /** Makes an empty machine that runs on the given thread. The executor stays the caller's. */
    public VolatileSequencer(EventExecutor executor) {
        this(executor, System::nanoTime);
    }

    VolatileSequencer(EventExecutor executor, LongSupplier monotonic) {
        this.executor = executor;
        this.monotonic = monotonic;
        this.clock = new MachineClock(monotonic);
        this.machine = new LockMachine(
                wallClockMicros(),
                new SecureRandom().nextLong(),
                recordRoom(Runtime.getRuntime().maxMemory()));
        this.beat = executor.scheduleAtFixedRate(this::beat, BEAT_NANOS, BEAT_NANOS, TimeUnit.NANOSECONDS);
    }

    /** Records must never take the memory that locks need: an end for want of memory would forget all of them. */
    static long recordRoom(long heapBytes) {
        return Math.min(Limits.MAX_RECORD_BYTES, heapBytes / HEAPS_PER_RECORD_ROOM);
    }

    @Override
    public CompletionStage<Event.Reply> submit(Command command) {
        if (closed) {
            return CompletableFuture.failedFuture(new RejectedExecutionException("the sequencer is closed"));
        }
        if (executor.inEventLoop() && !busy) {
            settle();
            return CompletableFuture.completedFuture(apply(command));
        }
        return later(() -> apply(command));
    }

    @Override
    public <T> CompletionStage<T> query(Function<LockMachine, T> question) {
        return later(() -> {
            apply(TICK);
            return question.apply(machine);
        });
    }

    @Override
    public void host(long session, Consumer<Event.Notice> observer) {
        onThread(() -> observers.put(session, observer));
    }

    @Override
    public void leave(long session) {
        onThread(() -> observers.remove(session));
    }

    @Override
    public void close() {
        closed = true;
        beat.cancel(false);
    }

    /** A piece of work whose result completes a stage in its turn. */
    private interface Work<T> {
        T run();
    }

    private <T> CompletionStage<T> later(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            onThread(() -> {
                queued.add(() -> run(work, result));
                settle();
            });
        } catch (RejectedExecutionException stopped) {
            result.completeExceptionally(stopped);
        }
        return result;
    }

    private <T> void run(Work<T> work, CompletableFuture<T> result) {
        if (closed) {
            result.completeExceptionally(new RejectedExecutionException("the sequencer is closed"));
            return;
        }
        T value;
        try {
            value = work.run();
        } catch (RuntimeException | Error broken) {
            log.error("A command failed", broken);
            result.completeExceptionally(broken);
            return;
        }
        result.complete(value);
    }

    private void onThread(Runnable action) {
        if (executor.inEventLoop()) {
            action.run();
        } else {
            executor.execute(action);
        }
    }

    /** Tells what is untold and runs what is queued, until neither is left. What this calls may queue more, never nest. */
    private void settle() {
        if (busy || (untold.isEmpty() && queued.isEmpty())) {
            return;
        }
        busy = true;
        try {
            while (true) {
                Event.Notice notice = untold.poll();
                if (notice != null) {
                    tell(notice);
                    continue;
                }
                Runnable next = queued.poll();
                if (next == null) {
                    return;
                }
                next.run();
            }
        } finally {
            busy = false;
            if (!untold.isEmpty() || !queued.isEmpty()) {
                scheduleSettle();
            }
        }
    }

    private void tell(Event.Notice notice) {
        Consumer<Event.Notice> observer = observers.get(notice.session());
        if (observer != null) {
            try {
                observer.accept(notice);
            } catch (RuntimeException broken) {
                // One broken observer must not keep the others from being told.
                log.error("An observer failed", broken);
            } catch (OutOfMemoryError full) {
                log.error("An observer failed for lack of memory: {}", full.getMessage());
            }
        }
    }

    private Event.Reply apply(Command command) {
        long now = clock.nowNanos();
        if (machine.nextTickNanos() <= now && command != TICK) {
            // Expiry first: a lease that ran out must not beat a renewal or an acquire that came later.
            step(now, TICK);
        }
        Event.Reply reply = step(now, command);
        armTimer(now);
        return reply;
    }

    private Event.Reply step(long now, Command command) {
        List<Event> events = machine.apply(machine.lastIndex() + 1, now, command);
        for (int i = 1; i < events.size(); i++) {
            untold.add((Event.Notice) events.get(i));
        }
        if (!untold.isEmpty() && !busy) {
            scheduleSettle();
        }
        return (Event.Reply) events.get(0);
    }

    private void scheduleSettle() {
        if (!settleScheduled && !executor.isShuttingDown()) {
            settleScheduled = true;
            executor.execute(() -> {
                settleScheduled = false;
                settle();
            });
        }
    }

    /** Wakes up for the next expiry. A timer that is too early is harmless: it arms the right one. */
    private void armTimer(long now) {
        long next = machine.nextTickNanos();
        if (next == Long.MAX_VALUE || closed) {
            return;
        }
        long due = monotonic.getAsLong() + Math.max(0, next - now);
        if (timer != null && timerNanos <= due) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerNanos = due;
        timer = executor.schedule(this::expire, Math.max(0, next - now), TimeUnit.NANOSECONDS);
    }

    private void expire() {
        timer = null;
        timerNanos = Long.MAX_VALUE;
        if (!closed) {
            queued.add(this::applyIfDue);
            settle();
        }
    }

    private void applyIfDue() {
        long now = clock.nowNanos();
        if (machine.nextTickNanos() <= now) {
            step(now, TICK);
        }
        armTimer(now);
    }

    private void beat() {
        clock.nowNanos();
        boolean nowAhead = Math.max(machine.lastIndex(), machine.lastToken()) - wallClockMicros() > MAX_AHEAD_MICROS;
        if (nowAhead && !ahead) {
            log.warn("Tokens or indices are more than 60 s ahead of the wall clock; was it set back?");
        }
        ahead = nowAhead;
    }

    private static long wallClockMicros() {
        return Math.max(1, System.currentTimeMillis() * 1000);
    }
}
