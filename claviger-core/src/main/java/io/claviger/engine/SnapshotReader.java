package io.claviger.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads what {@link SnapshotWriter} wrote. A right checksum proves that nothing was changed by accident, not that the
 * content can be: every value is held against its limits, and the invariants of the whole are checked at the end.
 */
final class SnapshotReader {
    private final ByteReader in;
    private final MachineState state;
    private final NameIndex names = new NameIndex();
    private final List<Claim> claims = new ArrayList<>();

    private SnapshotReader(ByteReader in, MachineState state) {
        this.in = in;
        this.state = state;
    }

    static MachineState read(byte[] bytes, long hashSeed) {
        ByteReader in = new ByteReader(bytes);
        if (in.readNumber() != SnapshotWriter.MAGIC) {
            throw new CorruptDataException("not a snapshot of a lock machine");
        }
        long version = in.readNumber();
        if (version != SnapshotWriter.VERSION) {
            throw new CorruptDataException(
                    "snapshot of version " + version + ", this program reads version " + SnapshotWriter.VERSION);
        }
        checkChecksum(bytes);
        long lastIndex = in.readNumber();
        check(isNumber(lastIndex), "last index", lastIndex);
        MachineState state = new MachineState(lastIndex, hashSeed);
        new SnapshotReader(in, state).read();
        try {
            new Invariants(state).check();
        } catch (IllegalStateException broken) {
            throw new CorruptDataException("snapshot of a state that cannot be: " + broken.getMessage());
        }
        return state;
    }

    private static void checkChecksum(byte[] bytes) {
        int end = bytes.length - SnapshotWriter.CHECKSUM_BYTES;
        if (end < 0 || ByteBuffer.wrap(bytes).getInt(end) != SnapshotWriter.checksum(bytes, end)) {
            throw new CorruptDataException("the snapshot's checksum does not match: it was cut or changed");
        }
    }

    private void read() {
        state.lastToken = in.readNumber();
        check(isNumber(state.lastToken), "last token", state.lastToken);
        state.nowNanos = readTime();
        int sessions = in.readCount();
        for (int i = 0; i < sessions; i++) {
            readSession();
        }
        readClaims(state.parking);
        linkIntoLocks();
        readRecords();
        if (in.remaining() != SnapshotWriter.CHECKSUM_BYTES) {
            throw new CorruptDataException("bytes behind the last record");
        }
    }

    private void readSession() {
        long id = in.readNumber();
        check(id != 0 && state.sessions.find(id) == null, "session id", id);
        SessionKind kind = in.readEnum(SessionKind.values());
        long ttl = in.readNumber();
        check(Limits.isTimeToLive(kind, ttl), "time to live", ttl);
        OwnerKey secret = in.readKey();
        String label = in.readText();
        check(Limits.isWellFormed(label, Limits.MAX_LABEL_LENGTH), "length of a label", label.length());
        SessionState session = new SessionState(id, kind, ttl, secret, label, readTime());
        session.attachment = in.readInt();
        check(session.attachment >= 1, "attachment", session.attachment);
        session.renewedNanos = readTime();
        state.sessions.add(session);
        state.deadlines.arm(session);
        if (in.readFlag()) {
            readReplies(session);
        }
        readClaims(session);
    }

    private void readClaims(SessionState session) {
        int count = in.readCount();
        for (int i = 0; i < count; i++) {
            readClaim(session);
        }
    }

    private void readReplies(SessionState session) {
        ReplyWindow window = session.window();
        long floor = in.readNumber();
        check(isNumber(floor), "acknowledged sequence number", floor);
        window.acknowledge(floor);
        int count = in.readCount();
        for (int i = 0; i < count; i++) {
            long sequence = in.readNumber();
            long above = sequence - floor;
            check(above >= 1 && above <= Limits.MAX_UNACKNOWLEDGED, "number of a kept reply", sequence);
            check(isNumber(sequence) && window.get(sequence) == null, "number of a kept reply", sequence);
            window.put(sequence, ReplyCodec.read(session.id, names, in));
        }
    }

    private void readClaim(SessionState session) {
        String name = names.read(in);
        check(!name.isEmpty() && Limits.isWellFormed(name, Limits.MAX_NAME_LENGTH), "length of a name", name.length());
        int capacity = in.readInt();
        check(capacity >= 1, "capacity", capacity);
        LockState lock = state.locks.find(name);
        if (lock == null) {
            lock = state.addLock(name, capacity);
        }
        check(lock.capacity == capacity, "capacity beside another of the same name", capacity);
        OwnerKey key = in.readKey();
        check(state.claims.find(key) == null, "key used twice in session", session.id);
        int permits = in.readInt();
        check(permits >= 1 && permits <= capacity, "permits", permits);
        long number = in.readNumber();
        check(number != 0 && isNumber(Math.abs(number)), "number of a claim", number);
        long lease = in.readNumber();
        check(Limits.isLease(lease), "lease", lease);
        long renewed = in.readNumber();
        int since = in.readInt();
        check(since >= 0 && since <= Claim.MAX_SECONDS, "seconds since a claim began", since);
        boolean revoked = in.readFlag();
        check(!revoked || (number > 0 && lease <= 1), "revocation of claim", number);
        long latest = revoked ? 2 * Limits.MAX_LEASE_NANOS : Limits.MAX_LEASE_NANOS;
        check(renewed >= -1 && renewed <= latest, "time of a renewal", renewed);
        Claim claim = new Claim(lock, session, key, permits, lease);
        if (in.readFlag()) {
            claim.renewByKeyOnly();
        }
        String actor = in.readText();
        check(Limits.isWellFormed(actor, Limits.MAX_ACTOR_LENGTH), "length of an actor", actor.length());
        claim.restore(number, renewed, since, revoked);
        state.register(claim, actor);
        claims.add(claim);
    }

    /** Holders stand in the order of their tokens, waiters in that of their arrival. */
    private void linkIntoLocks() {
        claims.sort(Comparator.comparingLong(claim -> Math.abs(claim.number)));
        long lastToken = 0;
        for (Claim claim : claims) {
            if (claim.holds()) {
                check(claim.number > lastToken, "token given twice", claim.number);
                lastToken = claim.number;
                check(claim.lock.fits(claim.permits), "permits beyond the capacity", claim.permits);
                claim.lock.addHolder(claim);
                state.deadlines.arm(claim);
            } else {
                claim.lock.addWaiter(claim);
                state.waiters++;
            }
        }
    }

    private void readRecords() {
        int count = in.readCount();
        check(count <= Limits.MAX_RECORDS, "records", count);
        for (int i = 0; i < count; i++) {
            String key = in.readText();
            check(Limits.isRecordKey(key) && state.records.find(key) == null, "length of a record's key", key.length());
            Bytes value = in.readBytes();
            check(value.length() <= Limits.MAX_VALUE_BYTES, "bytes of a value", value.length());
            long version = in.readNumber();
            check(version > 0 && version <= state.lastIndex, "version of a record", version);
            long end = in.readNumber();
            boolean ends = end != Long.MAX_VALUE;
            check(!ends || (end >= 0 && end <= 2 * Limits.MAX_LEASE_NANOS), "end of a record", end);
            state.put(new RecordState(key, value, version, end));
        }
        check(state.records.bytes() <= Limits.MAX_RECORD_BYTES, "bytes of all records", state.records.bytes());
    }

    private long readTime() {
        long nanos = in.readNumber();
        check(nanos >= 0 && nanos <= Limits.MAX_LEASE_NANOS, "machine time", nanos);
        return nanos;
    }

    private static boolean isNumber(long number) {
        return number >= 0 && number < Limits.MAX_NUMBER;
    }

    private static void check(boolean holds, String what, long value) {
        if (!holds) {
            throw new CorruptDataException("snapshot out of range: " + what + " " + value);
        }
    }
}
