package io.claviger.client;

import io.claviger.engine.OwnerKey;
import io.claviger.protocol.v1.ClientFrame;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.Verify;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a session sends: the commands that wait to leave, those that left and are not answered, and the frames that are made of
 * them. Numbers are given when a command first leaves; what is sent again keeps its number. Guarded by its owner.
 */
final class Outgoing {
    /**
     * Frames with commands that are on their way at once. While they are, what is asked for is collected for the next one, so
     * that many threads share a frame, and what it costs, instead of each having one of its own.
     */
    private static final int MAX_FRAMES_UNDER_WAY = 2;

    private static final int MAX_COMMANDS_PER_FRAME = 1_024;
    private static final int MAX_BYTES_PER_FRAME = 256 * 1024;
    private static final int MAX_KEYS_PER_VERIFY = 4_096;

    /** Is told which frame carries a heartbeat. */
    interface HeartbeatSent {
        void sent(long frame, Moment moment);
    }

    private final HeartbeatSent heartbeatSent;
    private final ArrayDeque<Ask> unsent = new ArrayDeque<>();
    private final ArrayDeque<Ask> resend = new ArrayDeque<>();
    private final ArrayDeque<Command> unnumbered = new ArrayDeque<>();
    private final Unanswered unanswered = new Unanswered();
    private final FrameTimes times = new FrameTimes();

    /** The highest number in each frame that is not answered yet. */
    private final ArrayDeque<Long> underWay = new ArrayDeque<>();

    private long frame;

    /** The number of the first command that leaves on this stream, if it has not left on an earlier one. */
    private long firstOfStream = 1;

    Outgoing(HeartbeatSent heartbeatSent) {
        this.heartbeatSent = heartbeatSent;
    }

    void add(Ask ask) {
        unsent.add(ask);
    }

    void addUnnumbered(Command command) {
        unnumbered.add(command);
    }

    /** Takes a command back that has never left. Returns whether it was so. */
    boolean takeBack(Ask ask) {
        return ask.sent == null && unsent.remove(ask);
    }

    // ------------------------------------------------------------------------------------------ frames

    /** Begins a frame with the next number. */
    ClientFrame.Builder begin(Moment now) {
        times.add(++frame, now);
        return ClientFrame.newBuilder().setNumber(frame).setAcknowledged(unanswered.floor());
    }

    /** On a new stream: what is held is asked after, and what was not answered is sent again. */
    void startOver(List<OwnerKey> held) {
        firstOfStream = unanswered.nextNumber();
        resend.clear();
        unnumbered.clear();
        resend.addAll(unanswered.all());
        for (int from = 0; from < held.size(); from += MAX_KEYS_PER_VERIFY) {
            Verify.Builder verify = Verify.newBuilder();
            for (OwnerKey key : held.subList(from, Math.min(held.size(), from + MAX_KEYS_PER_VERIFY))) {
                verify.addKeys(key.high()).addKeys(key.low());
            }
            unnumbered.add(Command.newBuilder().setVerify(verify).build());
        }
    }

    /** The stream was not let in, so nothing that first left on it was applied: it counts as not sent. */
    void streamRefused() {
        unanswered.all().stream().filter(ask -> ask.sequence >= firstOfStream).forEach(ask -> ask.sent = null);
    }

    boolean hasNext() {
        return !unnumbered.isEmpty() || !resend.isEmpty() || (!unsent.isEmpty() && takesUnsent());
    }

    private boolean takesUnsent() {
        return underWay.size() < MAX_FRAMES_UNDER_WAY && !unanswered.isFull();
    }

    /** Makes the next frame of what is there. */
    ClientFrame next(Moment now) {
        boolean fresh = takesUnsent();
        long newest = unanswered.nextNumber() - 1;
        ClientFrame.Builder next = begin(now);
        int bytes = 0;
        while (next.getCommandsCount() < MAX_COMMANDS_PER_FRAME && bytes < MAX_BYTES_PER_FRAME) {
            Command command = nextCommand(now, fresh);
            if (command == null) {
                break;
            }
            if (command.hasHeartbeat()) {
                heartbeatSent.sent(frame, now);
            }
            next.addCommands(command);
            bytes += command.getSerializedSize();
        }
        if (unanswered.nextNumber() - 1 > newest) {
            underWay.add(unanswered.nextNumber() - 1);
        }
        return next.build();
    }

    private @Nullable Command nextCommand(Moment now, boolean fresh) {
        Command plain = unnumbered.poll();
        if (plain != null) {
            return plain;
        }
        Ask again = resend.poll();
        if (again != null) {
            return again.command.build();
        }
        Ask first = fresh && !unanswered.isFull() ? unsent.poll() : null;
        if (first == null) {
            return null;
        }
        unanswered.add(first);
        first.sent = now;
        return first.command.setSequence(first.sequence).build();
    }

    /** Makes the frame that ends the session. */
    ClientFrame farewell() {
        return ClientFrame.newBuilder()
                .setNumber(++frame)
                .addCommands(Words.end(unanswered.nextNumber()))
                .build();
    }

    // ------------------------------------------------------------------------------------------ answers

    /** Takes out the command that is answered; nothing if it was answered before. */
    @Nullable
    Ask answered(long sequence) {
        Ask ask = unanswered.remove(sequence);
        while (!underWay.isEmpty() && underWay.getFirst() <= unanswered.floor()) {
            underWay.removeFirst();
        }
        return ask;
    }

    /** Returns when a frame was sent; nothing if it is not known any more. */
    @Nullable
    Moment timeOf(long clientFrame) {
        return times.of(clientFrame);
    }

    /** The server names no frame before this one any more. */
    void forgetTimesBefore(long clientFrame) {
        times.forgetBefore(clientFrame);
    }

    // ------------------------------------------------------------------------------------------ ends

    /**
     * Takes out what has been waiting to leave for too long, except what is to be kept.
     *
     * @return what the askers are to be told of, which may be kept all the same
     */
    List<Ask> takeStale(Predicate<Ask> isStale, Predicate<Ask> isKept) {
        List<Ask> stale = new ArrayList<>();
        for (Iterator<Ask> oldest = unsent.iterator(); oldest.hasNext(); ) {
            Ask ask = oldest.next();
            if (!isStale.test(ask)) {
                break;
            }
            boolean kept = isKept.test(ask);
            if (!kept) {
                oldest.remove();
            }
            if (!kept || !ask.command.hasWithdraw()) {
                stale.add(ask);
            }
        }
        return stale;
    }

    /** Forgets everything; numbers begin anew. Returns what was not answered, sent or not. */
    List<Ask> clear() {
        List<Ask> dropped = new ArrayList<>(unanswered.all());
        dropped.addAll(unsent);
        unsent.clear();
        resend.clear();
        unnumbered.clear();
        unanswered.clear();
        underWay.clear();
        times.clear();
        frame = 0;
        return dropped;
    }
}
