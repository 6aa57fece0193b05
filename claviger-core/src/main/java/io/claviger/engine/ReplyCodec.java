package io.claviger.engine;

import io.claviger.engine.Event.Deadlock;
import io.claviger.engine.Event.Granted;
import io.claviger.engine.Event.HandedOff;
import io.claviger.engine.Event.NotGranted;
import io.claviger.engine.Event.NotHeld;
import io.claviger.engine.Event.Queued;
import io.claviger.engine.Event.RecordDeleted;
import io.claviger.engine.Event.RecordPut;
import io.claviger.engine.Event.Rejected;
import io.claviger.engine.Event.Released;
import io.claviger.engine.Event.Renewed;
import io.claviger.engine.Event.Reply;
import io.claviger.engine.Event.SessionRenewed;
import io.claviger.engine.Event.VersionMismatch;
import io.claviger.engine.Event.Withdrawn;
import java.util.ArrayList;
import java.util.List;

/** The replies that a session keeps for retries, as bytes. Other replies are never kept. */
final class ReplyCodec {
    private static final int GRANTED = 1;
    private static final int QUEUED = 2;
    private static final int NOT_GRANTED = 3;
    private static final int WITHDRAWN = 4;
    private static final int RELEASED = 5;
    private static final int RENEWED = 6;
    private static final int NOT_HELD = 7;
    private static final int REJECTED = 8;
    private static final int SESSION_RENEWED = 9;
    private static final int HANDED_OFF = 10;
    private static final int DEADLOCK = 11;
    private static final int RECORD_PUT = 12;
    private static final int RECORD_DELETED = 13;
    private static final int VERSION_MISMATCH = 14;

    private ReplyCodec() {}

    static void write(Reply reply, NameIndex names, ByteWriter out) {
        if (reply instanceof Granted granted) {
            begin(GRANTED, granted.key(), out);
            names.write(granted.name(), out);
            out.writeNumber(granted.permits());
            out.writeNumber(granted.token());
            out.writeNumber(granted.leaseNanos());
        } else if (reply instanceof Queued queued) {
            begin(QUEUED, queued.key(), out);
            names.write(queued.name(), out);
        } else if (reply instanceof NotGranted refused) {
            begin(NOT_GRANTED, refused.key(), out);
            names.write(refused.name(), out);
        } else if (reply instanceof Withdrawn withdrawn) {
            begin(WITHDRAWN, withdrawn.key(), out);
        } else if (reply instanceof Released released) {
            begin(RELEASED, released.key(), out);
            names.write(released.name(), out);
            out.writeNumber(released.token());
        } else if (reply instanceof Renewed renewed) {
            begin(RENEWED, renewed.key(), out);
            out.writeNumber(renewed.token());
            out.writeNumber(renewed.leaseNanos());
        } else if (reply instanceof NotHeld notHeld) {
            begin(NOT_HELD, notHeld.key(), out);
        } else if (reply instanceof Rejected rejected) {
            out.writeByte(REJECTED);
            out.writeEnum(rejected.reason());
        } else if (reply instanceof SessionRenewed) {
            out.writeByte(SESSION_RENEWED);
        } else if (reply instanceof HandedOff handedOff) {
            begin(HANDED_OFF, handedOff.key(), out);
        } else if (reply instanceof Deadlock deadlock) {
            begin(DEADLOCK, deadlock.key(), out);
            out.writeNumber(deadlock.cycle().size());
            for (Event.Wait wait : deadlock.cycle()) {
                out.writeText(wait.actor());
                names.write(wait.name(), out);
            }
        } else {
            writeOfRecord(reply, out);
        }
    }

    private static void writeOfRecord(Reply reply, ByteWriter out) {
        if (reply instanceof RecordPut put) {
            out.writeByte(RECORD_PUT);
            out.writeNumber(put.version());
        } else if (reply instanceof RecordDeleted deleted) {
            out.writeByte(RECORD_DELETED);
            out.writeNumber(deleted.version());
        } else if (reply instanceof VersionMismatch mismatch) {
            out.writeByte(VERSION_MISMATCH);
            out.writeNumber(mismatch.version());
        } else {
            throw new IllegalArgumentException("not a reply that is kept: " + reply);
        }
    }

    static Reply read(long session, NameIndex names, ByteReader in) {
        int type = in.readByte();
        return switch (type) {
            case GRANTED ->
                new Granted(session, in.readKey(), names.read(in), in.readInt(), in.readNumber(), in.readNumber());
            case QUEUED -> new Queued(session, in.readKey(), names.read(in));
            case NOT_GRANTED -> new NotGranted(session, in.readKey(), names.read(in));
            case WITHDRAWN -> new Withdrawn(session, in.readKey());
            case RELEASED -> new Released(session, in.readKey(), names.read(in), in.readNumber());
            case RENEWED -> new Renewed(session, in.readKey(), in.readNumber(), in.readNumber());
            case NOT_HELD -> new NotHeld(session, in.readKey());
            case REJECTED -> new Rejected(session, in.readEnum(Rejection.values()));
            case SESSION_RENEWED -> new SessionRenewed(session);
            case HANDED_OFF -> new HandedOff(session, in.readKey());
            case DEADLOCK -> readDeadlock(session, names, in);
            case RECORD_PUT -> new RecordPut(session, in.readNumber());
            case RECORD_DELETED -> new RecordDeleted(session, in.readNumber());
            case VERSION_MISMATCH -> new VersionMismatch(session, in.readNumber());
            default -> throw new CorruptDataException("unknown reply type " + type);
        };
    }

    private static Deadlock readDeadlock(long session, NameIndex names, ByteReader in) {
        OwnerKey key = in.readKey();
        List<Event.Wait> cycle = new ArrayList<>();
        int waits = in.readCount();
        for (int i = 0; i < waits; i++) {
            cycle.add(new Event.Wait(in.readText(), names.read(in)));
        }
        return new Deadlock(session, key, List.copyOf(cycle));
    }

    private static void begin(int type, OwnerKey key, ByteWriter out) {
        out.writeByte(type);
        out.writeKey(key);
    }
}
