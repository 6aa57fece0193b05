package io.claviger.engine;

/** Everything that the machine remembers, and the few ways in which claims come and go. */
final class MachineState {
    final KeyedHash hash;
    final Tables.ByName locks;
    final Tables.ByKey claims;
    final Tables.ById sessions;
    final DeadlineHeap deadlines = new DeadlineHeap();
    final Actors actors = new Actors();
    final Records records = new Records();

    /** What was handed off and not adopted yet belongs to this one, which nobody can find, attach to or renew. */
    final SessionState parking = new SessionState(0, SessionKind.CONNECTION, 0, new OwnerKey(0, 0), "", 0);

    int waiters;
    long lastIndex;
    long lastToken;
    long nowNanos;

    /** Bytes that all records may take, counted as {@link Limits#MAX_RECORD_BYTES} says. */
    final long maxRecordBytes;

    MachineState(long start, long hashSeed) {
        this(start, hashSeed, Limits.MAX_RECORD_BYTES);
    }

    MachineState(long start, long hashSeed, long maxRecordBytes) {
        if (start < 0 || start >= Limits.MAX_NUMBER) {
            throw new IllegalArgumentException("start must be at least 0 and below 2^53, but is " + start);
        }
        if (maxRecordBytes < 0 || maxRecordBytes > Limits.MAX_RECORD_BYTES) {
            throw new IllegalArgumentException(
                    "records take 0 to " + Limits.MAX_RECORD_BYTES + " bytes, but not " + maxRecordBytes);
        }
        this.maxRecordBytes = maxRecordBytes;
        this.hash = new KeyedHash(hashSeed);
        this.locks = new Tables.ByName(hash);
        this.claims = new Tables.ByKey(hash);
        this.sessions = new Tables.ById(hash);
        this.lastIndex = start;
        this.lastToken = start;
    }

    /** Goes on to the next command. Time never goes back: a smaller value counts as no time passed. */
    void advance(long index, long givenNanos) {
        if (index <= lastIndex || index >= Limits.MAX_NUMBER) {
            throw new IllegalArgumentException("index must be above " + lastIndex + " and below 2^53, but is " + index);
        }
        // A step grants at most every claim there is and one more. Better to stop than to stop half-way.
        if (lastToken + claims.size() + 1 >= Limits.MAX_NUMBER) {
            throw new IllegalStateException("tokens have reached 2^53");
        }
        lastIndex = index;
        nowNanos = Math.max(nowNanos, givenNanos);
    }

    LockState addLock(String name, int capacity) {
        LockState lock = new LockState(name, capacity);
        locks.add(lock);
        return lock;
    }

    /** Adds a claim that neither holds nor waits yet. */
    void register(Claim claim) {
        claims.add(claim);
        claim.session.add(claim);
    }

    /** As {@link #register(Claim)}, for a claim of somebody; an empty actor is nobody. */
    void register(Claim claim, String actor) {
        register(claim);
        if (!actor.isEmpty()) {
            claim.markActor();
            actors.add(claim, actor);
        }
    }

    void enqueue(Claim claim, long index) {
        claim.number = -index;
        claim.begin(nowNanos);
        claim.lock.addWaiter(claim);
        waiters++;
    }

    void dequeue(Claim claim) {
        claim.lock.removeWaiter(claim);
        waiters--;
    }

    /** Gives the claim its permits, the next token and a lease from now on. */
    void grant(Claim claim) {
        if (!claim.lock.fits(claim.permits)) {
            throw new IllegalStateException("more permits than the capacity of " + claim.lock.name);
        }
        claim.number = ++lastToken;
        claim.begin(nowNanos);
        claim.lock.addHolder(claim);
        if (claim.leaseNanos != 0) {
            deadlines.arm(claim);
        }
    }

    /** Moves a grant out of its session, under another key. Nothing changes for those who wait. */
    void park(Claim claim, OwnerKey ticket, long parkNanos) {
        Claim parked = new Claim(claim.lock, parking, ticket, claim.permits, parkNanos);
        parked.number = claim.number;
        parked.renewByKeyOnly();
        parked.begin(nowNanos);
        register(parked);
        claim.lock.replaceHolder(claim, parked);
        deadlines.disarm(claim);
        deadlines.arm(parked);
        claim.number = 0;
        forget(claim);
    }

    /** Takes the claim out of every structure. What waits behind it is for the caller to see to. */
    void end(Claim claim) {
        if (claim.holds()) {
            claim.lock.removeHolder(claim);
            deadlines.disarm(claim);
        } else {
            dequeue(claim);
        }
        claim.number = 0;
        forget(claim);
    }

    private void forget(Claim claim) {
        if (claim.hasActor()) {
            actors.remove(claim);
        }
        claims.remove(claim);
        claim.session.remove(claim);
    }

    /** Puts a record in the place of the one with its key, if there is one. */
    void put(RecordState record) {
        RecordState replaced = records.put(record);
        if (replaced != null) {
            deadlines.disarm(replaced);
        }
        deadlines.arm(record);
    }

    void remove(RecordState record) {
        deadlines.disarm(record);
        records.remove(record);
    }

    /** Forgets a name that nobody holds or waits for (L8). */
    void forgetIfIdle(LockState lock) {
        if (lock.isIdle() && lock.used != LockState.FORGOTTEN) {
            locks.remove(lock);
            lock.used = LockState.FORGOTTEN;
        }
    }
}
