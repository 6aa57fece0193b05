package io.claviger.engine;

import io.claviger.engine.Command.Acquire;
import io.claviger.engine.Command.Adopt;
import io.claviger.engine.Command.AttachSession;
import io.claviger.engine.Command.DeleteRecord;
import io.claviger.engine.Command.EndSession;
import io.claviger.engine.Command.HandOff;
import io.claviger.engine.Command.OpenSession;
import io.claviger.engine.Command.PutRecord;
import io.claviger.engine.Command.Release;
import io.claviger.engine.Command.Renew;
import io.claviger.engine.Command.RenewSession;
import io.claviger.engine.Command.Renewing;
import io.claviger.engine.Command.Revoke;
import io.claviger.engine.Command.Tick;
import io.claviger.engine.Command.Urgency;
import io.claviger.engine.Command.Waiting;
import io.claviger.engine.Command.Withdraw;
import java.util.Optional;

/**
 * Commands as bytes, for logs and for other nodes: one byte of type, the length of the body, the body.
 *
 * <p>Forward compatible: a later version may add fields at the end of a body, and a reader that does not know them skips
 * them. A type that the reader does not know is an error, never skipped: a replica that left a command out would no
 * longer be one. Type numbers and the order of fields are never reused.
 */
public final class CommandCodec {
    private static final int OPEN_SESSION = 1;
    private static final int ATTACH_SESSION = 2;
    private static final int RENEW_SESSION = 3;
    private static final int END_SESSION = 4;
    private static final int ACQUIRE = 5;
    private static final int WITHDRAW = 6;
    private static final int RELEASE = 7;
    private static final int RENEW = 8;
    private static final int REVOKE = 9;
    private static final int TICK = 10;
    private static final int HAND_OFF = 11;
    private static final int ADOPT = 12;
    private static final int PUT_RECORD = 13;
    private static final int DELETE_RECORD = 14;

    private CommandCodec() {}

    /**
     * Returns a command as bytes.
     *
     * @throws IllegalArgumentException if a text in it is not well-formed Unicode
     */
    public static byte[] encode(Command command) {
        ByteWriter body = new ByteWriter();
        int type = writeBody(command, body);
        ByteWriter out = new ByteWriter();
        out.writeByte(type);
        out.writeBytes(body.toByteArray());
        return out.toByteArray();
    }

    /**
     * Reads a command back.
     *
     * @throws CorruptDataException if the bytes are not one whole command of a known type
     */
    public static Command decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int type = in.readByte();
        Command command = readBody(type, in.readPart(in.readCount()));
        if (in.remaining() > 0) {
            throw new CorruptDataException("bytes behind a command of type " + type);
        }
        return command;
    }

    private static int writeBody(Command command, ByteWriter out) {
        if (command instanceof Acquire acquire) {
            return writeAcquire(acquire, out);
        } else if (command instanceof Release release) {
            return writeKeyed(RELEASE, release.origin(), release.key(), out);
        } else if (command instanceof Withdraw withdraw) {
            return writeKeyed(WITHDRAW, withdraw.origin(), withdraw.key(), out);
        } else if (command instanceof Renew renew) {
            writeKeyed(RENEW, renew.origin(), renew.key(), out);
            out.writeNumber(renew.leaseNanos());
            return RENEW;
        } else if (command instanceof RenewSession renew) {
            writeOrigin(renew.origin(), out);
            return RENEW_SESSION;
        } else if (command instanceof EndSession end) {
            writeOrigin(end.origin(), out);
            return END_SESSION;
        } else if (command instanceof OpenSession open) {
            return writeOpenSession(open, out);
        } else if (command instanceof AttachSession attach) {
            out.writeNumber(attach.session());
            out.writeKey(attach.secret());
            out.writeNumber(attach.attachment());
            return ATTACH_SESSION;
        } else if (command instanceof Revoke revoke) {
            return writeRevoke(revoke, out);
        } else if (command instanceof Tick) {
            return TICK;
        } else if (command instanceof HandOff handOff) {
            writeKeyed(HAND_OFF, handOff.origin(), handOff.key(), out);
            out.writeKey(handOff.ticket());
            out.writeNumber(handOff.parkNanos());
            return HAND_OFF;
        } else if (command instanceof Adopt adopt) {
            return writeAdopt(adopt, out);
        } else if (command instanceof PutRecord put) {
            writeOrigin(put.origin(), out);
            out.writeText(put.key());
            put.value().writeTo(out);
            out.writeNumber(put.ttlNanos());
            return writeConditions(PUT_RECORD, put.expected(), put.guard(), out);
        } else if (command instanceof DeleteRecord delete) {
            writeOrigin(delete.origin(), out);
            out.writeText(delete.key());
            return writeConditions(DELETE_RECORD, delete.expected(), delete.guard(), out);
        }
        throw new IllegalArgumentException("a command without a form: " + command);
    }

    private static Command readBody(int type, ByteReader in) {
        return switch (type) {
            case OPEN_SESSION ->
                new OpenSession(
                        in.readNumber(),
                        in.readEnum(SessionKind.values()),
                        in.readNumber(),
                        in.readKey(),
                        in.readText());
            case ATTACH_SESSION -> new AttachSession(in.readNumber(), in.readKey(), in.readInt());
            case RENEW_SESSION -> new RenewSession(readOrigin(in));
            case END_SESSION -> new EndSession(readOrigin(in));
            case ACQUIRE ->
                new Acquire(
                        readOrigin(in),
                        in.readText(),
                        in.readKey(),
                        in.readInt(),
                        in.readInt(),
                        in.readNumber(),
                        in.readEnum(Waiting.values()),
                        in.readEnum(Renewing.values()),
                        in.readText());
            case WITHDRAW -> new Withdraw(readOrigin(in), in.readKey());
            case RELEASE -> new Release(readOrigin(in), in.readKey());
            case RENEW -> new Renew(readOrigin(in), in.readKey(), in.readNumber());
            case REVOKE ->
                new Revoke(
                        in.readText(),
                        in.readFlag() ? Optional.of(in.readKey()) : Optional.empty(),
                        in.readEnum(Urgency.values()));
            case TICK -> new Tick();
            case HAND_OFF -> new HandOff(readOrigin(in), in.readKey(), in.readKey(), in.readNumber());
            case ADOPT ->
                new Adopt(
                        readOrigin(in),
                        in.readKey(),
                        in.readKey(),
                        in.readNumber(),
                        in.readEnum(Renewing.values()),
                        in.readText());
            case PUT_RECORD ->
                new PutRecord(
                        readOrigin(in), in.readText(), in.readBytes(), in.readNumber(), in.readNumber(), readGuard(in));
            case DELETE_RECORD -> new DeleteRecord(readOrigin(in), in.readText(), in.readNumber(), readGuard(in));
            default -> throw new CorruptDataException("unknown command type " + type);
        };
    }

    private static int writeOpenSession(OpenSession command, ByteWriter out) {
        out.writeNumber(command.session());
        out.writeEnum(command.kind());
        out.writeNumber(command.ttlNanos());
        out.writeKey(command.secret());
        out.writeText(command.label());
        return OPEN_SESSION;
    }

    private static int writeAcquire(Acquire command, ByteWriter out) {
        writeOrigin(command.origin(), out);
        out.writeText(command.name());
        out.writeKey(command.key());
        out.writeNumber(command.permits());
        out.writeNumber(command.capacity());
        out.writeNumber(command.leaseNanos());
        out.writeEnum(command.waiting());
        out.writeEnum(command.renewing());
        out.writeText(command.actor());
        return ACQUIRE;
    }

    private static int writeAdopt(Adopt command, ByteWriter out) {
        writeKeyed(ADOPT, command.origin(), command.ticket(), out);
        out.writeKey(command.key());
        out.writeNumber(command.leaseNanos());
        out.writeEnum(command.renewing());
        out.writeText(command.actor());
        return ADOPT;
    }

    private static int writeRevoke(Revoke command, ByteWriter out) {
        out.writeText(command.name());
        out.writeByte(command.key().isPresent() ? 1 : 0);
        command.key().ifPresent(out::writeKey);
        out.writeEnum(command.urgency());
        return REVOKE;
    }

    private static int writeConditions(int type, long expected, Optional<Guard> guard, ByteWriter out) {
        out.writeNumber(expected);
        out.writeByte(guard.isPresent() ? 1 : 0);
        guard.ifPresent(grant -> {
            out.writeText(grant.name());
            out.writeNumber(grant.token());
        });
        return type;
    }

    private static Optional<Guard> readGuard(ByteReader in) {
        return in.readFlag() ? Optional.of(new Guard(in.readText(), in.readNumber())) : Optional.empty();
    }

    private static int writeKeyed(int type, Origin origin, OwnerKey key, ByteWriter out) {
        writeOrigin(origin, out);
        out.writeKey(key);
        return type;
    }

    private static void writeOrigin(Origin origin, ByteWriter out) {
        out.writeNumber(origin.session());
        out.writeNumber(origin.attachment());
        out.writeNumber(origin.sequence());
        out.writeNumber(origin.acknowledged());
    }

    private static Origin readOrigin(ByteReader in) {
        return new Origin(in.readNumber(), in.readInt(), in.readNumber(), in.readNumber());
    }
}
