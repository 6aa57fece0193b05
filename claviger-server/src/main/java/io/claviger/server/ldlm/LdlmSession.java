package io.claviger.server.ldlm;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.Limits;
import io.claviger.engine.LockMachine;
import io.claviger.engine.LossReason;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.SessionKind;
import io.claviger.protocol.ldlm.Error;
import io.claviger.protocol.ldlm.LockRequest;
import io.claviger.protocol.ldlm.LockResponse;
import io.claviger.protocol.ldlm.RenewRequest;
import io.claviger.protocol.ldlm.TryLockRequest;
import io.claviger.protocol.ldlm.UnlockRequest;
import io.claviger.protocol.ldlm.UnlockResponse;
import io.claviger.server.Acquisition;
import io.claviger.server.Sequencer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session of LDLM: a gRPC connection or a REST session. It owns the locks that are taken through it; any session may
 * unlock or renew any lock whose name and key it knows.
 *
 * <p>Confined to the thread of the machine. Every call is answered once, by its {@link LdlmReply}; the order of checks and
 * the texts are LDLM's. Locks are served first in, first out (L2), a request that is broken off is never granted (S9).
 */
public final class LdlmSession {
    private final LdlmSessions all;
    private final String label;
    private final SessionLog log;
    private final Map<OwnerKey, Acquisition> waiting = new HashMap<>();
    private State state = State.NEW;
    private Origin origin = Origin.unnumbered(0);

    /** How far it has come: it exists for the machine while it is open, and longer if its locks outlive it. */
    private enum State {
        NEW,
        OPEN,
        ENDED
    }

    /** What is asked for, in the machine's units. */
    private record Acquire(String name, int size, long leaseNanos, long waitNanos, boolean queueing) {}

    /** How a name and a key stand to each other. */
    private enum Match {
        /** Nobody holds the name. */
        FREE,
        /** Somebody holds it, but not under this key. */
        OTHER_KEY,
        /** It is held under this key, without a lease. */
        HELD,
        /** It is held under this key, with a lease. */
        LEASED
    }

    LdlmSession(LdlmSessions all, String label) {
        this.all = all;
        this.label = label;
        this.log = new SessionLog(label);
    }

    /**
     * Locks, and waits for that. A wait of 0 or none is without limit.
     *
     * @return what is to be told if the caller breaks off the call
     */
    public Acquisition lock(LockRequest request, LdlmReply<LockResponse> reply) {
        long wait = request.getWaitTimeoutSeconds();
        Acquire asked = new Acquire(
                request.getName(),
                request.hasSize() ? request.getSize() : 1,
                TimeUnit.SECONDS.toNanos(request.getLockTimeoutSeconds()),
                wait == 0 ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(wait),
                true);
        return acquire(asked, logged("Lock", asked.name(), reply));
    }

    /** Locks if that is possible at once; else {@code locked} is false, without an error. */
    public Acquisition tryLock(TryLockRequest request, LdlmReply<LockResponse> reply) {
        Acquire asked = new Acquire(
                request.getName(),
                request.hasSize() ? request.getSize() : 1,
                TimeUnit.SECONDS.toNanos(request.getLockTimeoutSeconds()),
                0,
                false);
        return acquire(asked, logged("TryLock", asked.name(), reply));
    }

    /** Unlocks what is held under this name and key, by whatever session. */
    public void unlock(UnlockRequest request, LdlmReply<UnlockResponse> reply) {
        unlockNow(request, logged("Unlock", request.getName(), reply));
    }

    private void unlockNow(UnlockRequest request, LdlmReply<UnlockResponse> reply) {
        String name = request.getName();
        match(name, request.getKey(), reply, (match, key) -> {
            if (match == Match.FREE) {
                reply.answer(LdlmAnswers.notUnlocked(name, LdlmAnswers.NO_SUCH_LOCK));
            } else if (match == Match.OTHER_KEY) {
                reply.answer(LdlmAnswers.notUnlocked(name, LdlmAnswers.INVALID_KEY));
            } else {
                submit(new Command.Release(origin, key), reply, answer -> {
                    if (answer instanceof Event.Released) {
                        reply.answer(LdlmAnswers.unlocked(name));
                    } else if (answer instanceof Event.NotHeld) {
                        // It ended since we looked; the second look tells how the name stands now.
                        unlockNow(request, reply);
                    } else {
                        reply.answer(LdlmAnswers.notUnlocked(name, LdlmAnswers.refusal(answer)));
                    }
                });
            }
        });
    }

    /** Restarts the lock timeout of what is held under this name and key. What is held without one gets none. */
    public void renew(RenewRequest request, LdlmReply<LockResponse> reply) {
        renewNow(request, logged("Renew", request.getName(), reply));
    }

    private void renewNow(RenewRequest request, LdlmReply<LockResponse> reply) {
        String name = request.getName();
        if (request.getLockTimeoutSeconds() <= 0) {
            reply.answer(LdlmAnswers.notLocked(name, LdlmAnswers.LOCK_TIMEOUT));
            return;
        }
        long leaseNanos = TimeUnit.SECONDS.toNanos(request.getLockTimeoutSeconds());
        match(name, request.getKey(), reply, (match, key) -> {
            if (match != Match.LEASED) {
                reply.answer(LdlmAnswers.notLocked(name, LdlmAnswers.NOT_RENEWED));
                return;
            }
            submit(new Command.Renew(origin, key, leaseNanos), reply, answer -> {
                if (answer instanceof Event.Renewed renewed) {
                    reply.answer(LdlmAnswers.renewed(name, renewed));
                } else {
                    boolean lost = answer instanceof Event.NotHeld;
                    reply.answer(
                            LdlmAnswers.notLocked(name, lost ? LdlmAnswers.NOT_RENEWED : LdlmAnswers.refusal(answer)));
                }
            });
        });
    }

    /**
     * The client is gone. Requests that wait are withdrawn; locks are unlocked, unless the server keeps them. A second call
     * does nothing.
     *
     * @param then runs when that has been done
     */
    public void end(Runnable then) {
        State was = state;
        state = State.ENDED;
        if (was != State.OPEN) {
            then.run();
            return;
        }
        all.closed(this);
        logEnd();
        List.copyOf(waiting.values()).forEach(Acquisition::cancelled);
        waiting.clear();
        if (all.isKeeping()) {
            all.detach(this);
            then.run();
        } else {
            endNow(then);
        }
    }

    long id() {
        return origin.session();
    }

    /** Ends it for the machine too. */
    void endNow(Runnable then) {
        Sequencer.pass(
                all.sequencer().submit(new Command.EndSession(origin)), ended -> then.run(), closing -> then.run());
        all.sequencer().leave(id());
    }

    void serverCloses() {
        List.copyOf(waiting.values()).forEach(request -> request.end(Acquisition.Ending.SERVER_CLOSES));
    }

    private Acquisition acquire(Acquire asked, LdlmReply<LockResponse> reply) {
        boolean open = open(reply);
        Acquisition acquisition =
                new Acquisition(all.sequencer(), all.loop(), new Waiting(), id(), new Outcome(asked, reply));
        if (open) {
            Error fault = fault(asked);
            if (fault == null) {
                acquisition.start(command(asked), asked.waitNanos());
            } else {
                reply.answer(LdlmAnswers.notLocked(asked.name(), fault));
            }
        }
        return acquisition;
    }

    /** The order of these checks is LDLM's, and clients see it. Negative seconds stay negative in nanoseconds. */
    private static @Nullable Error fault(Acquire asked) {
        if (asked.leaseNanos() < 0) {
            return LdlmAnswers.LOCK_TIMEOUT;
        }
        if (asked.waitNanos() < 0) {
            return LdlmAnswers.WAIT_TIMEOUT;
        }
        if (asked.name().isEmpty()) {
            return LdlmAnswers.NAME_EMPTY;
        }
        return asked.size() <= 0 ? LdlmAnswers.INVALID_SIZE : null;
    }

    private Command.Acquire command(Acquire asked) {
        return new Command.Acquire(
                origin,
                asked.name(),
                all.nextKey(),
                1,
                asked.size(),
                asked.leaseNanos(),
                asked.queueing() ? Command.Waiting.QUEUE : Command.Waiting.NEVER,
                Command.Renewing.BY_KEY,
                "");
    }

    /** What to do with the result of a look; the key means something only if the name is held under it. */
    private interface Matched {
        void as(Match match, OwnerKey key);
    }

    private void match(String name, String keyText, LdlmReply<?> reply, Matched then) {
        if (!open(reply)) {
            return;
        }
        // LDLM compares keys as texts: one in capitals is another.
        Optional<OwnerKey> key =
                OwnerKey.parse(keyText).filter(known -> known.text().equals(keyText));
        Sequencer.pass(
                all.sequencer().query(machine -> match(machine, name, key)),
                found -> then.as(found, key.orElseGet(() -> new OwnerKey(0, 0))),
                closing -> reply.unavailable("the server is closing"));
    }

    private static Match match(LockMachine machine, String name, Optional<OwnerKey> key) {
        if (key.flatMap(machine::nameHeldBy).filter(name::equals).isPresent()) {
            return machine.isLeased(key.get()) ? Match.LEASED : Match.HELD;
        }
        return machine.isInUse(name) ? Match.OTHER_KEY : Match.FREE;
    }

    /** Opens the session if this is its first request. False, and answered, if it is over or there are too many. */
    private boolean open(LdlmReply<?> reply) {
        openIfNew();
        if (state == State.OPEN) {
            return true;
        }
        reply.unavailable(
                state == State.ENDED
                        ? "the session has ended"
                        : "there are " + Limits.MAX_SESSIONS + " sessions, the most allowed");
        return false;
    }

    private void openIfNew() {
        if (state == State.NEW) {
            state = State.OPEN;
            long id = all.nextId();
            origin = Origin.unnumbered(id);
            all.opened(this);
            all.sequencer().host(id, this::notice);
            Command open = new Command.OpenSession(id, SessionKind.CONNECTION, 0, all.nextSecret(), label);
            Sequencer.pass(all.sequencer().submit(open), answer -> opened(id, answer), closing -> {});
        }
    }

    private void opened(long id, Event.Reply answer) {
        if (answer instanceof Event.SessionOpened) {
            log.started(id);
        } else if (state == State.OPEN) {
            // Not for ever: when others have gone, the next request finds room.
            state = State.NEW;
            all.closed(this);
            all.sequencer().leave(id);
        }
    }

    private void notice(Event.Notice notice) {
        if (notice instanceof Event.Granted granted) {
            Acquisition request = waiting.get(granted.key());
            if (request != null) {
                request.granted(granted);
            }
        }
        // A client of LDLM cannot be told of a loss: its next renewal or unlock says so.
        if (notice instanceof Event.Lost lost && lost.reason() == LossReason.EXPIRED) {
            log.expired(id(), lost.name());
        }
    }

    /** Logs a request, and its response when that comes; costs nothing if that is not wanted. */
    private <T> LdlmReply<T> logged(String kind, String name, LdlmReply<T> reply) {
        if (!SessionLog.logsRequests()) {
            return reply;
        }
        if (state == State.NEW) {
            // So that the first request has a session that can be named.
            openIfNew();
        }
        log.request(id(), kind, name);
        return log.response(id(), kind, reply);
    }

    private void logEnd() {
        if (!SessionLog.logsSessions()) {
            return;
        }
        log.ended(id());
        if (!all.isKeeping()) {
            long ended = id();
            Sequencer.pass(
                    all.sequencer().query(machine -> machine.claimCount(ended)),
                    locks -> {
                        if (locks > 0) {
                            log.cleanup(ended, locks);
                        }
                    },
                    closing -> {});
        }
    }

    private void submit(Command command, LdlmReply<?> reply, Consumer<Event.Reply> then) {
        Sequencer.pass(all.sequencer().submit(command), then, closing -> reply.unavailable("the server is closing"));
    }

    private final class Waiting implements Acquisition.Waiters {
        @Override
        public @Nullable Acquisition await(OwnerKey key, Acquisition request) {
            return waiting.put(key, request);
        }

        @Override
        public void forget(OwnerKey key, Acquisition request) {
            waiting.remove(key, request);
        }
    }

    private record Outcome(Acquire asked, LdlmReply<LockResponse> reply) implements Acquisition.Outcome {
        @Override
        public void granted(Event.Granted granted) {
            reply.answer(LdlmAnswers.locked(granted));
        }

        @Override
        public void notGranted() {
            reply.answer(LdlmAnswers.notLocked(asked.name(), asked.queueing() ? LdlmAnswers.WAITED_IN_VAIN : null));
        }

        @Override
        public void refused(Event.Reply answer) {
            reply.answer(LdlmAnswers.notLocked(asked.name(), LdlmAnswers.refusal(answer)));
        }

        @Override
        public void ended(Acquisition.Ending ending) {
            reply.unavailable("the server is closing");
        }

        @Override
        public void unavailable(Throwable failure) {
            reply.unavailable("the server is closing");
        }
    }
}
