package io.claviger.engine;

import io.claviger.engine.Event.Reply;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The effect of one command on the records of the key-value store. */
record RecordWrites(MachineState state, long index) {

    Reply put(SessionState session, Command.PutRecord command) {
        Rejection invalid = invalidity(command);
        if (invalid != null) {
            return Answers.rejected(session.id, invalid);
        }
        RecordState present = state.records.find(command.key());
        Reply refusal = refusal(session, present, command.expected(), command.guard());
        if (refusal != null) {
            return refusal;
        }
        long end = command.ttlNanos() == 0 ? Long.MAX_VALUE : state.nowNanos + command.ttlNanos();
        RecordState record = new RecordState(command.key(), command.value(), index, end);
        if (!hasRoom(record, present)) {
            return Answers.rejected(session.id, Rejection.TOO_MANY_RECORDS);
        }
        state.put(record);
        return new Event.RecordPut(session.id, index);
    }

    Reply delete(SessionState session, Command.DeleteRecord command) {
        if (!Limits.isRecordKey(command.key())) {
            return Answers.rejected(session.id, Rejection.INVALID_RECORD_KEY);
        }
        RecordState present = state.records.find(command.key());
        Reply refusal = refusal(session, present, command.expected(), command.guard());
        if (refusal != null) {
            return refusal;
        }
        if (present != null) {
            state.remove(present);
        }
        return new Event.RecordDeleted(session.id, version(present));
    }

    private static @Nullable Rejection invalidity(Command.PutRecord command) {
        if (!Limits.isRecordKey(command.key())) {
            return Rejection.INVALID_RECORD_KEY;
        }
        if (command.value().length() > Limits.MAX_VALUE_BYTES) {
            return Rejection.VALUE_TOO_LONG;
        }
        return Limits.isLease(command.ttlNanos()) ? null : Rejection.INVALID_TIME_TO_LIVE;
    }

    /** What stands against a write: first its guard, since who does not hold the lock should learn nothing else. */
    private @Nullable Reply refusal(
            SessionState session, @Nullable RecordState present, long expected, Optional<Guard> guard) {
        if (guard.isPresent() && !isHeld(guard.get())) {
            return Answers.rejected(session.id, Rejection.NOT_HOLDING);
        }
        boolean matches = expected == Command.ANY_VERSION || expected == version(present);
        return matches ? null : new Event.VersionMismatch(session.id, version(present));
    }

    private boolean isHeld(Guard guard) {
        LockState lock = state.locks.find(guard.name());
        Claim first = lock == null ? null : lock.holders;
        for (Claim holder = first; holder != null; ) {
            if (holder.number == guard.token()) {
                return !holder.isRevoked() && holder.session != state.parking;
            }
            holder = holder.lockNext == first ? null : holder.lockNext;
        }
        return false;
    }

    private boolean hasRoom(RecordState added, @Nullable RecordState replaced) {
        long freed = replaced == null ? 0 : replaced.size();
        return (replaced != null || state.records.size() < Limits.MAX_RECORDS)
                && state.records.bytes() - freed + added.size() <= state.maxRecordBytes;
    }

    private static long version(@Nullable RecordState record) {
        return record == null ? Command.ABSENT : record.version;
    }
}
