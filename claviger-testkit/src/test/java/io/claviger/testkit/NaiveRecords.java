package io.claviger.testkit;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.Event.Reply;
import io.claviger.engine.Limits;
import io.claviger.engine.RecordView;
import io.claviger.engine.Rejection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The key-value store as one would write it without a thought of speed: a list, and searches. */
final class NaiveRecords {
    private final List<RecordView> records = new ArrayList<>();

    Reply put(Command.PutRecord put, long index, long now, boolean held) {
        long id = put.origin().session();
        if (put.key().isEmpty()) {
            return new Event.Rejected(id, Rejection.INVALID_RECORD_KEY);
        } else if (put.ttlNanos() < 0 || put.ttlNanos() > Limits.MAX_LEASE_NANOS) {
            return new Event.Rejected(id, Rejection.INVALID_TIME_TO_LIVE);
        }
        Reply refusal = refusal(id, put.key(), put.expected(), held);
        if (refusal != null) {
            return refusal;
        }
        remove(put.key());
        long end = put.ttlNanos() == 0 ? Long.MAX_VALUE : now + put.ttlNanos();
        records.add(new RecordView(put.key(), put.value(), index, end));
        return new Event.RecordPut(id, index);
    }

    Reply delete(Command.DeleteRecord delete, boolean held) {
        long id = delete.origin().session();
        if (delete.key().isEmpty()) {
            return new Event.Rejected(id, Rejection.INVALID_RECORD_KEY);
        }
        long version = version(delete.key());
        Reply refusal = refusal(id, delete.key(), delete.expected(), held);
        if (refusal != null) {
            return refusal;
        }
        remove(delete.key());
        return new Event.RecordDeleted(id, version);
    }

    int expire(long now) {
        int before = records.size();
        records.removeIf(record -> record.leftNanos() <= now);
        return before - records.size();
    }

    /** What there is, in the order of keys. */
    List<RecordView> sorted(long now) {
        return records.stream()
                .sorted((a, b) -> a.key().compareTo(b.key()))
                .map(record -> left(record, now))
                .toList();
    }

    /** What is kept in place of what is left of it is its end. */
    private static RecordView left(RecordView record, long now) {
        long end = record.leftNanos();
        long left = end == Long.MAX_VALUE ? end : Math.max(0, end - now);
        return new RecordView(record.key(), record.value(), record.version(), left);
    }

    private @Nullable Reply refusal(long id, String key, long expected, boolean held) {
        if (!held) {
            return new Event.Rejected(id, Rejection.NOT_HOLDING);
        }
        return expected == -1 || expected == version(key) ? null : new Event.VersionMismatch(id, version(key));
    }

    private long version(String key) {
        return records.stream()
                .filter(record -> record.key().equals(key))
                .mapToLong(RecordView::version)
                .findFirst()
                .orElse(0);
    }

    private void remove(String key) {
        records.removeIf(record -> record.key().equals(key));
    }
}
