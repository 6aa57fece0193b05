package io.claviger.server.grpc;

import io.claviger.protocol.v1.Acquire;
import io.claviger.protocol.v1.Attach;
import io.claviger.protocol.v1.ClientFrame;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.Event;
import io.claviger.protocol.v1.Heartbeat;
import io.claviger.protocol.v1.Look;
import io.claviger.protocol.v1.Open;
import io.claviger.protocol.v1.Release;
import io.claviger.protocol.v1.ServerFrame;
import io.claviger.protocol.v1.Verify;
import io.claviger.protocol.v1.Withdraw;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The client's end of a stream, in memory. Keys are small numbers. */
final class FakeClient implements Outbound {
    static final long KEY_HIGH = 77;

    final List<ServerFrame> frames = new ArrayList<>();
    final NativeStream stream;
    boolean ready = true;
    int asked;

    @Nullable
    Ending ending;

    String reason = "";

    private final Runnable turn;

    /**
     * Makes a client.
     *
     * @param turn runs what was put off: answers leave at the end of a turn
     */
    FakeClient(NativeSessions sessions, Runnable turn) {
        stream = new NativeStream(sessions, this);
        this.turn = turn;
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public void send(ServerFrame frame) {
        if (ending != null) {
            throw new AssertionError("sent after the end: " + frame);
        }
        frames.add(frame);
    }

    @Override
    public void receive() {
        asked++;
    }

    @Override
    public void end(Ending newEnding, String newReason) {
        if (ending != null) {
            throw new AssertionError("ended twice: " + newReason);
        }
        ending = newEnding;
        reason = newReason;
    }

    void open(long ttlNanos, Command... commands) {
        openInTurn(ttlNanos, commands);
        turn.run();
    }

    /** Sends the first frame; its turn has not ended yet. */
    void openInTurn(long ttlNanos, Command... commands) {
        stream.frame(ClientFrame.newBuilder()
                .setNumber(1)
                .setOpen(Open.newBuilder().setTtlNanos(ttlNanos).setLabel("test"))
                .addAllCommands(List.of(commands))
                .build());
    }

    void attach(long number, Event opened, int attachment, Command... commands) {
        stream.frame(ClientFrame.newBuilder()
                .setNumber(number)
                .setAttach(Attach.newBuilder()
                        .setSession(opened.getOpened().getSession())
                        .setSecretHigh(opened.getOpened().getSecretHigh())
                        .setSecretLow(opened.getOpened().getSecretLow())
                        .setAttachment(attachment))
                .addAllCommands(List.of(commands))
                .build());
        turn.run();
    }

    void frame(long number, Command... commands) {
        frameInTurn(number, commands);
        turn.run();
    }

    void acknowledging(long number, long acknowledged, Command... commands) {
        stream.frame(ClientFrame.newBuilder()
                .setNumber(number)
                .setAcknowledged(acknowledged)
                .addAllCommands(List.of(commands))
                .build());
        turn.run();
    }

    /** Sends a frame whose turn has not ended yet. */
    void frameInTurn(long number, Command... commands) {
        stream.frame(ClientFrame.newBuilder()
                .setNumber(number)
                .addAllCommands(List.of(commands))
                .build());
    }

    /** Returns what came since this was last called. */
    List<Event> take() {
        List<Event> events =
                frames.stream().flatMap(frame -> frame.getEventsList().stream()).toList();
        frames.clear();
        return events;
    }

    /** Returns the kinds of what came, each with its sequence number, if it has one. */
    List<String> kinds() {
        return take().stream()
                .map(event -> (event.getSequence() == 0 ? "" : event.getSequence() + " ") + event.getKindCase())
                .toList();
    }

    static Command acquire(long sequence, String name, long key) {
        return command(
                sequence,
                Acquire.newBuilder().setName(name).setKeyHigh(KEY_HIGH).setKeyLow(key));
    }

    static Command command(long sequence, Acquire.Builder acquire) {
        return Command.newBuilder().setSequence(sequence).setAcquire(acquire).build();
    }

    static Command release(long sequence, long key) {
        return Command.newBuilder()
                .setSequence(sequence)
                .setRelease(Release.newBuilder().setKeyHigh(KEY_HIGH).setKeyLow(key))
                .build();
    }

    static Command withdraw(long sequence, long key) {
        return Command.newBuilder()
                .setSequence(sequence)
                .setWithdraw(Withdraw.newBuilder().setKeyHigh(KEY_HIGH).setKeyLow(key))
                .build();
    }

    static Command verify(long... keys) {
        Verify.Builder verify = Verify.newBuilder();
        for (long key : keys) {
            verify.addKeys(KEY_HIGH).addKeys(key);
        }
        return Command.newBuilder().setVerify(verify).build();
    }

    static Command look(long sequence, String name) {
        return Command.newBuilder()
                .setSequence(sequence)
                .setLook(Look.newBuilder().setName(name))
                .build();
    }

    static Command heartbeat() {
        return Command.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build();
    }
}
