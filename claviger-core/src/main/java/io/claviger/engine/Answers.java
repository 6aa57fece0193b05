package io.claviger.engine;

import io.claviger.engine.Event.Granted;
import io.claviger.engine.Event.Reply;

/** How things stand, in the words of replies. */
final class Answers {
    private Answers() {}

    /**
     * What was queued may hold by now, and what was granted or renewed may be lost: the answer to a retry is how it stands
     * now, so that nobody begins to rely on what is over.
     */
    static Reply repeated(MachineState state, SessionState session, Reply known) {
        if (known instanceof Event.Queued queued) {
            Claim claim = session.find(state, queued.key());
            if (claim == null || !claim.lock.name.equals(queued.name())) {
                return new Event.NotHeld(session.id, queued.key());
            }
            return stateOf(claim);
        }
        if (known instanceof Granted granted) {
            return isInForce(state, granted.key(), granted.token())
                    ? known
                    : new Event.NotHeld(session.id, granted.key());
        }
        if (known instanceof Event.Renewed renewed) {
            return isInForce(state, renewed.key(), renewed.token())
                    ? known
                    : new Event.NotHeld(session.id, renewed.key());
        }
        return known;
    }

    private static boolean isInForce(MachineState state, OwnerKey key, long token) {
        Claim claim = state.claims.find(key);
        return claim != null && claim.number == token && !claim.isRevoked();
    }

    /** Answers how a claim stands. A revoked grant is as good as gone: nobody may start to rely on it. */
    static Reply stateOf(Claim claim) {
        if (claim.isRevoked()) {
            return new Event.NotHeld(claim.session.id, claim.key());
        }
        return claim.holds() ? granted(claim) : new Event.Queued(claim.session.id, claim.key(), claim.lock.name);
    }

    static Granted granted(Claim claim) {
        return new Granted(
                claim.session.id, claim.key(), claim.lock.name, claim.permits, claim.number, claim.leaseNanos);
    }

    static Event.Rejected rejected(long session, Rejection reason) {
        return new Event.Rejected(session, reason);
    }
}
