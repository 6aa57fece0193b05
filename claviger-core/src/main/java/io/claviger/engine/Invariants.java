package io.claviger.engine;

import org.jspecify.annotations.Nullable;

/** What must hold after every command. O(everything): for tests and for a restored snapshot, not for every step. */
final class Invariants {
    private final MachineState state;
    private int seen;
    private int waiting;
    private int withActor;

    Invariants(MachineState state) {
        this.state = state;
    }

    void check() {
        state.locks.forEach(this::checkLock);
        require(seen == state.claims.size(), "claims in locks and claims by key differ", seen);
        int[] inSessions = {0};
        state.sessions.forEach(session -> inSessions[0] += checkSession(session));
        inSessions[0] += checkSession(state.parking);
        require(waiting == state.waiters, "waiters are miscounted in all", state.waiters);
        require(withActor == state.actors.size(), "claims with and of actors differ", withActor);
        checkRecords();
        require(inSessions[0] == seen, "claims in sessions and claims in locks differ", inSessions[0]);
    }

    private void checkLock(LockState lock) {
        require(!lock.isIdle(), "an idle name is remembered (L8)", lock.name);
        require(state.locks.find(lock.name) == lock, "a lock cannot be found by its name", lock.name);
        long[] used = {0};
        long[] last = {0};
        Rings.forEach(lock.holders, claim -> claim.lockNext, claim -> {
            used[0] += claim.permits;
            require(claim.number > last[0] && claim.number <= state.lastToken, "tokens out of order (S3)", lock.name);
            last[0] = claim.number;
            checkClaim(claim, lock);
        });
        require(used[0] == lock.used, "permits are miscounted (S10)", lock.name);
        require(lock.used <= lock.capacity, "more permits than the capacity (S1)", lock.name);
        checkQueue(lock);
    }

    private void checkQueue(LockState lock) {
        int[] length = {0};
        long[] last = {0};
        Claim head = lock.queue == null ? null : lock.queue.head;
        Rings.forEach(head, claim -> claim.lockNext, claim -> {
            length[0]++;
            require(claim.number < last[0] && -claim.number <= state.lastIndex, "queue out of order (L2)", lock.name);
            last[0] = claim.number;
            checkClaim(claim, lock);
        });
        require(length[0] == lock.waiters(), "waiters are miscounted", lock.name);
        require(head == null || !lock.fits(head.permits), "a waiter that fits was not granted (L1)", lock.name);
    }

    private void checkClaim(Claim claim, LockState lock) {
        seen++;
        require(claim.lock == lock, "a claim in the wrong lock", lock.name);
        require(state.claims.find(claim.key()) == claim, "a claim cannot be found by its key", lock.name);
        waiting += claim.waits() ? 1 : 0;
        withActor += claim.hasActor() ? 1 : 0;
        require(claim.hasActor() != state.actors.of(claim).isEmpty(), "a claim of an unknown actor", lock.name);
        require(
                state.sessions.find(claim.session.id) == claim.session || claim.session == state.parking,
                "a claim of a session that has ended (S5)",
                lock.name);
        require(
                claim.session != state.parking || (claim.holds() && claim.leaseNanos > 0 && !claim.isRevoked()),
                "a parked claim that waits, is revoked or never ends",
                lock.name);
        checkDeadline(claim);
    }

    private void checkRecords() {
        long bytes = 0;
        for (RecordState record : state.records.all()) {
            bytes += record.size();
            require(record.version <= state.lastIndex, "a record from the future", record.key);
            require(state.records.find(record.key) == record, "a record cannot be found by its key", record.key);
            checkDeadline(record);
        }
        require(bytes == state.records.bytes(), "the bytes of records are miscounted", bytes);
    }

    private int checkSession(SessionState session) {
        int[] claims = {0};
        Rings.forEach(session.claims, claim -> claim.sessionNext, claim -> {
            claims[0]++;
            require(claim.session == session, "a claim in the wrong session", session.id);
        });
        require(claims[0] == session.claimCount, "claims are miscounted", session.id);
        checkDeadline(session);
        return claims[0];
    }

    private void checkDeadline(Timed timed) {
        boolean ends = timed.deadlineNanos() != Long.MAX_VALUE;
        require(
                ends ? state.deadlines.isArmedInTime(timed) : timed.heapSlot == Timed.NOT_ARMED,
                "a deadline that nobody watches, or a watch without a deadline",
                timed.heapSlot);
    }

    private static void require(boolean holds, String what, @Nullable Object where) {
        if (!holds) {
            throw new IllegalStateException(what + ": " + where);
        }
    }
}
