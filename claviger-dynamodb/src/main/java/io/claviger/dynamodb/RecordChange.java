package io.claviger.dynamodb;

import static io.claviger.dynamodb.Change.remove;
import static io.claviger.dynamodb.Change.set;

import io.claviger.PutOptions;
import io.claviger.Value;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a write makes of a record, whatever its version. */
sealed interface RecordChange {
    /** Whether there must be a record. */
    boolean isDeletion();

    /** Returns the changes of a write that is sent now, besides those of the version. */
    List<Change> changes(long nowMillis);

    /** Gives it a value. */
    record Put(Value value, PutOptions options) implements RecordChange {
        @Override
        public boolean isDeletion() {
            return false;
        }

        @Override
        public List<Change> changes(long nowMillis) {
            List<Change> changes = withoutLock();
            changes.add(set(DynalockRecord.PAYLOAD, Payload.encode(value)));
            changes.add(set(DynalockRecord.FORM, Payload.form(value)));
            changes.addAll(ending(options.timeToLive(), nowMillis));
            return changes;
        }
    }

    /** As {@link Put}, with a value as the table has it; none = that which is there stays. */
    record Raw(Optional<Object> payload, Optional<Duration> timeToLive) implements RecordChange {
        @Override
        public boolean isDeletion() {
            return false;
        }

        @Override
        public List<Change> changes(long nowMillis) {
            List<Change> changes = withoutLock();
            payload.ifPresent(value -> {
                changes.add(set(DynalockRecord.PAYLOAD, value));
                changes.add(remove(DynalockRecord.FORM));
            });
            changes.addAll(ending(timeToLive, nowMillis));
            return changes;
        }
    }

    /** Leaves a record that has ended, so that its version goes on. */
    record Delete() implements RecordChange {
        @Override
        public boolean isDeletion() {
            return true;
        }

        @Override
        public List<Change> changes(long nowMillis) {
            List<Change> changes = withoutLock();
            changes.add(remove(DynalockRecord.PAYLOAD));
            changes.add(remove(DynalockRecord.FORM));
            changes.add(set(DynalockRecord.ENDS, BigDecimal.ZERO));
            changes.add(set(DynalockRecord.EXPIRES, DynalockRecord.longAgo(nowMillis)));
            return changes;
        }
    }

    private static List<Change> ending(Optional<Duration> life, long nowMillis) {
        if (life.isEmpty()) {
            return List.of(remove(DynalockRecord.ENDS), remove(DynalockRecord.EXPIRES));
        }
        long ends = nowMillis + life.get().plusNanos(999_999).toMillis();
        return List.of(
                set(DynalockRecord.ENDS, BigDecimal.valueOf(ends)),
                set(DynalockRecord.EXPIRES, DynalockRecord.secondsUp(ends)));
    }

    /** If the record was a lock, it is none any more. */
    private static List<Change> withoutLock() {
        List<Change> changes = new ArrayList<>();
        for (String attribute : List.of(NativeLayout.LEASE, NativeLayout.HOST, NativeLayout.ACTOR, NativeLayout.KEY)) {
            changes.add(remove(attribute));
        }
        return changes;
    }
}
