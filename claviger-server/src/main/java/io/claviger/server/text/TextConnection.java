package io.claviger.server.text;

import static io.claviger.server.text.LineWriter.ascii;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of one connection: cuts lines, collects answers and writes them once per batch, bounds both directions, and
 * closes so that the last answer arrives. What the lines mean is the {@link Dialogue}'s business.
 *
 * <p>Everything runs on the connection's event loop. Lines are taken only in {@link #takeLines}, never while an observer
 * or an answer of another connection runs, since all connections of a loop share one {@link Request}.
 */
// What fails on a channel ends it, and its end comes to channelInactive; so the futures of Netty are not looked at.
@SuppressWarnings("FutureReturnValueIgnored")
final class TextConnection extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(TextConnection.class);
    private static final byte[] BAD_REQUEST = ascii("bad-request");
    private static final byte[] TOO_MANY = ascii("err,too many connections");

    private final TextFront front;
    private final LoopTools tools;
    private final Channel channel;
    private Dialogue dialogue;
    private @Nullable ByteBuf in;
    private @Nullable ByteBuf out;
    private int scanned;
    private int drained;
    private boolean inBatch;
    private boolean takingLines;
    private boolean flushScheduled;
    private boolean stalled;
    private boolean inputEnded;
    private boolean ending;
    private boolean answersWritten;
    private boolean closed;
    private @Nullable Future<?> stallTimer;

    TextConnection(TextFront front, LoopTools tools, Channel channel) {
        this.front = front;
        this.tools = tools;
        this.channel = channel;
        this.dialogue = new OneShot(this);
    }

    TextFront front() {
        return front;
    }

    LoopTools tools() {
        return tools;
    }

    InetSocketAddress peer() {
        return (InetSocketAddress) channel.remoteAddress();
    }

    void become(Dialogue next) {
        dialogue = next;
    }

    /** Runs the action on this connection's event loop: at once if that is where we are. */
    void onLoop(Runnable action) {
        if (channel.eventLoop().inEventLoop()) {
            guarded(action);
        } else {
            channel.eventLoop().execute(() -> guarded(action));
        }
    }

    Future<?> after(long delay, TimeUnit unit, Runnable action) {
        return channel.eventLoop().schedule(() -> guarded(action), delay, unit);
    }

    /** Begins an answer line; its end sends it soon. Not to be kept. */
    LineWriter line() {
        return tools.writer().begin(out());
    }

    private ByteBuf out() {
        ByteBuf buffer = out;
        if (buffer == null) {
            buffer = channel.alloc().ioBuffer(1024);
            out = buffer;
            if (!inBatch) {
                scheduleFlush();
            }
        }
        return buffer;
    }

    void answer(byte[] line) {
        if (!ending) {
            line().add(line).end();
        }
    }

    boolean isEnding() {
        return ending;
    }

    /** Goes on with lines that came while the dialogue was busy. */
    void resume() {
        if (!takingLines) {
            channel.eventLoop().execute(() -> guarded(this::takeLinesAndFlush));
        }
    }

    void end() {
        end(() -> {});
    }

    /**
     * Ends the connection after the answers given so far. We end our sending side, and read and discard for a while:
     * closing with unread input would reset the connection, and a reset may overtake the answer.
     */
    void end(Runnable afterAnswers) {
        if (ending) {
            return;
        }
        ending = true;
        dialogue.gone();
        releaseInput();
        ByteBuf last = out();
        out = null;
        channel.writeAndFlush(last).addListener((ChannelFutureListener) written -> {
            answersWritten = true;
            afterAnswers.run();
            linger();
        });
    }

    /** Closes at once: the peer is beyond answers. */
    void drop(String reason) {
        if (channel.isOpen()) {
            log.warn("Connection of {} dropped: {}", peer(), reason);
        }
        channel.close();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        front.password().ifPresent(password -> dialogue = new Gate(this, password));
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (!front.accepted(ctx.channel())) {
            log.warn("Connection of {} refused: there are too many", peer());
            answer(TOO_MANY);
            end();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (ending) {
            drain(bytes);
            return;
        }
        inBatch = true;
        ByteBuf earlier = in;
        if (earlier == null) {
            in = bytes;
        } else {
            try {
                earlier.writeBytes(bytes);
            } finally {
                bytes.release();
            }
        }
        takeLines();
        compact(earlier == null);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        inBatch = false;
        flush();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (TlsEvents.isInputEnd(event)) {
            inputEnded = true;
            if (answersWritten) {
                linger();
            } else if (!ending) {
                takeLinesAndFlush();
                if (event == ChannelInputShutdownEvent.INSTANCE) {
                    HalfClosed.watch(this, channel);
                }
            }
        }
    }

    /** A client that does not read its answers is not read from either, and is dropped if that goes on. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        stalled = !ctx.channel().isWritable();
        if (stallTimer != null) {
            stallTimer.cancel(false);
            stallTimer = null;
        }
        if (stalled) {
            stallTimer = after(
                    TextLimits.MAX_UNREAD_MILLIS, TimeUnit.MILLISECONDS, () -> drop("it does not read its answers"));
            ctx.channel().config().setAutoRead(false);
        } else if (!ending) {
            resume();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closed = true;
        ending = true;
        if (stallTimer != null) {
            stallTimer.cancel(false);
        }
        dialogue.gone();
        releaseInput();
        ReferenceCountUtil.release(out);
        out = null;
        front.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failed(cause);
    }

    /** What fails in a task of ours ends this connection, not the task of another that called us. */
    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error broken) {
            failed(broken);
        }
    }

    private void failed(Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            // Many connections may come here at once; a stack trace of each would help nobody.
            drop("there is no memory for it");
            return;
        }
        if (cause instanceof java.io.IOException || TlsEvents.isBrokenTls(cause)) {
            log.debug("Connection of {} broke: {}", peer(), cause.getMessage());
        } else {
            log.error("Connection of {} failed", peer(), cause);
        }
        channel.close();
    }

    private void takeLinesAndFlush() {
        if (!closed) {
            takeLines();
            ByteBuf rest = in;
            if (rest != null && !rest.isReadable()) {
                releaseInput();
            }
            flush();
        }
    }

    private void takeLines() {
        takingLines = true;
        try {
            while (!ending && !stalled && !dialogue.isBusy() && takeLine()) {
                if (out != null && out.readableBytes() > TextLimits.BATCH_BYTES) {
                    flush();
                }
            }
        } finally {
            takingLines = false;
        }
        if (ending || stalled) {
            return;
        }
        boundInput();
        if (inputEnded && !ending && (!dialogue.isBusy() || dialogue.isWaiting())) {
            dialogue.inputEnded();
        }
    }

    /** Takes one line if there is a whole one. */
    private boolean takeLine() {
        ByteBuf bytes = in;
        if (bytes == null) {
            return false;
        }
        int start = bytes.readerIndex();
        int end = bytes.indexOf(start + scanned, bytes.writerIndex(), (byte) '\n');
        if (end < 0) {
            scanned = bytes.readableBytes();
            return false;
        }
        scanned = 0;
        if (end - start > TextLimits.MAX_LINE) {
            refuseInput();
            return false;
        }
        tools.request().read(bytes, start, end - start);
        bytes.readerIndex(end + 1);
        dialogue.line(tools.request());
        return true;
    }

    /** Bounds what is kept: a line without end, and lines sent ahead of an answer. */
    private void boundInput() {
        int kept = in == null ? 0 : in.readableBytes();
        boolean tooMuch = kept > TextLimits.MAX_LINE;
        if (tooMuch && (!dialogue.isBusy() || dialogue.isWaiting())) {
            refuseInput();
        } else {
            channel.config().setAutoRead(!tooMuch);
        }
    }

    private void refuseInput() {
        log.warn("Connection of {} ended: more than {} bytes without an end", peer(), TextLimits.MAX_LINE);
        answer(BAD_REQUEST);
        end();
    }

    /** What is left of a batch goes to a buffer of its own, so that an idle connection does not pin a large one. */
    private void compact(boolean received) {
        ByteBuf bytes = in;
        if (bytes == null) {
            return;
        }
        if (!bytes.isReadable()) {
            releaseInput();
        } else if (received) {
            in = channel.alloc().buffer(bytes.readableBytes()).writeBytes(bytes);
            bytes.release();
        } else {
            bytes.discardSomeReadBytes();
        }
    }

    private void releaseInput() {
        // The loop of lines may be in the middle of it; it looks at `ending` before it goes on.
        ReferenceCountUtil.release(in);
        in = null;
        scanned = 0;
    }

    private void scheduleFlush() {
        if (!flushScheduled) {
            flushScheduled = true;
            channel.eventLoop().execute(() -> {
                flushScheduled = false;
                flush();
            });
        }
    }

    private void flush() {
        ByteBuf answers = out;
        if (answers != null) {
            out = null;
            channel.writeAndFlush(answers);
        }
    }

    private void linger() {
        if (closed) {
            return;
        }
        if (inputEnded) {
            channel.close();
            return;
        }
        if (channel instanceof DuplexChannel duplex && !duplex.isOutputShutdown()) {
            TlsEvents.endOutput(channel, duplex);
            duplex.config().setAutoRead(true);
            after(TextLimits.LINGER_MILLIS, TimeUnit.MILLISECONDS, channel::close);
        }
    }

    private void drain(ByteBuf bytes) {
        drained += bytes.readableBytes();
        bytes.release();
        if (drained > TextLimits.LINGER_BYTES) {
            channel.close();
        }
    }
}
