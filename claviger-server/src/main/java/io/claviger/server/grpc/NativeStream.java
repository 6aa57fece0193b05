package io.claviger.server.grpc;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.LockMachine;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.Rejection;
import io.claviger.engine.SessionKind;
import io.claviger.protocol.v1.Attach;
import io.claviger.protocol.v1.Attached;
import io.claviger.protocol.v1.ClientFrame;
import io.claviger.protocol.v1.Open;
import io.claviger.protocol.v1.Opened;
import io.claviger.protocol.v1.Refused;
import io.claviger.server.Sequencer;
import io.claviger.server.grpc.Outbound.Ending;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One session stream: applies the frames of a client in order, answers each in one frame, and pushes what happens to its
 * session meanwhile. There is no gRPC in it; {@code claviger/v1/claviger.proto} is its contract.
 *
 * <p><b>Order.</b> Answers and pushes leave in the order in which the machine did what they tell. Pushes are collected and
 * sent once per turn of the thread.
 *
 * <p><b>The client frame that a push names</b> (S7). A push may be caused by commands of the newest frame, and the machine
 * tells it later in the same turn. So a frame counts as applied before a push only from a turn after the one in which
 * its last command was applied.
 *
 * <p>Confined to the thread of its {@link NativeSessions}. Example, with a test's own {@code Outbound}:
 *
 * <pre>{@code
 * NativeStream stream = new NativeStream(new NativeSessions(sequencer, ids, secrets, turns), outbound);
 * stream.frame(ClientFrame.newBuilder().setNumber(1).setOpen(Open.newBuilder()).build()); // answers Opened
 * stream.gone();                                                                          // ends the session
 * }</pre>
 */
public final class NativeStream {
    private final NativeSessions sessions;
    private final Outbound out;
    private final Outbox outbox = new Outbox();
    private final Runnable flushTask = this::flushInTurn;
    private final Runnable raiseTask = this::raiseInTurn;
    private State state = State.NEW;

    /** The session: known once its opening was asked for. */
    private long session;

    private int attachment;
    private boolean connectionBound;
    private boolean opened;
    private boolean sessionEnded;

    /** The frame that is being applied, the next command in it, and the commands that are not answered yet. */
    private @Nullable ClientFrame frame;

    private int next;
    private int unanswered;
    private boolean asking;

    /** Whether a call is under way that sends at its end what it collected. */
    private boolean collecting;

    private boolean flushScheduled;
    private boolean mayReceive;

    /** The numbers of the newest frame that came, of the newest that is answered, and of the one that pushes may name. */
    private long received;

    private long answered;
    private long applied;
    private long raiseTo;
    private boolean raiseScheduled;

    /** How far it has come. */
    private enum State {
        NEW,
        OPENING,
        OPEN,
        OVER
    }

    /** Makes a stream whose client has not said anything yet. */
    public NativeStream(NativeSessions sessions, Outbound out) {
        this.sessions = sessions;
        this.out = out;
    }

    /**
     * Takes the next frame of the client: the first at any time, every other after {@link Outbound#receive()} asked for it.
     *
     * @throws IllegalStateException if the frame before is not answered yet: nothing was done
     */
    public void frame(ClientFrame newFrame) {
        if (state == State.OVER) {
            return;
        }
        if (frame != null) {
            throw new IllegalStateException("a frame that was not asked for");
        }
        String fault = FrameCheck.fault(newFrame, received);
        if (fault != null) {
            finish(Ending.INVALID, fault);
            return;
        }
        frame = newFrame;
        next = 0;
        mayReceive = false;
        collecting = true;
        if (received == 0) {
            applied = newFrame.getNumber() - 1;
            begin(newFrame);
        }
        received = newFrame.getNumber();
        advance();
        collecting = false;
        // Behind the notices that the frame has caused, so that its answers and they leave together.
        flushLater();
    }

    /** To be called when the outbound has become ready again. */
    public void ready() {
        outbox.sendReady(out);
        advance();
        flush();
    }

    /** The client has closed its side and reads the rest: ends as if it were gone, and then says so. */
    public void closed() {
        finish(Ending.DONE, "the client closed the stream");
    }

    /**
     * The client is gone. A session that is bound to this stream ends at once (L3); another lives on for its time to live.
     */
    public void gone() {
        if (state != State.OVER) {
            state = State.OVER;
            outbox.clear();
            letGo();
        }
    }

    void serverCloses() {
        finish(Ending.UNAVAILABLE, "the server is closing");
    }

    boolean isConnectionBound() {
        return connectionBound;
    }

    /** Takes what the machine tells about the session. */
    void notice(Event.Notice notice) {
        if (state == State.OVER) {
            return;
        }
        sessionEnded |= notice instanceof Event.SessionEnded;
        add(EventWriter.push(notice));
        if (!collecting) {
            flushLater();
        }
    }

    private void flushLater() {
        if (!flushScheduled) {
            flushScheduled = true;
            sessions.later(flushTask);
        }
    }

    private void begin(ClientFrame first) {
        state = State.OPENING;
        if (first.hasOpen()) {
            open(first.getOpen());
        } else {
            attach(first.getAttach());
        }
    }

    private void open(Open open) {
        OwnerKey secret = sessions.nextSecret();
        session = sessions.nextId();
        attachment = 1;
        connectionBound = open.getTtlNanos() == 0;
        sessions.attach(session, this);
        SessionKind kind = connectionBound ? SessionKind.CONNECTION : SessionKind.TIMED;
        Command command = new Command.OpenSession(session, kind, open.getTtlNanos(), secret, open.getLabel());
        Sequencer.pass(sessions.sequencer().submit(command), reply -> opened(reply, secret), this::failed);
    }

    private void opened(Event.Reply reply, OwnerKey secret) {
        if (reply instanceof Event.Rejected rejected) {
            refused(rejected.reason());
        } else if (state == State.OVER) {
            // Nobody has learned its secret, so nobody can ever attach to it.
            sessions.sequencer().submit(new Command.EndSession(origin()));
        } else {
            begun(io.claviger.protocol.v1.Event.newBuilder()
                    .setOpened(Opened.newBuilder()
                            .setSession(session)
                            .setSecretHigh(secret.high())
                            .setSecretLow(secret.low()))
                    .build());
        }
    }

    private void attach(Attach attach) {
        if (sessions.isBoundToStream(attach.getSession())) {
            // It ends with its own stream and never has another one.
            refused(Rejection.UNKNOWN_SESSION);
            return;
        }
        OwnerKey secret = new OwnerKey(attach.getSecretHigh(), attach.getSecretLow());
        Command command = new Command.AttachSession(attach.getSession(), secret, attach.getAttachment());
        Sequencer.pass(sessions.sequencer().submit(command), reply -> attached(reply, attach), this::failed);
    }

    private void attached(Event.Reply reply, Attach attach) {
        if (reply instanceof Event.Rejected rejected) {
            refused(rejected.reason());
            return;
        }
        if (state == State.OVER) {
            return;
        }
        session = attach.getSession();
        attachment = attach.getAttachment();
        NativeStream older = sessions.attach(session, this);
        if (older != null) {
            older.superseded();
        }
        begun(io.claviger.protocol.v1.Event.newBuilder()
                .setAttached(Attached.getDefaultInstance())
                .build());
    }

    private void begun(io.claviger.protocol.v1.Event answer) {
        state = State.OPEN;
        opened = true;
        add(answer);
        goOn();
    }

    private void refused(Rejection reason) {
        if (state == State.OVER) {
            return;
        }
        add(io.claviger.protocol.v1.Event.newBuilder()
                .setRefused(Refused.newBuilder().setReason(Refusals.reason(reason)))
                .build());
        finish(Ending.DONE, "the session was refused: " + reason);
    }

    /** Another stream has attached to the session: what was to be told here is told there, or asked for there (S4). */
    private void superseded() {
        state = State.OVER;
        outbox.clear();
        out.end(Ending.SUPERSEDED, "superseded: another stream has attached to the session");
    }

    /** Applies the commands of the frame from the next one on, as far as that goes without waiting. */
    private void advance() {
        ClientFrame now = frame;
        if (now == null || asking) {
            return;
        }
        while (state == State.OPEN && next < now.getCommandsCount()) {
            io.claviger.protocol.v1.Command wire = now.getCommands(next);
            if (!Questions.isOne(wire)) {
                next++;
                submit(wire, now);
                continue;
            }
            if (unanswered > 0 || outbox.hasFullFrame()) {
                // A question has no place in the order of commands, so neither may overtake the other. And its answer
                // may
                // be long: who does not read what was answered is answered no more for now.
                return;
            }
            next++;
            ask(Questions.read(wire, session));
            if (asking) {
                return;
            }
        }
        if (state == State.OPEN && unanswered == 0) {
            frameAnswered(now);
        }
    }

    private void submit(io.claviger.protocol.v1.Command wire, ClientFrame now) {
        Origin origin = new Origin(session, attachment, wire.getSequence(), now.getAcknowledged());
        CompletableFuture<Event.Reply> stage =
                sessions.sequencer().submit(CommandReader.read(wire, origin)).toCompletableFuture();
        if (stage.isDone() && !stage.isCompletedExceptionally()) {
            answer(wire, now, stage.join());
            return;
        }
        unanswered++;
        Sequencer.pass(
                stage,
                reply -> {
                    unanswered--;
                    if (state == State.OPEN) {
                        answer(wire, now, reply);
                        goOn();
                    }
                },
                this::failed);
    }

    private void answer(io.claviger.protocol.v1.Command wire, ClientFrame now, Event.Reply reply) {
        if (reply instanceof Event.SessionEnded) {
            sessionEnded = true;
            sessions.ended(session, this);
        }
        add(EventWriter.answer(wire.getKindCase(), wire.getSequence(), now.getNumber(), reply));
    }

    private void ask(Function<LockMachine, io.claviger.protocol.v1.Event> question) {
        CompletableFuture<io.claviger.protocol.v1.Event> stage =
                sessions.sequencer().query(question).toCompletableFuture();
        if (stage.isDone() && !stage.isCompletedExceptionally()) {
            add(stage.join());
            return;
        }
        asking = true;
        Sequencer.pass(
                stage,
                answer -> {
                    asking = false;
                    if (state == State.OPEN) {
                        add(answer);
                        goOn();
                    }
                },
                this::failed);
    }

    /** Goes on after an answer that came later; one that came at once is looked after by {@link #frame}. */
    private void goOn() {
        if (!collecting) {
            advance();
            flush();
        }
    }

    private void frameAnswered(ClientFrame now) {
        frame = null;
        answered = now.getNumber();
        mayReceive = true;
        if (!raiseScheduled) {
            scheduleRaise();
        }
    }

    private void scheduleRaise() {
        raiseScheduled = true;
        raiseTo = answered;
        sessions.later(raiseTask);
    }

    private void raiseInTurn() {
        raiseScheduled = false;
        applied = raiseTo;
        if (answered > raiseTo && state != State.OVER) {
            scheduleRaise();
        }
    }

    private void add(io.claviger.protocol.v1.Event event) {
        outbox.add(applied, event);
        if (outbox.hasFullFrame()) {
            outbox.sendReady(out);
            endIfTooSlow();
        } else if (outbox.isOverfull()) {
            endIfTooSlow();
        }
    }

    private void endIfTooSlow() {
        if (outbox.isOverfull()) {
            finish(
                    Ending.TOO_SLOW,
                    "the client does not read: more than " + GrpcLimits.MAX_WAITING_EVENTS + " events or "
                            + GrpcLimits.MAX_WAITING_BYTES + " bytes wait for it");
        }
    }

    private void flushInTurn() {
        flushScheduled = false;
        flush();
    }

    private void flush() {
        if (state == State.OVER) {
            return;
        }
        outbox.sendReady(out);
        if (sessionEnded && frame == null) {
            finish(Ending.DONE, "the session has ended");
        } else if (mayReceive && outbox.isEmpty() && out.isReady()) {
            mayReceive = false;
            out.receive();
        }
    }

    private void failed(Throwable failure) {
        finish(Ending.UNAVAILABLE, "the server takes no commands: " + failure.getMessage());
    }

    private void finish(Ending ending, String reason) {
        if (state == State.OVER) {
            return;
        }
        state = State.OVER;
        if (ending != Ending.TOO_SLOW) {
            outbox.sendAll(out);
        }
        outbox.clear();
        letGo();
        out.end(ending, reason);
    }

    private void letGo() {
        frame = null;
        if (opened && connectionBound && !sessionEnded) {
            sessions.sequencer().submit(new Command.EndSession(origin()));
            sessions.ended(session, this);
        }
        if (session != 0) {
            sessions.detach(session, this);
        }
    }

    private Origin origin() {
        return new Origin(session, attachment, 0, 0);
    }
}
