package io.claviger.server.grpc;

import io.claviger.engine.LockView;
import io.claviger.engine.SessionKind;
import io.claviger.engine.SessionView;
import io.claviger.protocol.v1.ClaimInfo;
import io.claviger.protocol.v1.LockInfo;
import io.claviger.protocol.v1.SessionInfo;

/** What administrators see. Owner keys are secrets and never among it. */
final class AdminViews {
    private AdminViews() {}

    static LockInfo lock(LockView lock) {
        LockInfo.Builder info = LockInfo.newBuilder()
                .setName(lock.name())
                .setCapacity(lock.capacity())
                .setAvailable(lock.available())
                .setWaiting(lock.waiting());
        lock.holders().forEach(claim -> info.addHolders(claim(claim)));
        lock.waiters().forEach(claim -> info.addWaiters(claim(claim)));
        return info.build();
    }

    static SessionInfo session(SessionView session) {
        SessionInfo.Builder info = SessionInfo.newBuilder()
                .setId(session.id())
                .setConnectionBound(session.kind() == SessionKind.CONNECTION)
                .setLabel(session.label())
                .setAttachment(session.attachment())
                .setAgeNanos(session.ageNanos())
                .setClaims(session.claims());
        if (session.leftNanos() != Long.MAX_VALUE) {
            info.setLeftNanos(session.leftNanos());
        }
        return info.build();
    }

    private static ClaimInfo claim(LockView.ClaimView claim) {
        ClaimInfo.Builder info = ClaimInfo.newBuilder()
                .setSession(claim.session())
                .setLabel(claim.label())
                .setPermits(claim.permits())
                .setToken(claim.token())
                .setSeconds(claim.seconds())
                .setRevoked(claim.revoked())
                .setActor(claim.actor())
                .setParked(claim.parked());
        if (claim.leaseLeftNanos() != Long.MAX_VALUE) {
            info.setLeaseLeftNanos(claim.leaseLeftNanos());
        }
        return info.build();
    }
}
