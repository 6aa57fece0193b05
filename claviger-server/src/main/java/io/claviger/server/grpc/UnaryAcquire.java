package io.claviger.server.grpc;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.protocol.v1.AcquireResponse;
import io.grpc.Status;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A single call that asks for permits: waits for the grant, for its limit or for its end, whichever comes first. Whatever
 * crosses, nothing stays behind that nobody knows of (S9, L5). Confined to the thread of the machine.
 */
final class UnaryAcquire {
    private final NativeSessions sessions;
    private final MachineLoop loop;
    private final UnaryReply<AcquireResponse> reply;
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

    UnaryAcquire(NativeSessions sessions, MachineLoop loop, UnaryReply<AcquireResponse> reply, long session) {
        this.sessions = sessions;
        this.loop = loop;
        this.reply = reply;
        this.session = session;
    }

    /** Asks. {@code waitNanos} limits the wait; {@link Long#MAX_VALUE} = no limit. */
    void start(Command.Acquire command, long waitNanos) {
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
    void granted(Event.Granted granted) {
        stopWaiting();
        if (state == State.CANCELLED) {
            giveBack();
        } else if (state != State.OVER && state != State.GRANTED) {
            state = State.GRANTED;
            reply.answer(AcquireResponse.newBuilder()
                    .setGranted(true)
                    .setToken(granted.token())
                    .setKey(key.text())
                    .setLeaseNanos(granted.leaseNanos())
                    .build());
        }
    }

    void sessionEnded() {
        end(Status.NOT_FOUND.withDescription("the session ended while the request waited; renew it meanwhile"));
    }

    void serverCloses() {
        end(Status.UNAVAILABLE.withDescription("the server is closing"));
    }

    /** The client broke the call off: it learns of no grant any more, so none may stay. */
    void cancelled() {
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
        UnaryAcquire older = sessions.await(session, key, this);
        if (older != null) {
            older.repeated();
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
                    reply.answer(AcquireResponse.getDefaultInstance());
                }
            });
        }
    }

    /** A newer call repeats this request and waits in its place. */
    private void repeated() {
        end(Status.ABORTED.withDescription("a newer call repeats this request and waits in its place"));
    }

    private void end(Status status) {
        if (state == State.WAITING) {
            stopWaiting();
            state = State.OVER;
            reply.fail(status);
        }
    }

    private void refused(Event.Reply answer) {
        if (answer instanceof Event.NotGranted) {
            reply.answer(AcquireResponse.getDefaultInstance());
        } else if (answer instanceof Event.Deadlock deadlock) {
            StringBuilder cycle = new StringBuilder("the wait would never end:");
            deadlock.cycle()
                    .forEach(wait -> cycle.append(" '")
                            .append(wait.actor())
                            .append("' waits for '")
                            .append(wait.name())
                            .append("';"));
            cycle.setLength(cycle.length() - 1);
            reply.fail(Status.FAILED_PRECONDITION.withDescription(cycle.toString()));
        } else {
            reply.refuse(answer);
        }
    }

    private void withdraw(Consumer<Event.Reply> then) {
        submit(new Command.Withdraw(Origin.unnumbered(session), key), then);
    }

    private void giveBack() {
        submit(new Command.Release(Origin.unnumbered(session), key), released -> {});
    }

    private void submit(Command command, Consumer<Event.Reply> then) {
        NativeSessions.pass(sessions.sequencer().submit(command), then, reply::unavailable);
    }

    private void stopWaiting() {
        sessions.forget(session, key, this);
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
