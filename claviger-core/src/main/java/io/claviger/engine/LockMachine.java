package io.claviger.engine;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The lock machine: one pure step function over the state of all locks and sessions. Give two machines the same
 * commands with the same indices and times, and they hold the same state and return the same events, whatever their hash
 * seeds. It is the heart of the in-process backend, of every server, and of the checker's model.
 *
 * <p>One primitive covers every kind of lock: a named, weighted, first-in-first-out semaphore. A mutex has capacity 1. A
 * reader-writer lock has capacity {@link Limits#READ_WRITE_CAPACITY}: a reader takes one permit and a writer takes all.
 * A request never overtakes an older one (L2), so writers do not starve. A name that nobody holds or waits for costs
 * nothing: it is forgotten at once (L8), which is safe because tokens are counted for the whole machine, not per name
 * (S3).
 *
 * <p><b>Cost.</b> Every command is O(1), plus one heap operation if it starts a lease, plus O(1) for each claim that it
 * ends or grants. A held lock takes about 190 bytes with its name, and 16 more if it has a lease. Two commands can take long
 * where there is much: one that makes the tables grow (they double), and the end of a session that holds very many locks.
 *
 * <p>Not thread-safe: whoever orders the commands calls it. Example:
 *
 * <pre>{@code
 * LockMachine machine = new LockMachine(wallClockMicros, randomSeed);
 * List<Event> events = machine.apply(machine.lastIndex() + 1, elapsedNanos, command);
 * Event answer = events.get(0);
 * }</pre>
 */
public final class LockMachine {
    private final MachineState state;

    /**
     * Makes an empty machine.
     *
     * @param start the index and the token to count up from: the larger of what an earlier machine reached and the wall
     *     clock in microseconds since 1970, so that tokens do not go back over a restart (S3)
     * @param hashSeed a secret number against names chosen to collide; it has no visible effect
     * @throws IllegalArgumentException if {@code start} is negative or not below 2^53
     */
    public LockMachine(long start, long hashSeed) {
        this(start, hashSeed, Limits.MAX_RECORD_BYTES);
    }

    /**
     * Makes an empty machine with less room for records, for where there is less memory. All machines of a group must have the same.
     *
     * @param maxRecordBytes as {@link Limits#MAX_RECORD_BYTES}, which is also the most
     * @throws IllegalArgumentException also if the room is negative or greater
     */
    public LockMachine(long start, long hashSeed, long maxRecordBytes) {
        this(new MachineState(start, hashSeed, maxRecordBytes));
    }

    private LockMachine(MachineState state) {
        this.state = state;
    }

    /**
     * Applies one command.
     *
     * <p><b>Order.</b> The first event answers the command and is an {@link Event.Reply}; the others are notices in the
     * order in which they happened. Everything that the command ends is gone before anything is granted.
     *
     * <p><b>Shapes and units.</b> {@code nowNanos} is machine time: the sum of the elapsed monotonic time of those who
     * led, never a wall clock. A value below an earlier one counts as no time passed.
     *
     * @param index the number of the command, above {@link #lastIndex()} and below 2^53
     * @return at least one event, unmodifiable
     * @throws IllegalArgumentException if the index is out of order: nothing was done
     * @throws IllegalStateException if the tokens below 2^53 are used up: nothing was done
     */
    public List<Event> apply(long index, long nowNanos, Command command) {
        Objects.requireNonNull(command, "command");
        state.advance(index, nowNanos);
        return new Step(state, index).run(command);
    }

    /** Returns the index of the newest command applied, or the start. */
    public long lastIndex() {
        return state.lastIndex;
    }

    /** Returns the newest token granted, or the start. */
    public long lastToken() {
        return state.lastToken;
    }

    /** Returns the machine time of the newest command. */
    public long nowNanos() {
        return state.nowNanos;
    }

    /** Returns a machine time before which a {@link Command.Tick} ends nothing; {@link Long#MAX_VALUE} if never. */
    public long nextTickNanos() {
        return state.deadlines.nextNanos();
    }

    /** Returns how many names are in use. */
    public int lockCount() {
        return state.locks.size();
    }

    /** Returns how many sessions are live. */
    public int sessionCount() {
        return state.sessions.size();
    }

    /** Returns how many grants and waiters there are. */
    public int claimCount() {
        return state.claims.size();
    }

    /** Returns how many requests wait. */
    public int waiterCount() {
        return state.waiters;
    }

    /** Returns how many grants and waiters a session has; 0 if there is no such session. */
    public int claimCount(long session) {
        SessionState live = state.sessions.find(session);
        return live == null ? 0 : live.claimCount;
    }

    /** Whether a key holds permits under a session, and nobody has taken them back. */
    public boolean isHeld(long session, OwnerKey key) {
        Claim claim = state.claims.find(key);
        return claim != null && claim.holds() && !claim.isRevoked() && claim.session.id == session;
    }

    /** Returns the name of which a key holds permits; nothing if it holds none. */
    public Optional<String> nameHeldBy(OwnerKey key) {
        Claim claim = state.claims.find(key);
        return claim != null && claim.holds() ? Optional.of(claim.lock.name) : Optional.empty();
    }

    /** Whether a key holds permits, with a lease of their own. */
    public boolean isLeased(OwnerKey key) {
        Claim claim = state.claims.find(key);
        return claim != null && claim.holds() && claim.leaseNanos != 0;
    }

    /** Whether anybody holds a name. Only then can anybody wait for it. */
    public boolean isInUse(String name) {
        return state.locks.find(name) != null;
    }

    /**
     * Looks whether those who wait for a name seem to wait for each other. A request without an actor counts as one of its
     * session, which may be wrong: another thread of the same session may hold what seems to be waited for.
     *
     * @return who waits for what, as in {@link Event.Deadlock}, sessions by their labels; empty = no cycle was seen
     */
    public List<Event.Wait> suspectedCycle(String name) {
        return new Queries(state).suspectedCycle(name);
    }

    /**
     * Looks at one name: who holds it, since when, how long still, and who waits.
     *
     * @param maxWaiters how many of the waiters to list, the oldest first
     * @return nothing if the name is not in use
     */
    public Optional<LockView> lock(String name, int maxWaiters) {
        return Optional.ofNullable(new Queries(state).lock(name, maxWaiters));
    }

    /**
     * Lists the grants of one name, the oldest token first. O(limit) time and memory.
     *
     * @param limit how many at most
     */
    public List<LockView.ClaimView> holders(String name, int limit) {
        return new Queries(state).holders(name, limit);
    }

    /**
     * Lists a page of the names in use, in the order of their UTF-16 code units. O(names) time, O(page) memory.
     *
     * @param prefix what the names begin with; empty = all
     * @param after the last name of the page before; empty = from the first
     * @param limit how many names at most
     * @param maxWaiters how many waiters to list for each
     */
    public List<LockView> locks(String prefix, String after, int limit, int maxWaiters) {
        return new Queries(state).locks(prefix, after, limit, maxWaiters);
    }

    /** Lists the live sessions by id. */
    public List<SessionView> sessions() {
        return new Queries(state).sessions();
    }

    /** Returns the place of a waiter in its queue, 1 for the next to be granted; nothing if the key does not wait. */
    public OptionalInt position(OwnerKey key) {
        return new Queries(state).position(key);
    }

    /** Returns how many records there are. */
    public int recordCount() {
        return state.records.size();
    }

    /** Returns a record of the key-value store; nothing if there is none. */
    public Optional<RecordView> record(String key) {
        return Optional.ofNullable(new Queries(state).record(key));
    }

    /**
     * Lists a page of the records, in the order of their keys' code points. It ends early, but not before its first record, when
     * the values in it would exceed {@code maxBytes}. O(page) time and memory.
     *
     * @param prefix what the keys begin with; empty = all
     * @param after the last key of the page before; empty = from the first
     * @param limit how many at most
     */
    public List<RecordView> records(String prefix, String after, int limit, long maxBytes) {
        return new Queries(state).records(prefix, after, limit, maxBytes);
    }

    /** Returns the whole state as bytes: versioned, with a checksum, the same for every hash seed. */
    public byte[] snapshot() {
        return SnapshotWriter.write(state);
    }

    /**
     * Makes a machine that goes on where a snapshot was taken.
     *
     * @throws CorruptDataException if the bytes are cut, changed, of another format or of a newer version
     */
    public static LockMachine restore(byte[] snapshot, long hashSeed) {
        return new LockMachine(SnapshotReader.read(snapshot, hashSeed));
    }

    /**
     * Checks everything that must hold between commands. O(everything).
     *
     * @throws IllegalStateException if an invariant is broken, saying which and where
     */
    public void checkInvariants() {
        new Invariants(state).check();
    }
}
