package io.claviger.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads what {@link SnapshotWriter} wrote. */
final class SnapshotReader {
    private final ByteReader in;
    private final MachineState state;
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
        try {
            MachineState state = new MachineState(in.readNumber(), hashSeed);
            return new SnapshotReader(in, state).read();
        } catch (IllegalArgumentException outOfRange) {
            throw new CorruptDataException("snapshot out of range: " + outOfRange.getMessage());
        }
    }

    private static void checkChecksum(byte[] bytes) {
        int end = bytes.length - SnapshotWriter.CHECKSUM_BYTES;
        if (end < 0 || ByteBuffer.wrap(bytes).getInt(end) != SnapshotWriter.checksum(bytes, end)) {
            throw new CorruptDataException("the snapshot's checksum does not match: it was cut or changed");
        }
    }

    private MachineState read() {
        state.lastToken = in.readNumber();
        state.nowNanos = in.readNumber();
        int sessions = in.readCount();
        for (int i = 0; i < sessions; i++) {
            readSession();
        }
        linkIntoLocks();
        if (in.remaining() != SnapshotWriter.CHECKSUM_BYTES) {
            throw new CorruptDataException("bytes behind the last session");
        }
        return state;
    }

    private void readSession() {
        SessionState session = new SessionState(
                in.readNumber(),
                in.readEnum(SessionKind.values()),
                in.readNumber(),
                in.readKey(),
                in.readText(),
                in.readNumber());
        session.attachment = in.readInt();
        session.renewedNanos = in.readNumber();
        state.sessions.add(session);
        state.deadlines.arm(session);
        if (in.readFlag()) {
            readReplies(session);
        }
        int count = in.readCount();
        for (int i = 0; i < count; i++) {
            readClaim(session);
        }
    }

    private void readReplies(SessionState session) {
        ReplyWindow window = session.window();
        window.acknowledge(in.readNumber());
        int count = in.readCount();
        for (int i = 0; i < count; i++) {
            long sequence = in.readNumber();
            if (sequence <= window.floor() || sequence - window.floor() > Limits.MAX_UNACKNOWLEDGED) {
                throw new CorruptDataException("a reply with number " + sequence + " outside its window");
            }
            window.put(sequence, ReplyCodec.read(session.id, in));
        }
    }

    private void readClaim(SessionState session) {
        String name = in.readText();
        int capacity = in.readInt();
        LockState lock = state.locks.find(name);
        if (lock == null) {
            lock = state.addLock(name, capacity);
        }
        OwnerKey key = in.readKey();
        int permits = in.readInt();
        long number = in.readNumber();
        Claim claim = new Claim(lock, session, key, permits, in.readNumber());
        claim.restore(number, in.readNumber(), in.readInt(), in.readFlag());
        state.register(claim);
        claims.add(claim);
    }

    /** Holders stand in the order of their tokens, waiters in that of their arrival. */
    private void linkIntoLocks() {
        claims.sort(Comparator.comparingLong(claim -> Math.abs(claim.number)));
        for (Claim claim : claims) {
            if (claim.holds()) {
                claim.lock.addHolder(claim);
                state.deadlines.arm(claim);
            } else {
                claim.lock.addWaiter(claim);
            }
        }
    }
}
