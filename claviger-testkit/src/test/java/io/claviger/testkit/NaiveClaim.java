package io.claviger.testkit;

import io.claviger.engine.Command.Acquire;
import io.claviger.engine.Command.Renewing;
import io.claviger.engine.Event;
import io.claviger.engine.Event.NotHeld;
import io.claviger.engine.Event.Reply;
import io.claviger.engine.LossReason;

/** A waiter or a grant of a {@link NaiveMachine}. */
final class NaiveClaim {
    final NaiveSession session;
    final Acquire asked;
    long lease;
    long token;
    long renewed;
    boolean revoked;
    long revokedUntil;

    NaiveClaim(NaiveSession session, Acquire asked) {
        this.session = session;
        this.asked = asked;
        this.lease = asked.leaseNanos();
    }

    boolean holds() {
        return token > 0;
    }

    long deadline() {
        if (revoked || !holds() || lease == 0) {
            return revoked ? revokedUntil : Long.MAX_VALUE;
        }
        return lease + (asked.renewing() == Renewing.BY_KEY ? renewed : Math.max(renewed, session.renewed));
    }

    Event.Granted granted() {
        return new Event.Granted(asked.origin().session(), asked.key(), asked.name(), asked.permits(), token, lease);
    }

    Event.Lost lost(LossReason reason) {
        return new Event.Lost(asked.origin().session(), asked.key(), asked.name(), token, reason);
    }

    Reply state() {
        long id = asked.origin().session();
        return revoked
                ? new NotHeld(id, asked.key())
                : holds() ? granted() : new Event.Queued(id, asked.key(), asked.name());
    }
}
