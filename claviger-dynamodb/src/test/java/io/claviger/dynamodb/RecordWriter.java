package io.claviger.dynamodb;

import io.claviger.ClavigerException;
import io.claviger.Entry;
import io.claviger.IndeterminateException;
import io.claviger.KeyValueStore;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.NotHoldingException;
import io.claviger.ReadConsistency;
import io.claviger.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A client that writes a record again as soon as it knows what became of the last time. */
abstract class RecordWriter {
    static final int WRITES = 8;

    final List<Long> versions = new ArrayList<>();
    final List<String> violations = new ArrayList<>();
    final LockClient client;
    final KeyValueStore store;
    final String key;
    int uncertain;
    int ended;

    RecordWriter(LockClient client, String key) {
        this.client = client;
        this.store = client.keyValues();
        this.key = key;
    }

    abstract void go();

    /** Notes how a write ended, and goes on with the next. */
    final void next(@Nullable Throwable failure) {
        ended++;
        if (failure instanceof IndeterminateException) {
            uncertain++;
        } else if (failure != null && !(failure instanceof ClavigerException)) {
            violations.add("no failure that is foreseen: " + failure);
        }
        if (ended < WRITES) {
            go();
        }
    }

    static Value after(Optional<Entry> seen) {
        return Value.text(String.valueOf(
                1 + seen.map(entry -> Integer.parseInt(entry.value().asText())).orElse(0)));
    }

    static long version(Optional<Entry> seen) {
        return seen.map(Entry::version).orElse(KeyValueStore.ABSENT);
    }

    /** Counts up, as do others. What it reads may be stale; then its write is refused. */
    static final class Counting extends RecordWriter {
        Counting(LockClient client) {
            super(client, "count");
        }

        @Override
        void go() {
            store.getAsync(key, ReadConsistency.EVENTUAL).whenComplete((seen, failure) -> {
                if (failure == null) {
                    write(seen);
                } else {
                    go();
                }
            });
        }

        private void write(Optional<Entry> seen) {
            store.atomicPutAsync(key, after(seen), version(seen)).whenComplete((entry, failure) -> {
                if (failure == null && entry.isEmpty()) {
                    go();
                    return;
                }
                if (failure == null) {
                    versions.add(entry.orElseThrow().version());
                }
                next(failure);
            });
        }
    }

    /** Writes the same thing, as do others. */
    static final class Plain extends RecordWriter {
        Plain(LockClient client) {
            super(client, "plain");
        }

        @Override
        void go() {
            store.putAsync(key, Value.text("x")).whenComplete((entry, failure) -> {
                if (failure == null) {
                    versions.add(entry.version());
                }
                next(failure);
            });
        }
    }

    /** Writes and deletes what nobody else does, so that nothing is ever in its way (S8). */
    static final class Alone extends RecordWriter {
        Alone(LockClient client, int number) {
            super(client, "alone-" + number);
        }

        @Override
        void go() {
            store.putAsync(key, Value.text("x")).whenComplete((entry, failure) -> {
                if (failure != null) {
                    next(failure);
                    return;
                }
                versions.add(entry.version());
                replace(entry.version());
            });
        }

        private void replace(long version) {
            store.atomicPutAsync(key, Value.text("y"), version).whenComplete((entry, failure) -> {
                if (failure != null) {
                    next(failure);
                } else if (entry.isEmpty()) {
                    violations.add("S8: a put was refused for a rival that there is not");
                    next(null);
                } else {
                    versions.add(entry.get().version());
                    delete(entry.get().version());
                }
            });
        }

        private void delete(long version) {
            store.atomicDeleteAsync(key, version).whenComplete((deleted, failure) -> {
                if (failure == null && !deleted) {
                    violations.add("S8: a deletion was refused for a rival that there is not");
                }
                next(failure);
            });
        }
    }

    /** Counts up under a lock, as do others, and no more than read what is there. */
    static final class Guarded extends RecordWriter {
        Guarded(LockClient client) {
            super(client, "guarded");
        }

        @Override
        void go() {
            client.lock("lock").acquireAsync().whenComplete((lease, failure) -> {
                if (failure == null) {
                    read(lease);
                } else {
                    next(failure);
                }
            });
        }

        private void read(Lease lease) {
            store.getAsync(key).whenComplete((seen, failure) -> {
                if (failure == null) {
                    write(lease, seen);
                } else {
                    leave(lease, failure);
                }
            });
        }

        private void write(Lease lease, Optional<Entry> seen) {
            store.ifHolding(lease)
                    .atomicPutAsync(key, after(seen), version(seen))
                    .whenComplete((entry, failure) -> {
                        if (failure == null && entry.isPresent()) {
                            versions.add(entry.get().version());
                        } else if (lease.isValid() && failure instanceof NotHoldingException) {
                            violations.add("S8: told that it does not hold what it holds");
                        }
                        leave(lease, failure);
                    });
        }

        private void leave(Lease lease, @Nullable Throwable failure) {
            lease.releaseAsync().whenComplete((released, never) -> next(failure));
        }
    }
}
