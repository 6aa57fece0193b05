package io.claviger.client;

import io.claviger.LossReason;
import io.claviger.client.Ask.Cause;
import io.claviger.engine.OwnerKey;
import io.claviger.protocol.v1.Attach;
import io.claviger.protocol.v1.ClientFrame;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.Event;
import io.claviger.protocol.v1.Heartbeat;
import io.claviger.protocol.v1.Open;
import io.claviger.protocol.v1.RefusalReason;
import io.claviger.protocol.v1.ServerFrame;
import io.claviger.protocol.v1.Verified;
import io.claviger.spi.TimeSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The session of a client, over as many streams as it takes.
 *
 * <p><b>Frames.</b> Commands are put into a queue by any thread; the loop makes frames of what it finds there, so that commands
 * asked for while a frame is on its way out leave together in the next one. Numbers are given when a command first leaves.
 *
 * <p><b>Broken streams.</b> The next stream attaches to the session, asks which grants are still held, and sends again, in the
 * same order and with the same numbers, what was not answered (S8). Requests that wait are asked for again under their keys.
 *
 * <p><b>Time.</b> A heartbeat keeps session and leases alive. What the server confirms counts from when the frame was sent that
 * carried it, never from when the answer came (S7); what comes with a new stream counts only when it is known what was lost
 * meanwhile. When the session's validity is over without a confirmation, the session is given up, and another one opened.
 *
 * <p>State is guarded by this object's monitor. Streams are used, and everybody is told, on the loop and outside the monitor.
 */
final class ClientSession {
    private final RemoteConfig config;
    private final TimeSource time;
    private final Connector connector;
    private final SessionOwner owner;
    private final Reconnection reconnection;
    private final Heart heart;
    private final long ttlNanos;

    /** All below are guarded by this. */
    private final Outgoing outgoing;

    private Connector.@Nullable Stream stream;
    private @Nullable Incoming incoming;
    private boolean ready;
    private boolean flushing;
    private long id;
    private long secretHigh;
    private long secretLow;
    private int attachment;

    /** Whether the server has let this stream in. */
    private boolean attached;

    private int unverified;
    private @Nullable Moment afterVerification;
    private Ask.@Nullable Failure ended;

    ClientSession(RemoteConfig config, TimeSource time, Connector connector, SessionOwner owner) {
        this.config = config;
        this.time = time;
        this.connector = connector;
        this.owner = owner;
        this.ttlNanos = config.sessionTtl().toNanos();
        this.heart = new Heart(this, time, ttlNanos);
        this.outgoing = new Outgoing(heart::sent);
        this.reconnection = new Reconnection(this, config, time, connector);
    }

    Reconnection reconnection() {
        return reconnection;
    }

    Heart heart() {
        return heart;
    }

    Moment now() {
        return Moment.now(time);
    }

    /** Asks for a command to be applied, once. */
    void submit(Command.Builder command, Ask.Answer answer) {
        submit(new Ask(command, answer, now()));
    }

    /** Asks for a command to be applied, once. The answer may come before this returns. */
    void submit(Ask ask) {
        Ask.Failure already;
        synchronized (this) {
            already = ended;
            if (already == null) {
                outgoing.add(ask);
                scheduleFlush();
            }
        }
        if (already != null) {
            ask.over = true;
            ask.answer.failed(already);
        }
    }

    /** Releases what nobody here wants. */
    void giveBack(OwnerKey unwanted) {
        submit(Commands.release(unwanted), Ask.NOBODY);
    }

    /** Takes a command back that has never been sent. Returns whether it was so. */
    synchronized boolean takeBack(Ask ask) {
        return outgoing.takeBack(ask);
    }

    /** Puts a heartbeat into the next frame. Returns false if there is no stream for it. */
    synchronized boolean heartbeat() {
        if (!ready) {
            return false;
        }
        outgoing.addUnnumbered(Command.newBuilder()
                .setHeartbeat(Heartbeat.getDefaultInstance())
                .build());
        scheduleFlush();
        return true;
    }

    // ------------------------------------------------------------------------------------------ out, on the loop

    /** Begins a stream to a server: opens a session, or attaches to the one that there is. */
    void connect(ServerAddress server) {
        Incoming listener = new Incoming();
        ClientFrame first;
        boolean attaching;
        synchronized (this) {
            if (ended != null || stream != null) {
                return;
            }
            attaching = id != 0;
            first = openingFrame();
            incoming = listener;
            attached = false;
            stream = connector.open(server, listener);
            stream.send(first);
            if (attaching) {
                List<OwnerKey> held = owner.held();
                unverified = held.size();
                outgoing.startOver(held);
                ready = true;
                scheduleFlush();
            }
        }
        if (attaching) {
            owner.attached();
        }
    }

    private ClientFrame openingFrame() {
        Moment now = now();
        afterVerification = now;
        ClientFrame.Builder first = outgoing.begin(now);
        if (id == 0) {
            return first.setOpen(Open.newBuilder().setTtlNanos(ttlNanos).setLabel(config.label()))
                    .build();
        }
        return first.setAttach(Attach.newBuilder()
                        .setSession(id)
                        .setSecretHigh(secretHigh)
                        .setSecretLow(secretLow)
                        .setAttachment(++attachment))
                .build();
    }

    private void scheduleFlush() {
        if (ready && !flushing && outgoing.hasNext()) {
            flushing = true;
            connector.execute(this::flush);
        }
    }

    private void flush() {
        while (true) {
            ClientFrame next;
            Connector.Stream to;
            synchronized (this) {
                to = stream;
                next = ready && to != null && outgoing.hasNext() ? outgoing.next(now()) : null;
                if (next == null || to == null) {
                    flushing = false;
                    return;
                }
            }
            to.send(next);
        }
    }

    // ------------------------------------------------------------------------------------------ in, on the loop

    /** What comes in on one stream; silent once another one has taken its place. */
    private final class Incoming implements Connector.Listener {
        @Override
        public void received(ServerFrame frame) {
            Moment before;
            synchronized (ClientSession.this) {
                if (incoming != this) {
                    return;
                }
                before = outgoing.timeOf(frame.getClientFrame());
                outgoing.forgetTimesBefore(frame.getClientFrame());
            }
            for (Event event : frame.getEventsList()) {
                if (!isCurrent()) {
                    return;
                }
                if (event.getSequence() != 0) {
                    answered(event);
                } else {
                    pushed(event, before);
                }
            }
        }

        @Override
        public void ended(Connector.Ending ending) {
            synchronized (ClientSession.this) {
                if (incoming != this) {
                    return;
                }
                detach();
            }
            streamEnded(ending);
        }

        private boolean isCurrent() {
            synchronized (ClientSession.this) {
                return incoming == this;
            }
        }
    }

    private void answered(Event event) {
        Ask ask;
        Moment sent;
        synchronized (this) {
            ask = outgoing.answered(event.getSequence());
            if (ask == null) {
                return;
            }
            sent = ask.sent == null ? now() : ask.sent;
            scheduleFlush();
        }
        if (!ask.over) {
            ask.over = true;
            ask.answer.answered(event, sent);
        }
    }

    private void pushed(Event event, @Nullable Moment before) {
        switch (event.getKindCase()) {
            case OPENED -> opened(event.getOpened().getSession(), event);
            case ATTACHED -> attachedAgain();
            case GRANTED ->
                owner.granted(
                        new OwnerKey(
                                event.getGranted().getKeyHigh(),
                                event.getGranted().getKeyLow()),
                        event.getGranted().getToken(),
                        before);
            case LOST ->
                owner.lost(
                        new OwnerKey(
                                event.getLost().getKeyHigh(), event.getLost().getKeyLow()),
                        Words.reason(event.getLost().getReason()));
            case HEARTBEAT_APPLIED -> confirmed(event.getHeartbeatApplied().getClientFrame());
            case VERIFIED -> verified(event.getVerified());
            case ENDED -> over(LossReason.SESSION_LOST);
            case REFUSED -> refused(event.getRefused().getReason());
            default -> {} // of a later version
        }
    }

    private void opened(long session, Event event) {
        Moment base;
        synchronized (this) {
            id = session;
            secretHigh = event.getOpened().getSecretHigh();
            secretLow = event.getOpened().getSecretLow();
            attachment = 1;
            attached = true;
            ready = true;
            base = afterVerification;
            afterVerification = null;
            scheduleFlush();
        }
        heart.start(base == null ? now() : base);
        reconnection.succeeded();
    }

    private void attachedAgain() {
        synchronized (this) {
            attached = true;
        }
        reconnection.succeeded();
        heart.beatAgain();
        confirmIfVerified();
    }

    private void verified(Verified answer) {
        for (int i = 0; i + 1 < answer.getNotHeldCount(); i += 2) {
            owner.lost(new OwnerKey(answer.getNotHeld(i), answer.getNotHeld(i + 1)), LossReason.REVOKED);
        }
        synchronized (this) {
            unverified -= answer.getAsked();
        }
        confirmIfVerified();
    }

    private void confirmed(long clientFrame) {
        heart.answered(clientFrame);
        synchronized (this) {
            Moment sent = outgoing.timeOf(clientFrame);
            if (sent != null) {
                afterVerification = sent;
            }
        }
        confirmIfVerified();
    }

    /** Before it is known what was lost while there was no stream, nothing that is held may be taken to be renewed. */
    private void confirmIfVerified() {
        Moment base;
        synchronized (this) {
            if (unverified > 0 || afterVerification == null) {
                return;
            }
            base = afterVerification;
            afterVerification = null;
        }
        heart.renewed(base);
    }

    private void refused(RefusalReason reason) {
        boolean open;
        synchronized (this) {
            open = id == 0;
            if (!attached) {
                outgoing.streamRefused();
            }
        }
        if (open) {
            reconnection.refusedForGood("the server refused to open a session: " + Words.describe(reason));
        } else {
            over(LossReason.SESSION_LOST);
        }
    }

    private void streamEnded(Connector.Ending ending) {
        boolean bound;
        synchronized (this) {
            bound = ttlNanos == 0 && id != 0;
        }
        heart.streamEnded();
        if (bound) {
            // The server has ended it, or will as soon as it notices.
            forgetAndTell(LossReason.SESSION_LOST);
        }
        reconnection.failed(ending);
    }

    // ------------------------------------------------------------------------------------------ ends

    /** Gives up a stream that does not answer. The session stays. */
    void dropStream(String why) {
        Connector.Stream dropped;
        synchronized (this) {
            dropped = stream;
            if (dropped == null) {
                return;
            }
            detach();
        }
        dropped.end();
        streamEnded(new Connector.Ending(false, why));
    }

    private void detach() {
        stream = null;
        incoming = null;
        ready = false;
    }

    /** The session is over. If there is a stream, the server is told; then another session is opened. */
    void over(LossReason reason) {
        Connector.Stream last;
        ClientFrame farewell;
        synchronized (this) {
            if (id == 0) {
                return;
            }
            last = stream;
            farewell = outgoing.farewell();
        }
        if (last != null) {
            if (reason != LossReason.SESSION_LOST) {
                last.send(farewell);
            }
            last.end();
        }
        forgetAndTell(reason);
        if (last == null) {
            owner.unreachable(
                    new Ask.Failure(Cause.UNREACHABLE, true, "no server could be reached: " + reconnection.trouble()));
        }
        reconnection.again();
    }

    private void forgetAndTell(LossReason reason) {
        List<Ask> dropped;
        synchronized (this) {
            dropped = forgetSession();
        }
        heart.stop();
        fail(dropped, Cause.SESSION_OVER, "the session is over: " + reason);
        owner.sessionOver(reason);
    }

    private List<Ask> forgetSession() {
        List<Ask> dropped = outgoing.clear();
        id = 0;
        attachment = 0;
        unverified = 0;
        afterVerification = null;
        detach();
        return dropped;
    }

    /**
     * Fails what has been waiting to be sent for longer than anybody wants to try. What gives something back is still done as
     * long as there is a session to give it back in: else it would be kept for as long as this client lives (L3).
     */
    void failStale(long limitNanos, String trouble) {
        List<Ask> stale;
        synchronized (this) {
            stale = outgoing.takeStale(
                    ask -> ask.asked.elapsedNanos(time) >= limitNanos, ask -> id != 0 && ask.givesBack());
        }
        fail(stale, Cause.UNREACHABLE, "no server could be reached: " + trouble);
    }

    /** Fails everything, now and from now on. */
    void end(Cause cause, String message) {
        List<Ask> dropped;
        Connector.Stream last;
        synchronized (this) {
            if (ended != null) {
                return;
            }
            ended = new Ask.Failure(cause, false, message);
            last = stream;
            dropped = forgetSession();
        }
        heart.stop();
        reconnection.stop();
        if (last != null) {
            connector.execute(last::end);
        }
        fail(dropped, cause, message);
        if (cause == Cause.REFUSED) {
            owner.sessionOver(LossReason.SESSION_LOST);
        }
    }

    synchronized boolean hasStream() {
        return stream != null;
    }

    synchronized boolean isReady() {
        return ready;
    }

    private static void fail(List<Ask> asks, Cause cause, String message) {
        for (Ask ask : asks) {
            if (!ask.over) {
                ask.over = true;
                ask.answer.failed(ask.failure(cause, message));
            }
        }
    }

    /** Returns how long the session is surely alive; {@link Long#MAX_VALUE} if it ends with its connection only. */
    long leftNanos() {
        return heart.leftNanos();
    }
}
