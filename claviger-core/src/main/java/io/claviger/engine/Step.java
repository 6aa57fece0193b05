package io.claviger.engine;

import io.claviger.engine.Command.Acquire;
import io.claviger.engine.Command.Renewing;
import io.claviger.engine.Command.Urgency;
import io.claviger.engine.Command.Waiting;
import io.claviger.engine.Event.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The effect of one command. Removals come first, grants last: everything that a command ends is gone before anything is
 * granted, so a claim that ends in this very step is never granted first (S5, S9).
 */
final class Step {
    /** Sessions before grants, so that no dying session is granted anything; then by time, then by age. */
    private static final Comparator<Timed> EXPIRY_ORDER = Comparator.comparingInt(Step::rank)
            .thenComparingLong(Timed::deadlineNanos)
            .thenComparingLong(Step::age);

    private final MachineState state;
    private final long index;
    private final List<Event> notices = new ArrayList<>(0);
    private final List<LockState> touched = new ArrayList<>(0);

    Step(MachineState state, long index) {
        this.state = state;
        this.index = index;
    }

    /** Applies the command, grants what became free, and returns the answer with the notices behind it. */
    List<Event> run(Command command) {
        Reply reply = command.applyTo(this);
        touched.forEach(this::grantFromHead);
        if (notices.isEmpty()) {
            return List.of(reply);
        }
        notices.add(0, reply);
        return Collections.unmodifiableList(notices);
    }

    Reply openSession(Command.OpenSession command) {
        long ttl = command.ttlNanos();
        if (!Limits.isTimeToLive(command.kind(), ttl)) {
            return Answers.rejected(command.session(), Rejection.INVALID_TIME_TO_LIVE);
        }
        if (!Limits.isWellFormed(command.label(), Limits.MAX_LABEL_LENGTH)) {
            return Answers.rejected(command.session(), Rejection.INVALID_LABEL);
        }
        if (command.session() == 0 || state.sessions.find(command.session()) != null) {
            return Answers.rejected(command.session(), Rejection.SESSION_EXISTS);
        }
        if (state.sessions.size() >= Limits.MAX_SESSIONS) {
            return Answers.rejected(command.session(), Rejection.TOO_MANY_SESSIONS);
        }
        SessionState session = new SessionState(
                command.session(), command.kind(), ttl, command.secret(), command.label(), state.nowNanos);
        state.sessions.add(session);
        state.deadlines.arm(session);
        return new Event.SessionOpened(session.id);
    }

    Reply attachSession(Command.AttachSession command) {
        SessionState session = state.sessions.find(command.session());
        if (session == null) {
            return Answers.rejected(command.session(), Rejection.UNKNOWN_SESSION);
        }
        if (!session.secret.equals(command.secret())) {
            return Answers.rejected(command.session(), Rejection.WRONG_SECRET);
        }
        if (command.attachment() < session.attachment) {
            return Answers.rejected(session.id, Rejection.STALE_ATTACHMENT);
        }
        if (command.attachment() > session.attachment) {
            session.attachment = command.attachment();
            session.renewedNanos = state.nowNanos;
        }
        return new Event.SessionAttached(session.id, session.attachment);
    }

    Reply renewSession(Command.RenewSession command) {
        return numbered(command.origin(), session -> {
            session.renewedNanos = state.nowNanos;
            return new Event.SessionRenewed(session.id);
        });
    }

    Reply endSession(Command.EndSession command) {
        return numbered(command.origin(), session -> {
            end(session);
            return new Event.SessionEnded(session.id, EndReason.CLOSED);
        });
    }

    Reply acquire(Acquire command) {
        return numbered(command.origin(), session -> {
            Rejection invalid = invalidity(command);
            return invalid != null ? Answers.rejected(session.id, invalid) : claim(session, command);
        });
    }

    Reply withdraw(Command.Withdraw command) {
        return numbered(command.origin(), session -> {
            Claim claim = session.find(state, command.key());
            if (claim == null) {
                return new Event.Withdrawn(session.id, command.key());
            }
            if (claim.holds() && !claim.isRevoked()) {
                return Answers.granted(claim);
            }
            boolean waited = claim.waits();
            end(claim);
            // Whoever gives up a grant that was revoked meanwhile has confirmed the revocation.
            return waited
                    ? new Event.Withdrawn(session.id, command.key())
                    : new Event.NotHeld(session.id, command.key());
        });
    }

    Reply release(Command.Release command) {
        return numbered(command.origin(), session -> {
            Claim claim = state.claims.find(command.key());
            if (claim == null || !claim.holds()) {
                return new Event.NotHeld(session.id, command.key());
            }
            long token = claim.number;
            if (claim.session != session) {
                tellLost(claim, LossReason.RELEASED);
            }
            end(claim);
            return new Event.Released(session.id, command.key(), claim.lock.name, token);
        });
    }

    Reply renew(Command.Renew command) {
        return numbered(command.origin(), session -> {
            if (!Limits.isLease(command.leaseNanos())) {
                return Answers.rejected(session.id, Rejection.INVALID_LEASE);
            }
            Claim claim = state.claims.find(command.key());
            if (claim == null || !claim.holds() || claim.isRevoked() || claim.session == state.parking) {
                return new Event.NotHeld(session.id, command.key());
            }
            restartLease(claim, command.leaseNanos());
            return new Event.Renewed(session.id, command.key(), claim.number, claim.leaseNanos);
        });
    }

    Reply handOff(Command.HandOff command) {
        return numbered(command.origin(), session -> {
            if (command.parkNanos() == 0 || !Limits.isLease(command.parkNanos())) {
                return Answers.rejected(session.id, Rejection.INVALID_LEASE);
            }
            Claim claim = session.find(state, command.key());
            if (claim == null || !claim.holds() || claim.isRevoked()) {
                return new Event.NotHeld(session.id, command.key());
            }
            if (state.claims.find(command.ticket()) != null) {
                return Answers.rejected(session.id, Rejection.KEY_MISMATCH);
            }
            if (state.parking.claimCount >= Limits.MAX_CLAIMS_PER_SESSION) {
                return Answers.rejected(session.id, Rejection.TOO_MANY_CLAIMS);
            }
            state.park(claim, command.ticket(), command.parkNanos());
            return new Event.HandedOff(session.id, command.key());
        });
    }

    Reply adopt(Command.Adopt command) {
        return numbered(command.origin(), session -> {
            Rejection invalid = Limits.invalidity(command.leaseNanos(), command.actor());
            if (invalid != null) {
                return Answers.rejected(session.id, invalid);
            }
            Claim known = state.claims.find(command.key());
            if (known != null) {
                // Who has adopted it has left nothing under the ticket.
                boolean repeated = known.session == session
                        && known.holds()
                        && state.parking.find(state, command.ticket()) == null;
                return repeated ? Answers.stateOf(known) : Answers.rejected(session.id, Rejection.KEY_MISMATCH);
            }
            if (session.replies != null && session.replies.isWithdrawn(command.key())) {
                return Answers.rejected(session.id, Rejection.KEY_WITHDRAWN);
            }
            Claim parked = state.parking.find(state, command.ticket());
            if (parked == null) {
                return new Event.NotHeld(session.id, command.key());
            }
            return session.claimCount >= Limits.MAX_CLAIMS_PER_SESSION
                    ? Answers.rejected(session.id, Rejection.TOO_MANY_CLAIMS)
                    : takeOver(parked, session, command);
        });
    }

    private Reply takeOver(Claim parked, SessionState session, Command.Adopt command) {
        Claim claim = new Claim(parked.lock, session, command.key(), parked.permits, command.leaseNanos());
        if (command.renewing() == Renewing.BY_KEY) {
            claim.renewByKeyOnly();
        }
        // Not through end(Claim): the permits go from hand to hand, and nobody is granted anything in between.
        state.end(parked);
        state.register(claim, command.actor());
        state.grant(claim);
        return Answers.granted(claim);
    }

    Reply revoke(Command.Revoke command) {
        LockState lock = state.locks.find(command.name());
        int count = 0;
        for (Claim claim : lock == null ? List.<Claim>of() : holders(lock)) {
            if (command.key().map(claim::hasKey).orElse(true)) {
                count++;
                revoke(claim, command.urgency());
            }
        }
        return new Event.Revoked(command.name(), count);
    }

    Reply putRecord(Command.PutRecord command) {
        return numbered(command.origin(), session -> new RecordWrites(state, index).put(session, command));
    }

    Reply deleteRecord(Command.DeleteRecord command) {
        return numbered(command.origin(), session -> new RecordWrites(state, index).delete(session, command));
    }

    Reply tick() {
        List<Timed> due = new ArrayList<>();
        state.deadlines.drainDue(state.nowNanos, due);
        due.sort(EXPIRY_ORDER);
        int expired = 0;
        for (Timed timed : due) {
            if (timed instanceof SessionState session) {
                end(session);
                notices.add(new Event.SessionEnded(session.id, EndReason.EXPIRED));
                expired++;
            } else if (timed instanceof Claim claim && !claim.hasEnded()) {
                expire(claim);
                expired++;
            } else if (timed instanceof RecordState record) {
                state.remove(record);
                expired++;
            }
        }
        return new Event.Ticked(expired);
    }

    /** Runs a command once for each sequence number of a live session, and repeats its answer to a retry (S4, S5, S8). */
    private Reply numbered(Origin origin, Function<SessionState, Reply> effect) {
        SessionState session = state.sessions.find(origin.session());
        if (session == null) {
            return Answers.rejected(origin.session(), Rejection.UNKNOWN_SESSION);
        }
        if (origin.attachment() != session.attachment) {
            return Answers.rejected(session.id, Rejection.STALE_ATTACHMENT);
        }
        if (origin.sequence() == 0) {
            return effect.apply(session);
        }
        if (origin.sequence() < 0 || origin.sequence() >= Limits.MAX_NUMBER) {
            return Answers.rejected(session.id, Rejection.INVALID_SEQUENCE);
        }
        return once(session, origin, effect);
    }

    private Reply once(SessionState session, Origin origin, Function<SessionState, Reply> effect) {
        ReplyWindow window = session.window();
        window.acknowledge(Math.min(origin.acknowledged(), origin.sequence() - 1));
        if (origin.sequence() <= window.floor()) {
            return Answers.rejected(session.id, Rejection.SEQUENCE_FORGOTTEN);
        }
        if (origin.sequence() - window.floor() > Limits.MAX_UNACKNOWLEDGED) {
            return Answers.rejected(session.id, Rejection.SEQUENCE_TOO_FAR_AHEAD);
        }
        Reply known = window.get(origin.sequence());
        if (known != null) {
            return Answers.repeated(state, session, known);
        }
        if (window.characters() >= Limits.MAX_UNACKNOWLEDGED_CHARACTERS) {
            return Answers.rejected(session.id, Rejection.SEQUENCE_TOO_FAR_AHEAD);
        }
        Reply reply = effect.apply(session);
        window.put(origin.sequence(), reply);
        return reply;
    }

    private static @Nullable Rejection invalidity(Acquire command) {
        if (command.name().isEmpty() || !Limits.isWellFormed(command.name(), Limits.MAX_NAME_LENGTH)) {
            return Rejection.INVALID_NAME;
        }
        if (command.capacity() < 1) {
            return Rejection.INVALID_CAPACITY;
        }
        if (command.permits() < 1 || command.permits() > command.capacity()) {
            return Rejection.INVALID_PERMITS;
        }
        return Limits.invalidity(command.leaseNanos(), command.actor());
    }

    private Reply claim(SessionState session, Acquire command) {
        Claim known = state.claims.find(command.key());
        if (known != null) {
            return isSameRequest(known, session, command)
                    ? Answers.stateOf(known)
                    : Answers.rejected(session.id, Rejection.KEY_MISMATCH);
        }
        if (session.replies != null && session.replies.isWithdrawn(command.key())) {
            return Answers.rejected(session.id, Rejection.KEY_WITHDRAWN);
        }
        if (session.claimCount >= Limits.MAX_CLAIMS_PER_SESSION) {
            return Answers.rejected(session.id, Rejection.TOO_MANY_CLAIMS);
        }
        LockState lock = state.locks.find(command.name());
        if (lock == null) {
            lock = state.addLock(command.name(), command.capacity());
        } else if (lock.capacity != command.capacity()) {
            return Answers.rejected(session.id, Rejection.CAPACITY_MISMATCH);
        }
        return grantOrQueue(session, lock, command);
    }

    /** A request never overtakes an older one: it is granted at once only if nobody waits (L2). */
    private Reply grantOrQueue(SessionState session, LockState lock, Acquire command) {
        boolean free = lock.queue == null && lock.fits(command.permits());
        if (!free && command.waiting() == Waiting.NEVER) {
            return new Event.NotGranted(session.id, command.key(), lock.name);
        }
        if (lock.waiters() >= Limits.MAX_WAITERS_PER_NAME) {
            return Answers.rejected(session.id, Rejection.TOO_MANY_WAITERS);
        }
        Claim claim = new Claim(lock, session, command.key(), command.permits(), command.leaseNanos());
        if (command.renewing() == Renewing.BY_KEY) {
            claim.renewByKeyOnly();
        }
        state.register(claim, command.actor());
        if (free) {
            state.grant(claim);
            return Answers.granted(claim);
        }
        state.enqueue(claim, index);
        if (claim.hasActor()) {
            List<Event.Wait> cycle = DeadlockSearch.amongActors(state).cycleFrom(claim);
            if (!cycle.isEmpty()) {
                state.end(claim);
                return new Event.Deadlock(session.id, command.key(), cycle);
            }
        }
        return new Event.Queued(session.id, command.key(), lock.name);
    }

    private static boolean isSameRequest(Claim claim, SessionState session, Acquire command) {
        return claim.session == session
                && claim.lock.name.equals(command.name())
                && claim.lock.capacity == command.capacity()
                && claim.permits == command.permits();
    }

    private void restartLease(Claim claim, long leaseNanos) {
        if (leaseNanos != 0) {
            claim.leaseNanos = leaseNanos;
        }
        claim.renewedNanos = state.nowNanos;
        if (claim.leaseNanos != 0) {
            state.deadlines.arm(claim);
        }
    }

    private void revoke(Claim claim, Urgency urgency) {
        if (!claim.isRevoked()) {
            tellLost(claim, LossReason.REVOKED);
            claim.revoke();
            state.deadlines.arm(claim);
        }
        // Nobody acts under a parked grant, so there is nobody to wait for.
        if (urgency == Urgency.NOW || claim.session == state.parking) {
            end(claim);
        }
    }

    private void expire(Claim claim) {
        tellLost(claim, LossReason.EXPIRED);
        end(claim);
    }

    private void end(SessionState session) {
        while (session.claims != null) {
            end(session.claims);
        }
        state.deadlines.disarm(session);
        state.sessions.remove(session);
    }

    private void end(Claim claim) {
        touched.add(claim.lock);
        state.end(claim);
    }

    private void grantFromHead(LockState lock) {
        while (lock.queue != null && lock.fits(lock.queue.head.permits)) {
            Claim head = lock.queue.head;
            state.dequeue(head);
            state.grant(head);
            notices.add(Answers.granted(head));
        }
        state.forgetIfIdle(lock);
    }

    private static List<Claim> holders(LockState lock) {
        List<Claim> holders = new ArrayList<>();
        Rings.forEach(lock.holders, claim -> claim.lockNext, holders::add);
        return holders;
    }

    /** Tells the holder, unless it has been told before, by a revocation, or there is none. */
    private void tellLost(Claim claim, LossReason reason) {
        if (!claim.isRevoked() && claim.session != state.parking) {
            notices.add(new Event.Lost(claim.session.id, claim.key(), claim.lock.name, claim.number, reason));
        }
    }

    private static int rank(Timed timed) {
        return timed instanceof SessionState ? 0 : timed instanceof Claim ? 1 : 2;
    }

    private static long age(Timed timed) {
        if (timed instanceof Claim claim) {
            return claim.number;
        }
        return timed instanceof SessionState session ? session.id : ((RecordState) timed).version;
    }
}
