package io.claviger.dynamodb;

import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.RejectedException;
import java.time.Duration;
import java.util.Optional;

/**
 * The words of lynk, so that its programs can be translated line by line, over {@link DynamoLayout#LYNK}. Region, credentials and
 * endpoint come from the environment, as there. Example:
 *
 * <pre>{@code
 * try (Lynk.Session session = Lynk.getSession("my-lock-table")) {
 *     Lynk.Lock lock = session.createLock("nightly");
 *     lock.acquire();
 *     job.run();
 *     lock.release();
 * }
 * }</pre>
 *
 * <p>What is better than there: a waiting {@code acquire} notices a release within a fraction of a second and does not give up before
 * its time; refreshing goes on after failures and for deserialized locks; a hand-over by {@code serialize} ends the lock at the
 * sender, so nothing there can undo it. Numbered locks, loss listeners and the rest are in {@link LockClient}, for which {@link
 * Session#client()} is the door.
 */
public final class Lynk {
    /** For how long a lock is held without being refreshed, unless told otherwise: 20 s. */
    public static final Duration DEFAULT_LEASE = DynamoConfig.DEFAULT_LEASE;

    /** For how long an acquire waits, unless told otherwise: 5 min. */
    public static final Duration DEFAULT_MAX_WAIT = Duration.ofMinutes(5);

    private Lynk() {}

    /**
     * Opens a session on a table: {@code lynk.get_session(table)}.
     *
     * <p><b>Blocks</b> until the table has been looked at.
     *
     * @throws RejectedException as {@link DynamoConfig#connect()}
     * @throws io.claviger.UnavailableException as {@link DynamoConfig#connect()}
     */
    public static Session getSession(String table) {
        return open(DynamoConfig.builder(table));
    }

    /** As {@link #getSession(String)}, with what stands in {@code hostIdentifier} of the items, for people. */
    public static Session getSession(String table, String hostIdentifier) {
        return open(DynamoConfig.builder(table).label(hostIdentifier));
    }

    /** The name of {@link #getSession(String)} in lynk 0.1.0. */
    public static Session getLockFactory(String table) {
        return getSession(table);
    }

    /** The name of {@link #getSession(String, String)} in lynk 0.1.0. */
    public static Session getLockFactory(String table, String hostIdentifier) {
        return getSession(table, hostIdentifier);
    }

    private static Session open(DynamoConfig.Builder builder) {
        return new Session(
                builder.layout(DynamoLayout.LYNK).withoutTokens().build().connect());
    }

    /**
     * Returns a session over a client in the layout of lynk, which it closes: what {@code backend_bridge_factory} was for, such as an
     * endpoint of one's own. Example:
     *
     * <pre>{@code
     * Lynk.Session session = Lynk.over(LockClient.connect("dynamodb:locks?layout=lynk&region=eu-west-1"));
     * }</pre>
     */
    public static Session over(LockClient client) {
        return new Session(client);
    }

    /** Makes locks. Thread-safe. To close it releases what its locks hold. */
    public static final class Session implements AutoCloseable {
        private final LockClient client;

        private Session(LockClient client) {
            this.client = client;
        }

        /** Returns a lock that is refreshed while it is held. */
        public Lock createLock(String lockName) {
            return new Lock(client, lockName, LockOptions.Renewal.AUTOMATIC);
        }

        /** Returns a lock that only {@link Lock#refresh()} keeps from running out: {@code auto_refresh=False}. */
        public Lock createLockWithoutRefresh(String lockName) {
            return new Lock(client, lockName, LockOptions.Renewal.MANUAL);
        }

        /**
         * Takes over a lock that was serialized here or by lynk. It has the lease of the session's client, {@link #DEFAULT_LEASE} unless
         * set otherwise, and is refreshed.
         *
         * <p><b>Blocks</b> until the answer is there.
         *
         * @throws CannotDeserializeException if the text is none of a lock, saying what is wrong with it
         * @throws LockLostException if somebody took it over already, or it ran out and somebody else has it
         */
        public Lock deserializeLock(String text) {
            return adopt(text, LockOptions.DEFAULT);
        }

        /** As {@link #deserializeLock}, but only {@link Lock#refresh()} keeps the lock from running out: {@code auto_refresh=False}. */
        public Lock deserializeLockWithoutRefresh(String text) {
            return adopt(text, new LockOptions(Optional.empty(), LockOptions.Renewal.MANUAL, Optional.empty()));
        }

        /** Who receives a lock says how it is refreshed, not who sent it. */
        private Lock adopt(String text, LockOptions options) {
            Lease lease;
            try {
                Layout.HandOff handOff = LynkText.read(text);
                lease = client.adopt(LynkText.write(handOff.name(), handOff.ticket(), options));
            } catch (IllegalArgumentException malformed) {
                throw new CannotDeserializeException(String.valueOf(malformed.getMessage()));
            } catch (RejectedException gone) {
                throw new LockLostException(String.valueOf(gone.getMessage()));
            }
            Lock lock = new Lock(client, lease.name(), options.renewal());
            lock.hold(lease, DEFAULT_LEASE);
            return lock;
        }

        /** Returns the client that this session is made of. */
        public LockClient client() {
            return client;
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /** One lock, held by at most one caller at a time. Thread-safe. To close it releases it if it is held: lynk's {@code with}. */
    public static final class Lock implements AutoCloseable {
        private final LockClient client;
        private final String name;
        private final LockOptions.Renewal renewal;

        /** Both are guarded by this. */
        private Optional<Lease> held = Optional.empty();

        private Duration leaseLength = DEFAULT_LEASE;

        private Lock(LockClient client, String name, LockOptions.Renewal renewal) {
            this.client = client;
            this.name = name;
            this.renewal = renewal;
        }

        /** As {@link #acquire(Duration, Duration)} with {@link #DEFAULT_LEASE} and {@link #DEFAULT_MAX_WAIT}. */
        public void acquire() throws InterruptedException {
            acquire(DEFAULT_LEASE, DEFAULT_MAX_WAIT);
        }

        /** As {@link #acquire(Duration, Duration)} with {@link #DEFAULT_MAX_WAIT}. */
        public void acquire(Duration leaseDuration) throws InterruptedException {
            acquire(leaseDuration, DEFAULT_MAX_WAIT);
        }

        /**
         * Waits for the lock.
         *
         * <p><b>Blocks</b> until it is granted, or for {@code maxWait}. Zero asks once.
         *
         * @throws LockNotGrantedException if somebody else held it all the time, or this object holds it already
         * @throws InterruptedException if the thread is interrupted: nothing is held
         */
        public void acquire(Duration leaseDuration, Duration maxWait) throws InterruptedException {
            LockOptions options = new LockOptions(Optional.of(leaseDuration), renewal, Optional.empty());
            Optional<Lease> lease = client.lock(name, options).acquire(maxWait);
            hold(
                    lease.orElseThrow(() -> new LockNotGrantedException(
                            "'" + name + "' was held by somebody else for " + maxWait.toSeconds() + " s")),
                    leaseDuration);
        }

        private synchronized void hold(Lease lease, Duration length) {
            held = Optional.of(lease);
            leaseLength = length;
        }

        /**
         * Restarts the lease.
         *
         * @throws NoSuchLockException if this object never acquired the lock, or released it
         * @throws LockLostException if somebody else may hold it
         */
        public void refresh() {
            Lease lease = lease();
            try {
                lease.renew();
            } catch (LeaseLostException lost) {
                throw new LockLostException(String.valueOf(lost.getMessage()));
            }
        }

        /**
         * Gives the lock back.
         *
         * @throws NoSuchLockException if this object never acquired the lock, or released it
         * @throws LockLostException if somebody else may have held it meanwhile
         */
        public void release() {
            Lease lease = lease();
            synchronized (this) {
                held = Optional.empty();
            }
            try {
                lease.release();
            } catch (LeaseLostException lost) {
                throw new LockLostException(String.valueOf(lost.getMessage()));
            }
        }

        /**
         * Returns the text by which {@link Session#deserializeLock}, here or in lynk, takes the lock over. This object does not hold
         * it any more.
         *
         * @return good for one taking over, within the length of the lease
         * @throws NoSuchLockException if this object never acquired the lock, or released it
         * @throws LockLostException if somebody else may hold it
         */
        public String serialize() {
            Lease lease = lease();
            Duration length;
            synchronized (this) {
                held = Optional.empty();
                length = leaseLength;
            }
            try {
                return lease.handOff(length);
            } catch (LeaseLostException lost) {
                throw new LockLostException(String.valueOf(lost.getMessage()));
            }
        }

        /** Releases the lock if it is held, and never throws for a lost one. */
        @Override
        public void close() {
            Optional<Lease> mine;
            synchronized (this) {
                mine = held;
                held = Optional.empty();
            }
            mine.ifPresent(Lease::close);
        }

        /**
         * Returns the lease by which the lock is held, for what lynk has no words for: to be told of its loss, how long it is safe to act,
         * and its token, if the session's client has tokens.
         *
         * @throws NoSuchLockException if this object never acquired the lock, or released it
         */
        public synchronized Lease lease() {
            return held.orElseThrow(
                    () -> new NoSuchLockException("'" + name + "' was not acquired by this object, or released by it"));
        }
    }

    /** {@code LockNotGrantedError}: the lock was not granted within the limit. */
    public static final class LockNotGrantedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LockNotGrantedException(String message) {
            super(message);
        }
    }

    /**
     * {@code LockAlreadyInUseError}: somebody else has the lock. lynk's manual says that taking over a stolen lock fails with it, but
     * its code says {@link LockLostException}; here the one is the other.
     */
    public static class LockAlreadyInUseException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LockAlreadyInUseException(String message) {
            super(message);
        }
    }

    /** {@code LockLostError}: the lock ran out or was taken over, so others may have held it meanwhile. */
    public static final class LockLostException extends LockAlreadyInUseException {
        private static final long serialVersionUID = 1L;

        LockLostException(String message) {
            super(message);
        }
    }

    /** {@code NoSuchLockError}: the object does not hold the lock. */
    public static final class NoSuchLockException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoSuchLockException(String message) {
            super(message);
        }
    }

    /** {@code CannotDeserializeError}: the text is none of a lock. */
    public static final class CannotDeserializeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CannotDeserializeException(String message) {
            super(message);
        }
    }
}
