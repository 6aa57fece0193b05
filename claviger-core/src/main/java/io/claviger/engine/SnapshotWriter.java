package io.claviger.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The state as bytes: magic, version, counters, the sessions by id, and in each its replies and its claims in the order
 * of its ring; then what is parked, and the records by key. Locks are not written: they are what their claims say. A CRC-32C of everything stands at the end.
 */
final class SnapshotWriter {
    /** "CLVG". */
    static final int MAGIC = 0x434C5647;

    static final int VERSION = 3;
    static final int CHECKSUM_BYTES = 4;

    private final MachineState state;
    private final ByteWriter out = new ByteWriter();
    private final NameIndex names = new NameIndex();

    private SnapshotWriter(MachineState state) {
        this.state = state;
    }

    static byte[] write(MachineState state) {
        return new SnapshotWriter(state).write();
    }

    private byte[] write() {
        out.writeNumber(MAGIC);
        out.writeNumber(VERSION);
        out.writeNumber(state.lastIndex);
        out.writeNumber(state.lastToken);
        out.writeNumber(state.nowNanos);
        List<SessionState> sessions = new ArrayList<>(state.sessions.size());
        state.sessions.forEach(sessions::add);
        sessions.sort(Comparator.comparingLong(session -> session.id));
        out.writeNumber(sessions.size());
        sessions.forEach(this::write);
        writeClaims(state.parking);
        out.writeNumber(state.records.size());
        state.records.all().forEach(this::write);
        byte[] body = out.toByteArray();
        return ByteBuffer.allocate(body.length + CHECKSUM_BYTES)
                .put(body)
                .putInt(checksum(body, body.length))
                .array();
    }

    static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private void write(SessionState session) {
        out.writeNumber(session.id);
        out.writeEnum(session.kind);
        out.writeNumber(session.ttlNanos);
        out.writeKey(session.secret);
        out.writeText(session.label);
        out.writeNumber(session.openedNanos);
        out.writeNumber(session.attachment);
        out.writeNumber(session.renewedNanos);
        ReplyWindow replies = session.replies;
        out.writeByte(replies == null ? 0 : 1);
        if (replies != null) {
            out.writeNumber(replies.floor());
            out.writeNumber(replies.count());
            replies.forEach((sequence, reply) -> {
                out.writeNumber(sequence);
                ReplyCodec.write(reply, names, out);
            });
        }
        writeClaims(session);
    }

    private void writeClaims(SessionState session) {
        out.writeNumber(session.claimCount);
        Rings.forEach(session.claims, claim -> claim.sessionNext, this::write);
    }

    private void write(RecordState record) {
        out.writeText(record.key);
        record.value.writeTo(out);
        out.writeNumber(record.version);
        out.writeNumber(record.endNanos);
    }

    private void write(Claim claim) {
        names.write(claim.lock.name, out);
        out.writeNumber(claim.lock.capacity);
        out.writeKey(claim.key());
        out.writeNumber(claim.permits);
        out.writeNumber(claim.number);
        out.writeNumber(claim.leaseNanos);
        out.writeNumber(claim.renewedNanos);
        out.writeNumber(claim.sinceSeconds());
        out.writeByte(claim.isRevoked() ? 1 : 0);
        out.writeByte(claim.isRenewedByKey() ? 1 : 0);
        out.writeText(state.actors.of(claim));
    }
}
