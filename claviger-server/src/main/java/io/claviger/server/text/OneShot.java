package io.claviger.server.text;

import static io.claviger.server.text.LineWriter.ascii;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.OwnerKey;
import io.claviger.server.text.Request.Form;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The classic dialogue: one request per connection, and if that is a lock that is granted, the lock lives as long as the
 * connection.
 *
 * <p>Lines that come while a lock request waits are kept (up to {@link TextLimits#MAX_LINE} bytes) and answered after
 * it, in their order, as lines sent ahead of any answer are; so a {@code .keepalive} sent early is answered
 * {@code alive} after {@code ok}.
 */
final class OneShot implements Dialogue {
    private static final Logger log = LoggerFactory.getLogger(OneShot.class);
    private static final byte[] OK = ascii("ok");
    private static final byte[] NOT_GRANTED = ascii("not-granted");
    private static final byte[] RELEASED = ascii("released");
    private static final byte[] ALIVE = ascii("alive");
    private static final byte[] PONG = ascii("pong");
    private static final byte[] SESSION = ascii("session");
    private static final byte[] BAD_ACTION = ascii("bad-action");
    private static final byte[] BAD_REQUEST = ascii("bad-request");
    private static final byte[] NOT_HELD = ascii("err,not held");
    private static final byte[] OUTCOME_UNKNOWN = ascii("err,outcome unknown");
    private static final byte[] SHUTTING_DOWN = ascii("shutting-down");
    private static final byte[] SHUTDOWN_REFUSED = ascii("err,shutdown not allowed");

    /** Where the dialogue stands. */
    private enum State {
        /** Nothing was asked. */
        FIRST,
        /** An answer of the machine is on its way. */
        ASKING,
        /** The lock request is in the queue. */
        WAITING,
        /** The limit of its wait is over; it is being withdrawn. */
        WITHDRAWING,
        HOLDING,
        RENEWING,
        RELEASING,
        DONE
    }

    private final TextConnection connection;
    private State state = State.FIRST;
    private @Nullable LockRequest asked;
    private @Nullable TextSession session;
    private @Nullable Future<?> timer;
    private OwnerKey key = new OwnerKey(0, 0);
    private long token;
    private long sinceNanos;
    private String clientId = "";

    OneShot(TextConnection connection) {
        this.connection = connection;
    }

    @Override
    public boolean isBusy() {
        return state != State.FIRST && state != State.HOLDING;
    }

    @Override
    public boolean isWaiting() {
        return state == State.WAITING || state == State.WITHDRAWING;
    }

    @Override
    public void line(Request request) {
        if (state == State.HOLDING) {
            held(request);
        } else if (request.form() == Form.WELL_FORMED) {
            first(request);
        } else {
            log.warn("Received invalid request: '{}'", Shown.of(request.lineText()));
            finish(BAD_REQUEST);
        }
    }

    @Override
    public void inputEnded() {
        boolean keep = asked != null && asked.keepHalfClosed();
        if (state == State.FIRST) {
            log.info("Client disconnected before getting line.");
            connection.end();
        } else if (isWaiting() && !keep) {
            // Answered for a client that only ended its sending side; the end of the session withdraws the request.
            state = State.DONE;
            endSession(() -> notGranted());
        } else if (state == State.HOLDING && !keep) {
            log.info("ClientDisconnected: lock will be released: {}", shownLock());
            connection.end();
        }
    }

    @Override
    public void gone() {
        if (state == State.HOLDING && !connection.isEnding()) {
            log.info("ClientDisconnected: lock will be released: {}", shownLock());
        }
        state = State.DONE;
        stopTimer();
        endSession(() -> {});
    }

    private void first(Request request) {
        switch (request.action()) {
            case LOCK -> lock(request);
            case PING -> finish(PONG);
            case STATS -> stats();
            case SERVER_SHUTDOWN -> shutdown();
            case AUTH -> password();
            case SESSION -> {
                connection.answer(SESSION);
                connection.become(new SessionMode(connection, label(request)));
            }
            default -> {
                log.warn("Received invalid action: '{}'", Shown.of(request.lineText()));
                finish(BAD_ACTION);
            }
        }
    }

    /** Where no password is asked for, a client that has one is welcome. A second one is no first line. */
    private void password() {
        if (connection.front().password().isPresent()) {
            finish(BAD_ACTION);
        } else {
            connection.answer(OK);
        }
    }

    /** Well-formedness was never checked of a holder's lines, and a line that is no text does not cost it its lock. */
    private void held(Request request) {
        if (request.form() == Form.NOT_UTF8) {
            connection.answer(BAD_REQUEST);
            return;
        }
        switch (request.action()) {
            case RELEASE -> release();
            case KEEPALIVE -> keepAlive();
            default -> connection.answer(BAD_ACTION);
        }
    }

    private void lock(Request request) {
        LockRequest lock;
        try {
            lock = LockRequest.of(request);
        } catch (Refusal refusal) {
            log.warn("Received {}: '{}'", refusal.reason(), Shown.of(request.lineText()));
            finish(ascii("err," + refusal.reason()));
            return;
        }
        asked = lock;
        clientId = request.text(Param.CLIENT_ID);
        state = State.ASKING;
        TextSession opened = TextSession.open(connection, label(request), this::notice);
        session = opened;
        key = connection.tools().keys().next();
        opened.submit(lock.command(opened.origin(), key), reply -> asked(lock, reply));
    }

    private String label(Request request) {
        String id = request.text(Param.CLIENT_ID);
        return id.isEmpty() ? String.valueOf(connection.peer()) : id;
    }

    private void asked(LockRequest lock, Event.Reply reply) {
        if (reply instanceof Event.Granted granted) {
            granted(granted);
        } else if (reply instanceof Event.Queued) {
            state = State.WAITING;
            timer = connection.after(lock.waitNanos(), TimeUnit.NANOSECONDS, this::limitReached);
        } else if (reply instanceof Event.NotGranted) {
            notGranted();
        } else {
            finish(ascii("err," + Reasons.of(reply)));
        }
    }

    private void granted(Event.Granted granted) {
        LockRequest lock = asked;
        if (lock == null || state == State.DONE || state == State.HOLDING) {
            return;
        }
        stopTimer();
        state = State.HOLDING;
        token = granted.token();
        sinceNanos = System.nanoTime();
        connection.front().stats().acquired.increment();
        if (lock.info()) {
            LineWriter line = connection.line().add(OK);
            line.add(Words.TOKEN).add(token).add(Words.KEY).add(key).end();
        } else {
            connection.answer(OK);
        }
        log.info("Lock granted: {}", shownLock());
        connection.resume();
    }

    private void notGranted() {
        connection.front().stats().notAcquired.increment();
        log.info("Lock NOT granted: {}", asked == null ? "" : asked.name());
        finish(NOT_GRANTED);
    }

    /** The wait is over when the withdrawal has applied, so that no grant comes after the answer (S9). */
    private void limitReached() {
        TextSession open = session;
        if (state != State.WAITING || open == null) {
            return;
        }
        state = State.WITHDRAWING;
        timer = connection.after(TextLimits.OUTCOME_MILLIS, TimeUnit.MILLISECONDS, () -> finish(OUTCOME_UNKNOWN));
        open.submit(new Command.Withdraw(open.origin(), key), reply -> {
            if (reply instanceof Event.Granted granted) {
                granted(granted);
            } else if (state == State.WITHDRAWING) {
                notGranted();
            }
        });
    }

    private void release() {
        TextSession open = session;
        if (open == null) {
            return;
        }
        log.info("Releasing lock: {}", shownLock());
        state = State.RELEASING;
        open.submit(
                new Command.Release(open.origin(), key),
                reply -> finish(reply instanceof Event.Released ? RELEASED : NOT_HELD));
    }

    private void keepAlive() {
        TextSession open = session;
        if (open == null || asked == null || asked.leaseNanos() == 0) {
            connection.answer(ALIVE);
            return;
        }
        state = State.RENEWING;
        open.submit(new Command.Renew(open.origin(), key, 0), reply -> {
            if (state != State.RENEWING) {
                return;
            }
            if (reply instanceof Event.Renewed) {
                state = State.HOLDING;
                connection.answer(ALIVE);
                connection.resume();
            } else {
                finish(NOT_HELD);
            }
        });
    }

    private void notice(Event.Notice notice) {
        if (notice instanceof Event.Granted granted && isWaiting()) {
            granted(granted);
        } else if (notice instanceof Event.Lost lost) {
            lost(lost);
        } else if (notice instanceof Event.SessionEnded) {
            connection.end();
        }
    }

    /** The end of the connection is the end of the session, and so confirms a revocation. */
    private void lost(Event.Lost lost) {
        log.info("Lock lost ({}): {}", lost.reason(), shownLock());
        if (asked != null && asked.info()) {
            Words.lost(connection.line(), lost).end();
        }
        connection.end();
    }

    private void stats() {
        state = State.ASKING;
        connection
                .front()
                .statsLine()
                .whenComplete((json, failure) -> connection.onLoop(() -> {
                    if (failure == null) {
                        finish(ascii("stats," + json));
                    } else {
                        connection.drop("the server takes no questions");
                    }
                }));
    }

    private void shutdown() {
        if (!connection.front().allowsShutdown()
                || !connection.peer().getAddress().isLoopbackAddress()) {
            log.warn("Shutdown refused to {}", connection.peer());
            finish(SHUTDOWN_REFUSED);
            return;
        }
        state = State.DONE;
        connection.answer(SHUTTING_DOWN);
        connection.end(connection.front()::shutDown);
    }

    private void finish(byte[] answer) {
        connection.answer(answer);
        state = State.DONE;
        connection.end();
    }

    private void endSession(Runnable then) {
        stopTimer();
        if (session != null) {
            session.end(then);
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private String shownLock() {
        String name = asked == null ? "" : asked.name();
        long age = (System.nanoTime() - sinceNanos) / 1_000_000_000L;
        return "Lock: '" + Shown.of(name) + "', client-id: '" + Shown.of(clientId) + "', age: " + age;
    }
}
