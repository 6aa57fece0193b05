package io.claviger.engine;

import java.util.Optional;

/** One step of the machine. The set is closed; each command applies itself. */
public sealed interface Command {

    /**
     * Applies this command and returns its answer; notices go to the step. A step is made by the machine only, so this
     * is not for callers: use {@link LockMachine#apply}.
     */
    Event.Reply applyTo(Step step);

    /**
     * Opens a session.
     *
     * @param session its id: not 0, chosen by the host, never used before
     * @param ttlNanos its time to live; 0 for {@link SessionKind#CONNECTION}
     * @param secret what a client must know to attach to it anew
     * @param label who it is, for people: a client id, a host and process
     */
    record OpenSession(long session, SessionKind kind, long ttlNanos, OwnerKey secret, String label)
            implements Command {
        @Override
        public Event.Reply applyTo(Step step) {
            return step.openSession(this);
        }
    }

    /**
     * Attaches to a session anew: from now on only the new attach number may change anything (S4). It renews the session as
     * {@link RenewSession} does.
     *
     * @param attachment the number, chosen by the client: above every earlier one, of which the first is 1. A retry carries
     *     the same number
     */
    record AttachSession(long session, OwnerKey secret, int attachment) implements Command {
        @Override
        public Event.Reply applyTo(Step step) {
            return step.attachSession(this);
        }
    }

    /** Keeps a session alive and renews the leases of all its grants. */
    record RenewSession(Origin origin) implements Command {
        @Override
        public Event.Reply applyTo(Step step) {
            return step.renewSession(this);
        }
    }

    /** Ends a session, its grants and its waiters. */
    record EndSession(Origin origin) implements Command {
        @Override
        public Event.Reply applyTo(Step step) {
            return step.endSession(this);
        }
    }

    /**
     * Asks for permits of a name.
     *
     * @param permits how many, at least 1
     * @param capacity how many the name has; all requests for a name in use must agree
     * @param leaseNanos the time to live of the grant; 0 = as long as its session
     * @param actor for whom this is, such as a job or a thread; empty = not told. Requests of actors fail with {@link
     *     Event.Deadlock} rather than wait for ever
     */
    record Acquire(
            Origin origin,
            String name,
            OwnerKey key,
            int permits,
            int capacity,
            long leaseNanos,
            Waiting waiting,
            Renewing renewing,
            String actor)
            implements Command {
        /** Asks for nobody in particular, with a lease that the session renews. */
        public Acquire(
                Origin origin, String name, OwnerKey key, int permits, int capacity, long leaseNanos, Waiting waiting) {
            this(origin, name, key, permits, capacity, leaseNanos, waiting, Renewing.BY_SESSION, "");
        }

        @Override
        public Event.Reply applyTo(Step step) {
            return step.acquire(this);
        }
    }

    /** What an acquire does when it cannot be granted at once. */
    enum Waiting {
        /** It queues. */
        QUEUE,
        /** It is answered {@link Event.NotGranted}. */
        NEVER
    }

    /** What restarts the lease of a grant. */
    enum Renewing {
        /** A {@link RenewSession} or a {@link Renew}. */
        BY_SESSION,
        /** A {@link Renew} only: the grant ends if its holder makes no progress, however alive the session is. */
        BY_KEY
    }

    /**
     * Gives up waiting. If the grant came first it stays, and the answer is that {@link Event.Granted}: the caller hands
     * it on or releases it. A grant that was revoked meanwhile ends, and the answer is {@link Event.NotHeld}.
     */
    record Withdraw(Origin origin, OwnerKey key) implements Command {
        @Override
        public Event.Reply applyTo(Step step) {
            return step.withdraw(this);
        }
    }

    /** Ends a grant. Any live session that knows the key may do so; if it is another than the holder's, that one is told. */
    record Release(Origin origin, OwnerKey key) implements Command {
        @Override
        public Event.Reply applyTo(Step step) {
            return step.release(this);
        }
    }

    /**
     * Restarts the lease of a grant. Any live session that knows the key may do so, also with a shorter lease.
     *
     * @param leaseNanos the new lease from now on; 0 = the length that it has
     */
    record Renew(Origin origin, OwnerKey key, long leaseNanos) implements Command {
        @Override
        public Event.Reply applyTo(Step step) {
            return step.renew(this);
        }
    }

    /**
     * Parks a grant of the own session outside any session, under another key, until somebody adopts it or its time has
     * passed. It keeps its token and its permits.
     *
     * @param ticket the key under which it is parked; who knows it may adopt or release the grant
     * @param parkNanos how long it stays, above 0
     */
    record HandOff(Origin origin, OwnerKey key, OwnerKey ticket, long parkNanos) implements Command {
        @Override
        public Event.Reply applyTo(Step step) {
            return step.handOff(this);
        }
    }

    /**
     * Takes over a parked grant, with a greater token. The answer is {@link Event.Granted}; to a repetition with the same
     * key, the same grant; to anybody else, {@link Event.NotHeld}.
     *
     * @param key new, as for an {@link Acquire}; leaseNanos, renewing and actor are as there too
     */
    record Adopt(Origin origin, OwnerKey ticket, OwnerKey key, long leaseNanos, Renewing renewing, String actor)
            implements Command {
        @Override
        public Event.Reply applyTo(Step step) {
            return step.adopt(this);
        }
    }

    /**
     * Takes grants back in the name of an administrator.
     *
     * @param key the one grant to take back; empty = all of the name
     */
    record Revoke(String name, Optional<OwnerKey> key, Urgency urgency) implements Command {
        @Override
        public Event.Reply applyTo(Step step) {
            return step.revoke(this);
        }
    }

    /** When a revoked grant is passed on. */
    enum Urgency {
        /** When its holder confirms by a release, or its validity has ended. */
        WHEN_SAFE,
        /** At once: only the fencing token protects against the old holder. */
        NOW
    }

    /** The version that a write expects if it expects none in particular. */
    long ANY_VERSION = -1;

    /** The version that a write expects if there must be no record. */
    long ABSENT = 0;

    /**
     * Writes a record of the key-value store. Its version is the index of this command.
     *
     * @param key 1 to {@link Limits#MAX_RECORD_KEY_LENGTH} characters
     * @param ttlNanos the record's time to live from now on; 0 = none
     * @param expected the version that the record must have, {@link #ABSENT} or {@link #ANY_VERSION}
     * @param guard the grant that must be held; empty = none
     */
    record PutRecord(Origin origin, String key, Bytes value, long ttlNanos, long expected, Optional<Guard> guard)
            implements Command {
        @Override
        public Event.Reply applyTo(Step step) {
            return step.putRecord(this);
        }
    }

    /**
     * Deletes a record of the key-value store.
     *
     * @param expected the version that the record must have, or {@link #ANY_VERSION}
     * @param guard the grant that must be held; empty = none
     */
    record DeleteRecord(Origin origin, String key, long expected, Optional<Guard> guard) implements Command {
        @Override
        public Event.Reply applyTo(Step step) {
            return step.deleteRecord(this);
        }
    }

    /** Ends every session, grant and record whose time has passed. */
    record Tick() implements Command {
        @Override
        public Event.Reply applyTo(Step step) {
            return step.tick();
        }
    }
}
