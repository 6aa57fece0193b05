package io.claviger.testkit;

import io.claviger.engine.Command;
import io.claviger.engine.Command.Acquire;
import io.claviger.engine.Command.OpenSession;
import io.claviger.engine.Command.Renewing;
import io.claviger.engine.EndReason;
import io.claviger.engine.Event;
import io.claviger.engine.Event.NotHeld;
import io.claviger.engine.Event.Rejected;
import io.claviger.engine.Event.Reply;
import io.claviger.engine.Guard;
import io.claviger.engine.Limits;
import io.claviger.engine.LossReason;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.engine.Rejection;
import io.claviger.engine.SessionKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The lock machine as one would write it without a thought of speed: a list of claims, oldest first, and searches.
 * {@link MachineModelTest} holds the real one against it. Only the limits that take thousands of commands to reach are
 * left out.
 */
final class NaiveMachine {
    private final TreeMap<Long, NaiveSession> sessions = new TreeMap<>();
    private final List<NaiveClaim> claims = new ArrayList<>();
    private final List<Event> notices = new ArrayList<>();
    private final Set<String> touched = new LinkedHashSet<>();
    private final NaiveSession parking =
            new NaiveSession(new OpenSession(0, SessionKind.CONNECTION, 0, new OwnerKey(0, 0), ""), 0);
    private final NaiveRecords records = new NaiveRecords();
    private long tokens;
    private long index;
    private long now;

    /** What the newest command was refused for, if it was. */
    @Nullable
    NaiveDeadlock deadlock;

    NaiveMachine(long start) {
        tokens = start;
        index = start;
    }

    List<Event> apply(long nowNanos, Command command) {
        now = Math.max(now, nowNanos);
        index++;
        deadlock = null;
        notices.clear();
        touched.clear();
        List<Event> events = new ArrayList<>(List.of(reply(command)));
        touched.forEach(this::grantWaiters);
        events.addAll(notices);
        return events;
    }

    private Reply reply(Command command) {
        if (command instanceof OpenSession open) {
            return open(open);
        } else if (command instanceof Command.AttachSession attach) {
            return attach(attach);
        } else if (command instanceof Command.RenewSession renew) {
            return numbered(renew.origin(), session -> {
                session.renewed = now;
                return new Event.SessionRenewed(renew.origin().session());
            });
        } else if (command instanceof Command.EndSession end) {
            return numbered(end.origin(), session -> {
                end(session);
                return new Event.SessionEnded(end.origin().session(), EndReason.CLOSED);
            });
        } else if (command instanceof Acquire acquire) {
            return numbered(acquire.origin(), session -> acquire(session, acquire));
        } else if (command instanceof Command.Withdraw withdraw) {
            return numbered(withdraw.origin(), session -> withdraw(session, withdraw.key()));
        } else if (command instanceof Command.Release release) {
            return numbered(release.origin(), session -> release(release));
        } else if (command instanceof Command.Renew renew) {
            return numbered(renew.origin(), session -> renew(renew));
        } else if (command instanceof Command.HandOff handOff) {
            return numbered(handOff.origin(), session -> handOff(session, handOff));
        } else if (command instanceof Command.Adopt adopt) {
            return numbered(adopt.origin(), session -> adopt(session, adopt));
        } else if (command instanceof Command.Revoke revoke) {
            return revoke(revoke);
        } else if (command instanceof Command.PutRecord put) {
            return numbered(put.origin(), session -> records.put(put, index, now, isHeld(put.guard())));
        } else if (command instanceof Command.DeleteRecord delete) {
            return numbered(delete.origin(), session -> records.delete(delete, isHeld(delete.guard())));
        }
        return tick();
    }

    private Reply open(OpenSession open) {
        boolean connection = open.kind() == SessionKind.CONNECTION;
        long ttl = open.ttlNanos();
        if (connection ? ttl != 0 : ttl < Limits.MIN_SESSION_TTL_NANOS || ttl > Limits.MAX_SESSION_TTL_NANOS) {
            return new Rejected(open.session(), Rejection.INVALID_TIME_TO_LIVE);
        }
        if (open.session() == 0 || sessions.containsKey(open.session())) {
            return new Rejected(open.session(), Rejection.SESSION_EXISTS);
        }
        sessions.put(open.session(), new NaiveSession(open, now));
        return new Event.SessionOpened(open.session());
    }

    private Reply attach(Command.AttachSession attach) {
        NaiveSession session = sessions.get(attach.session());
        if (session == null || !session.opened.secret().equals(attach.secret())) {
            return new Rejected(attach.session(), session == null ? Rejection.UNKNOWN_SESSION : Rejection.WRONG_SECRET);
        }
        if (attach.attachment() < session.attachment) {
            return new Rejected(attach.session(), Rejection.STALE_ATTACHMENT);
        }
        session.renewed = attach.attachment() == session.attachment ? session.renewed : now;
        session.attachment = attach.attachment();
        return new Event.SessionAttached(attach.session(), session.attachment);
    }

    private Reply numbered(Origin origin, Function<NaiveSession, Reply> effect) {
        NaiveSession session = sessions.get(origin.session());
        if (session == null || session.attachment != origin.attachment()) {
            return new Rejected(
                    origin.session(), session == null ? Rejection.UNKNOWN_SESSION : Rejection.STALE_ATTACHMENT);
        }
        long sequence = origin.sequence();
        if (sequence == 0) {
            return effect.apply(session);
        }
        if (sequence < 0 || sequence >= Limits.MAX_NUMBER) {
            return new Rejected(origin.session(), Rejection.INVALID_SEQUENCE);
        }
        session.floor = Math.max(session.floor, Math.min(origin.acknowledged(), sequence - 1));
        session.replies.keySet().removeIf(old -> old <= session.floor);
        if (sequence <= session.floor) {
            return new Rejected(origin.session(), Rejection.SEQUENCE_FORGOTTEN);
        }
        if (sequence - session.floor > Limits.MAX_UNACKNOWLEDGED) {
            return new Rejected(origin.session(), Rejection.SEQUENCE_TOO_FAR_AHEAD);
        }
        Reply known = session.replies.get(sequence);
        if (known != null) {
            return repeated(session, known);
        }
        Reply reply = effect.apply(session);
        session.replies.put(sequence, reply);
        return reply;
    }

    private Reply repeated(NaiveSession session, Reply known) {
        if (known instanceof Event.Queued queued) {
            return find(queued.key())
                    .filter(claim ->
                            claim.session == session && claim.asked.name().equals(queued.name()))
                    .map(NaiveClaim::state)
                    .orElse(new NotHeld(session.opened.session(), queued.key()));
        } else if (known instanceof Event.Granted granted) {
            return inForce(granted.key(), granted.token()) ? known : new NotHeld(known.session(), granted.key());
        } else if (known instanceof Event.Renewed renewed) {
            return inForce(renewed.key(), renewed.token()) ? known : new NotHeld(known.session(), renewed.key());
        }
        return known;
    }

    private boolean inForce(OwnerKey key, long token) {
        return find(key).filter(claim -> claim.token == token && !claim.revoked).isPresent();
    }

    private Reply acquire(NaiveSession session, Acquire asked) {
        long id = asked.origin().session();
        Optional<NaiveClaim> known = find(asked.key());
        if (asked.name().isEmpty()) {
            return new Rejected(id, Rejection.INVALID_NAME);
        } else if (asked.capacity() < 1) {
            return new Rejected(id, Rejection.INVALID_CAPACITY);
        } else if (asked.permits() < 1 || asked.permits() > asked.capacity()) {
            return new Rejected(id, Rejection.INVALID_PERMITS);
        } else if (asked.leaseNanos() < 0 || asked.leaseNanos() > Limits.MAX_LEASE_NANOS) {
            return new Rejected(id, Rejection.INVALID_LEASE);
        } else if (known.isPresent()) {
            return same(known.get(), session, asked) ? known.get().state() : new Rejected(id, Rejection.KEY_MISMATCH);
        } else if (session.replies.containsValue(new Event.Withdrawn(id, asked.key()))) {
            return new Rejected(id, Rejection.KEY_WITHDRAWN);
        } else if (of(asked.name()).anyMatch(other -> other.asked.capacity() != asked.capacity())) {
            return new Rejected(id, Rejection.CAPACITY_MISMATCH);
        }
        NaiveClaim claim = new NaiveClaim(session, asked);
        boolean free = of(asked.name()).allMatch(NaiveClaim::holds) && fits(claim);
        if (!free && asked.waiting() == Command.Waiting.NEVER) {
            return new Event.NotGranted(id, asked.key(), asked.name());
        }
        claims.add(claim);
        if (free) {
            grant(claim);
        } else if (!asked.actor().isEmpty() && new NaiveDeadlock(claims).isStuck(claim)) {
            deadlock = new NaiveDeadlock(claims);
            claims.remove(claim);
            return new Event.Deadlock(id, asked.key(), List.of());
        }
        return claim.state();
    }

    private Reply handOff(NaiveSession session, Command.HandOff handOff) {
        long id = session.opened.session();
        Optional<NaiveClaim> given =
                find(handOff.key()).filter(claim -> claim.session == session && claim.holds() && !claim.revoked);
        if (handOff.parkNanos() < 1 || handOff.parkNanos() > Limits.MAX_LEASE_NANOS) {
            return new Rejected(id, Rejection.INVALID_LEASE);
        } else if (given.isEmpty()) {
            return new NotHeld(id, handOff.key());
        } else if (find(handOff.ticket()).isPresent()) {
            return new Rejected(id, Rejection.KEY_MISMATCH);
        }
        Origin nobody = Origin.unnumbered(0);
        move(given.get(), parking, nobody, handOff.ticket(), handOff.parkNanos(), Renewing.BY_KEY, "");
        return new Event.HandedOff(id, handOff.key());
    }

    private Reply adopt(NaiveSession session, Command.Adopt adopt) {
        long id = session.opened.session();
        Optional<NaiveClaim> known = find(adopt.key());
        Optional<NaiveClaim> parked = find(adopt.ticket()).filter(claim -> claim.session == parking);
        if (adopt.leaseNanos() < 0 || adopt.leaseNanos() > Limits.MAX_LEASE_NANOS) {
            return new Rejected(id, Rejection.INVALID_LEASE);
        } else if (known.isPresent()) {
            boolean again = known.get().session == session && known.get().holds() && parked.isEmpty();
            return again ? known.get().state() : new Rejected(id, Rejection.KEY_MISMATCH);
        } else if (session.replies.containsValue(new Event.Withdrawn(id, adopt.key()))) {
            return new Rejected(id, Rejection.KEY_WITHDRAWN);
        } else if (parked.isEmpty()) {
            return new NotHeld(id, adopt.key());
        }
        NaiveClaim claim = move(
                parked.get(),
                session,
                adopt.origin(),
                adopt.key(),
                adopt.leaseNanos(),
                adopt.renewing(),
                adopt.actor());
        grant(claim);
        return claim.state();
    }

    private NaiveClaim move(
            NaiveClaim from,
            NaiveSession to,
            Origin origin,
            OwnerKey key,
            long lease,
            Renewing renewing,
            String actor) {
        Acquire old = from.asked;
        NaiveClaim claim = new NaiveClaim(
                to,
                new Acquire(
                        origin,
                        old.name(),
                        key,
                        old.permits(),
                        old.capacity(),
                        lease,
                        Command.Waiting.QUEUE,
                        renewing,
                        actor));
        claim.token = from.token;
        claim.renewed = now;
        claims.remove(from);
        claims.add(claim);
        return claim;
    }

    private static boolean same(NaiveClaim claim, NaiveSession session, Acquire asked) {
        return claim.session == session
                && claim.asked.name().equals(asked.name())
                && claim.asked.capacity() == asked.capacity()
                && claim.asked.permits() == asked.permits();
    }

    private Reply withdraw(NaiveSession session, OwnerKey key) {
        Optional<NaiveClaim> own = find(key).filter(claim -> claim.session == session);
        boolean held = own.filter(NaiveClaim::holds).isPresent();
        if (held && !own.get().revoked) {
            return own.get().state();
        }
        own.ifPresent(this::end);
        if (held) {
            return new NotHeld(session.opened.session(), key);
        }
        return new Event.Withdrawn(session.opened.session(), key);
    }

    private Reply release(Command.Release release) {
        Optional<NaiveClaim> held = find(release.key()).filter(NaiveClaim::holds);
        long id = release.origin().session();
        held.filter(claim -> claim.session != sessions.get(id))
                .ifPresent(claim -> tellLost(claim, LossReason.RELEASED));
        held.ifPresent(this::end);
        return held.<Reply>map(claim -> new Event.Released(id, release.key(), claim.asked.name(), claim.token))
                .orElse(new NotHeld(id, release.key()));
    }

    private Reply renew(Command.Renew renew) {
        long id = renew.origin().session();
        if (renew.leaseNanos() < 0 || renew.leaseNanos() > Limits.MAX_LEASE_NANOS) {
            return new Rejected(id, Rejection.INVALID_LEASE);
        }
        Optional<NaiveClaim> held =
                find(renew.key()).filter(claim -> claim.holds() && !claim.revoked && claim.session != parking);
        held.ifPresent(claim -> {
            claim.lease = renew.leaseNanos() == 0 ? claim.lease : renew.leaseNanos();
            claim.renewed = now;
        });
        return held.<Reply>map(claim -> new Event.Renewed(id, renew.key(), claim.token, claim.lease))
                .orElse(new NotHeld(id, renew.key()));
    }

    private Reply revoke(Command.Revoke revoke) {
        List<NaiveClaim> taken = of(revoke.name())
                .filter(NaiveClaim::holds)
                .filter(claim -> revoke.key().map(claim.asked.key()::equals).orElse(true))
                .sorted(Comparator.comparingLong(claim -> claim.token))
                .toList();
        for (NaiveClaim claim : taken) {
            tellLost(claim, LossReason.REVOKED);
            if (!claim.revoked) {
                claim.revokedUntil = Math.min(claim.deadline(), claim.session.deadline());
                claim.revoked = true;
            }
            if (revoke.urgency() == Command.Urgency.NOW || claim.session == parking) {
                end(claim);
            }
        }
        return new Event.Revoked(revoke.name(), taken.size());
    }

    private Reply tick() {
        List<NaiveSession> endedSessions = sessions.values().stream()
                .filter(session -> session.deadline() <= now)
                .sorted(Comparator.comparingLong(NaiveSession::deadline))
                .toList();
        for (NaiveSession session : endedSessions) {
            end(session);
            notices.add(new Event.SessionEnded(session.opened.session(), EndReason.EXPIRED));
        }
        List<NaiveClaim> expired = claims.stream()
                .filter(claim -> claim.deadline() <= now)
                .sorted(Comparator.comparingLong(NaiveClaim::deadline).thenComparingLong(claim -> claim.token))
                .toList();
        for (NaiveClaim claim : expired) {
            tellLost(claim, LossReason.EXPIRED);
            end(claim);
        }
        return new Event.Ticked(endedSessions.size() + expired.size() + records.expire(now));
    }

    /** What the store holds: the machine must hold the same. */
    NaiveRecords records() {
        return records;
    }

    private boolean isHeld(Optional<Guard> guard) {
        return guard.isEmpty()
                || of(guard.get().name())
                        .anyMatch(claim -> claim.holds()
                                && claim.token == guard.get().token()
                                && !claim.revoked
                                && claim.session != parking);
    }

    private void tellLost(NaiveClaim claim, LossReason reason) {
        if (!claim.revoked && claim.session != parking) {
            notices.add(claim.lost(reason));
        }
    }

    private void end(NaiveSession session) {
        claims.stream().filter(claim -> claim.session == session).toList().forEach(this::end);
        sessions.remove(session.opened.session());
    }

    private void end(NaiveClaim claim) {
        claims.remove(claim);
        touched.add(claim.asked.name());
    }

    private void grantWaiters(String name) {
        for (NaiveClaim next : of(name).filter(claim -> !claim.holds()).toList()) {
            if (!fits(next)) {
                return;
            }
            grant(next);
            notices.add(next.granted());
        }
    }

    private void grant(NaiveClaim claim) {
        claim.token = ++tokens;
        claim.renewed = now;
    }

    private boolean fits(NaiveClaim claim) {
        long used = of(claim.asked.name())
                .filter(NaiveClaim::holds)
                .mapToLong(holder -> holder.asked.permits())
                .sum();
        return used + claim.asked.permits() <= claim.asked.capacity();
    }

    private Stream<NaiveClaim> of(String name) {
        return claims.stream().filter(claim -> claim.asked.name().equals(name));
    }

    private Optional<NaiveClaim> find(OwnerKey key) {
        return claims.stream().filter(claim -> claim.asked.key().equals(key)).findFirst();
    }
}
