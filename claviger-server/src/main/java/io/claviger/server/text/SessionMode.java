package io.claviger.server.text;

import static io.claviger.server.text.LineWriter.ascii;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.LossReason;
import io.claviger.engine.OwnerKey;
import io.claviger.server.text.Request.Form;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Session mode: many locks on one connection, requests in a pipeline, each with an id that its answer echoes.
 *
 * <ul>
 *   <li>{@code lock,name:N,id:X} with the optional wait, lease, size and permits: {@code ok,id:X,token:T,key:K} or
 *       {@code not-granted,id:X}. A request that waits answers once, when it is granted, cancelled or out of time.
 *   <li>{@code release,key:K,id:X}: {@code released,id:X}. The key alone decides; a name beside it is not looked at.
 *   <li>{@code refresh,key:K,id:X}: {@code refreshed,id:X}. {@code lease:S} gives the lease a new length; absent or 0 it
 *       keeps the one that it has.
 *   <li>{@code cancel,id:X} withdraws the waiting request X: {@code cancelled,id:X} is then its one answer. If the grant
 *       came first, it is released before that answer (S9).
 *   <li>{@code .ping,id:X}: {@code pong,id:X}; {@code .stats,id:X}: <code>stats,id:X,{JSON}</code>.
 *   <li>{@code lost,name:N,token:T,reason:R} comes by itself. A revoked lock is released when this line was given.
 * </ul>
 *
 * <p>Errors keep the connection open: {@code err,REASON,id:X}, without the id if there is none that may be echoed. The
 * id of a waiting request may not be used by another request until it is answered. The end of the client's sending side
 * ends the session.
 */
final class SessionMode implements Dialogue {
    private static final Logger log = LoggerFactory.getLogger(SessionMode.class);
    private static final byte[] OK = ascii("ok,id:");
    private static final byte[] NOT_GRANTED = ascii("not-granted,id:");
    private static final byte[] RELEASED = ascii("released,id:");
    private static final byte[] REFRESHED = ascii("refreshed,id:");
    private static final byte[] CANCELLED = ascii("cancelled,id:");
    private static final byte[] PONG = ascii("pong,id:");
    private static final byte[] STATS = ascii("stats,id:");
    private static final byte[] ERR = ascii("err,");
    private static final byte[] ID = ascii(",id:");

    private final TextConnection connection;
    private final TextStats stats;
    private final String label;
    private @Nullable TextSession session;

    /** Lock requests that are not answered yet, by id and by key. */
    private final Map<String, PendingLock> pendingById = new HashMap<>();

    private final Map<OwnerKey, PendingLock> pendingByKey = new HashMap<>();

    SessionMode(TextConnection connection, String label) {
        this.connection = connection;
        this.stats = connection.front().stats();
        this.label = label;
    }

    @Override
    public boolean isBusy() {
        return false;
    }

    @Override
    public boolean isWaiting() {
        return false;
    }

    @Override
    public void inputEnded() {
        connection.end();
    }

    @Override
    public void gone() {
        pendingById.values().forEach(PendingLock::abandon);
        pendingById.clear();
        pendingByKey.clear();
        if (session != null) {
            session.end(() -> {});
        }
    }

    @Override
    public void line(Request request) {
        if (request.form() == Form.NOT_UTF8) {
            refuse("bad-request");
            return;
        }
        byte[] id = request.bytes(Param.ID);
        String fault = fault(request, id);
        if (fault != null) {
            boolean echo = id.length != 0 && !fault.equals("invalid id");
            if (echo) {
                refuse(fault, id);
            } else {
                refuse(fault);
            }
            return;
        }
        try {
            act(request, id);
        } catch (Refusal refusal) {
            refuse(refusal.reason(), id);
        }
    }

    private @Nullable String fault(Request request, byte[] id) {
        if (id.length > TextLimits.MAX_ID && codePoints(id) > TextLimits.MAX_ID) {
            return "invalid id";
        }
        if (request.form() == Form.MALFORMED) {
            return "bad-request";
        }
        if (id.length == 0) {
            return "missing id";
        }
        boolean duplicate = request.action() != Action.CANCEL && !pendingById.isEmpty() && pending(id) != null;
        return duplicate ? "duplicate id" : null;
    }

    private void act(Request request, byte[] id) throws Refusal {
        switch (request.action()) {
            case LOCK -> lock(LockRequest.of(request), id);
            case RELEASE -> release(keyOf(request), id);
            case REFRESH -> refresh(keyOf(request), request.nanos(Param.LEASE, 0), id);
            case CANCEL -> cancel(id);
            case PING -> answer(PONG, id);
            case STATS -> stats(id);
            default -> refuse("bad-action", id);
        }
    }

    private void lock(LockRequest lock, byte[] id) throws Refusal {
        if (pendingById.size() >= TextLimits.MAX_WAITING) {
            throw new Refusal("too many waiting");
        }
        TextSession open = session();
        PendingLock pending =
                new PendingLock(this, id, connection.tools().keys().next(), lock.waitNanos());
        open.submit(lock.command(open.origin(), pending.key()), pending::asked);
        if (!pending.isAnswered()) {
            pendingById.put(text(id), pending);
            pendingByKey.put(pending.key(), pending);
        }
    }

    private void release(OwnerKey key, byte[] id) {
        TextSession open = session();
        open.submit(new Command.Release(open.origin(), key), reply -> {
            if (reply instanceof Event.Released) {
                answer(RELEASED, id);
            } else {
                refuse(Reasons.of(reply), id);
            }
        });
    }

    private void refresh(OwnerKey key, long leaseNanos, byte[] id) {
        TextSession open = session();
        open.submit(new Command.Renew(open.origin(), key, leaseNanos), reply -> {
            if (reply instanceof Event.Renewed) {
                answer(REFRESHED, id);
            } else {
                refuse(Reasons.of(reply), id);
            }
        });
    }

    private void cancel(byte[] id) {
        PendingLock pending = pending(id);
        if (pending == null) {
            refuse("not waiting", id);
        } else {
            pending.cancel();
        }
    }

    private void stats(byte[] id) {
        connection
                .front()
                .statsLine()
                .whenComplete((json, failure) -> connection.onLoop(() -> {
                    if (failure != null) {
                        connection.drop("the server takes no questions");
                    } else if (!connection.isEnding()) {
                        connection.line().add(STATS).add(id).add(",").add(json).end();
                    }
                }));
    }

    private void notice(Event.Notice notice) {
        if (notice instanceof Event.Granted granted) {
            PendingLock pending = pendingByKey.get(granted.key());
            if (pending != null) {
                pending.grantedAtLast(granted);
            }
        } else if (notice instanceof Event.Lost lost) {
            lost(lost);
        } else if (notice instanceof Event.SessionEnded) {
            connection.end();
        }
    }

    private void lost(Event.Lost lost) {
        log.info("Lock lost ({}): Lock: '{}', client-id: '{}'", lost.reason(), lost.name(), Shown.of(label));
        Words.lost(connection.line(), lost).end();
        if (lost.reason() == LossReason.REVOKED) {
            giveBack(lost.key(), () -> {});
        }
    }

    /** Releases a grant that nobody wants, then goes on. */
    void giveBack(OwnerKey key, Runnable then) {
        TextSession open = session();
        open.submit(new Command.Release(open.origin(), key), reply -> then.run());
    }

    /** Takes back a waiting request, then goes on with the answer. */
    void withdraw(OwnerKey key, java.util.function.Consumer<Event.Reply> then) {
        TextSession open = session();
        open.submit(new Command.Withdraw(open.origin(), key), then);
    }

    TextConnection connection() {
        return connection;
    }

    void forget(PendingLock pending) {
        if (!pendingByKey.isEmpty() && pendingByKey.remove(pending.key()) != null) {
            pendingById.remove(text(pending.id()));
        }
    }

    void granted(Event.Granted granted, byte[] id) {
        stats.acquired.increment();
        if (log.isDebugEnabled()) {
            log.debug("Lock granted: Lock: '{}', client-id: '{}'", granted.name(), Shown.of(label));
        }
        LineWriter line = connection.line().add(OK).add(id);
        line.add(Words.TOKEN)
                .add(granted.token())
                .add(Words.KEY)
                .add(granted.key())
                .end();
    }

    void notGranted(byte[] id) {
        stats.notAcquired.increment();
        answer(NOT_GRANTED, id);
    }

    void cancelled(byte[] id) {
        answer(CANCELLED, id);
    }

    void refuse(String reason, byte[] id) {
        connection.line().add(ERR).add(reason).add(ID).add(id).end();
    }

    private void refuse(String reason) {
        connection.line().add(ERR).add(reason).end();
    }

    private void answer(byte[] word, byte[] id) {
        connection.line().add(word).add(id).end();
    }

    private TextSession session() {
        TextSession open = session;
        if (open == null) {
            open = TextSession.open(connection, label, this::notice);
            session = open;
        }
        return open;
    }

    private @Nullable PendingLock pending(byte[] id) {
        return pendingById.get(text(id));
    }

    private static OwnerKey keyOf(Request request) throws Refusal {
        OwnerKey key = request.key();
        if (key == null) {
            throw Request.invalid(Param.KEY);
        }
        return key;
    }

    private static String text(byte[] id) {
        return new String(id, StandardCharsets.UTF_8);
    }

    private static int codePoints(byte[] utf8) {
        int count = 0;
        for (byte b : utf8) {
            count += (b & 0xc0) == 0x80 ? 0 : 1;
        }
        return count;
    }
}
