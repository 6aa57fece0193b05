package io.claviger.server;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request for permits of a single call: waits for the grant, for its limit or for its end, whichever comes first.
 * Whatever crosses, nothing stays behind that nobody knows of (S9, L5). Confined to the thread of the machine.
 */
public final class Acquisition {
    private final Sequencer sequencer;
    private final MachineLoop loop;
    private final Waiters waiters;
    private final Outcome outcome;
    private final long session;

    /** The key of the request; that of the first sending if this is a repetition and the server chose the key. */
    private OwnerKey key = new OwnerKey(0, 0);

    private State state = State.ASKED;
    private @Nullable Future<?> timer;

    /** How far it has come. */
    private enum State {
        ASKED,
        WAITING,
        GRANTED,
        OVER,
        CANCELLED
    }

    /** Whom a session has to tell of grants. */
    public interface Waiters {
        /** Has a request told of the grant of its key. Returns the one that was told before, since a key is one request. */
        @Nullable
        Acquisition await(OwnerKey key, Acquisition request);

        /** Stops telling it. */
        void forget(OwnerKey key, Acquisition request);
    }

    /** What becomes of the request. One of these is called once, and none after {@link #cancelled()}. */
    public interface Outcome {
        /** The permits are there. */
        void granted(Event.Granted granted);

        /** The limit of waiting has passed, or the request would not wait. Nothing is left behind. */
        void notGranted();

        /** The machine refused it. Nothing is left behind. */
        void refused(Event.Reply answer);

        /** It does not wait any more. */
        void ended(Ending ending);

        /** The machine takes no commands. */
        void unavailable(Throwable failure);
    }

    /** Why a request waits no more. */
    public enum Ending {
        /** Its session has ended. */
        SESSION_ENDED,
        /** The server closes. */
        SERVER_CLOSES,
        /** A newer call repeats it and waits in its place. */
        REPEATED
    }

    /** Makes a request of a session that has not asked yet. */
    public Acquisition(Sequencer sequencer, MachineLoop loop, Waiters waiters, long session, Outcome outcome) {
        this.sequencer = sequencer;
        this.loop = loop;
        this.waiters = waiters;
        this.session = session;
        this.outcome = outcome;
    }

    /** Asks. {@code waitNanos} limits the wait; {@link Long#MAX_VALUE} = no limit. */
    public void start(Command.Acquire command, long waitNanos) {
        if (state == State.CANCELLED) {
            return;
        }
        key = command.key();
        submit(command, answer -> {
            if (answer instanceof Event.Queued queued) {
                queued(queued, waitNanos);
            } else if (answer instanceof Event.Granted granted) {
                key = granted.key();
                granted(granted);
            } else if (state == State.ASKED) {
                state = State.OVER;
                refused(answer);
            }
        });
    }

    /** The permits are there. */
    public void granted(Event.Granted granted) {
        stopWaiting();
        if (state == State.CANCELLED) {
            giveBack();
        } else if (state != State.OVER && state != State.GRANTED) {
            state = State.GRANTED;
            outcome.granted(granted);
        }
    }

    /** It is to wait no more, since its session or the server ends. */
    public void end(Ending ending) {
        if (state == State.WAITING) {
            stopWaiting();
            state = State.OVER;
            outcome.ended(ending);
        }
    }

    /** The client broke the call off: it learns of no grant any more, so none may stay. */
    public void cancelled() {
        State was = state;
        state = State.CANCELLED;
        stopWaiting();
        if (was == State.WAITING) {
            withdraw(answer -> {
                if (answer instanceof Event.Granted) {
                    giveBack();
                }
            });
        } else if (was == State.GRANTED) {
            giveBack();
        }
    }

    private void queued(Event.Queued queued, long waitNanos) {
        key = queued.key();
        if (state == State.CANCELLED) {
            state = State.WAITING;
            cancelled();
            return;
        }
        state = State.WAITING;
        Acquisition older = waiters.await(key, this);
        if (older != null) {
            older.end(Ending.REPEATED);
        }
        if (waitNanos != Long.MAX_VALUE) {
            timer = loop.executor().schedule(this::timeUp, waitNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void timeUp() {
        if (state == State.WAITING) {
            withdraw(answer -> {
                if (answer instanceof Event.Granted granted) {
                    granted(granted);
                } else if (state == State.WAITING) {
                    stopWaiting();
                    state = State.OVER;
                    outcome.notGranted();
                }
            });
        }
    }

    private void refused(Event.Reply answer) {
        if (answer instanceof Event.NotGranted) {
            outcome.notGranted();
        } else {
            outcome.refused(answer);
        }
    }

    private void withdraw(Consumer<Event.Reply> then) {
        submit(new Command.Withdraw(Origin.unnumbered(session), key), then);
    }

    private void giveBack() {
        submit(new Command.Release(Origin.unnumbered(session), key), released -> {});
    }

    private void submit(Command command, Consumer<Event.Reply> then) {
        Sequencer.pass(sequencer.submit(command), then, outcome::unavailable);
    }

    private void stopWaiting() {
        waiters.forget(key, this);
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
