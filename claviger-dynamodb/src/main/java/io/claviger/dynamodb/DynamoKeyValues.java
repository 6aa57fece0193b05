package io.claviger.dynamodb;

import io.claviger.Entry;
import io.claviger.ListOptions;
import io.claviger.NotHoldingException;
import io.claviger.Page;
import io.claviger.ReadConsistency;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.spi.DeleteRequest;
import io.claviger.spi.KeyValueBackend;
import io.claviger.spi.PutRequest;
import io.claviger.spi.WriteGuard;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The records of one partition of a table in the layout of dynalock, whose clients read and write them too. Thread-safe.
 *
 * <p>What a value looks like is said at {@link Payload}. Versions go on over deletions, which leave a record that has ended; where there is none at all,
 * dynalock or the table having removed it, they begin at the clock in milliseconds. The time of a record is that of its writer's wall clock, to
 * the millisecond among our clients and rounded up to a second for dynalock.
 */
final class DynamoKeyValues implements KeyValueBackend {
    private static final long CALL_NANOS = 4_000_000_000L;

    private final DynamoBackend backend;
    private final RecordTable table;

    DynamoKeyValues(DynamoBackend backend, RecordTable table) {
        this.backend = backend;
        this.table = table;
    }

    @Override
    public CompletableFuture<Optional<Entry>> put(PutRequest request) {
        RecordChange change = new RecordChange.Put(request.value(), request.options());
        return write(request.key(), request.expectedVersion(), change, request.guard())
                .thenApply(version -> version.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Entry(
                                request.key(),
                                request.value(),
                                version.getAsLong(),
                                request.options().timeToLive())));
    }

    @Override
    public CompletableFuture<Boolean> delete(DeleteRequest request) {
        return write(request.key(), request.expectedVersion(), new RecordChange.Delete(), request.guard())
                .thenApply(OptionalLong::isPresent);
    }

    private CompletableFuture<OptionalLong> write(
            String key, OptionalLong expected, RecordChange change, Optional<WriteGuard> guard) {
        checkKey(key);
        guard.ifPresent(held -> checkIsAnother(key, held.name()));
        if (backend.isClosed()) {
            return CompletableFuture.failedFuture(closed());
        }
        if (guard.isEmpty()) {
            return begin(key, expected, change, Optional.empty());
        }
        return guarded(key, guard.get()).thenCompose(known -> begin(key, expected, change, Optional.of(known)));
    }

    private CompletableFuture<OptionalLong> begin(
            String key, OptionalLong expected, RecordChange change, Optional<RecordWrite.Guarded> guard) {
        return new RecordWrite(table, backend.time(), backend.chance(), key, expected, change, guard).begin();
    }

    // ------------------------------------------------------------------------------------------ guards

    /** A lock stands where a record of its name would, and a transaction can look at an item or write it, not both. */
    private static void checkIsAnother(String key, String lockName) {
        if (key.equals(lockName)) {
            throw new IllegalArgumentException("in the layout dynalock '" + key
                    + "' is the lock itself, and no write that it guards can be to its own record; write another key");
        }
    }

    /** Finds the grant that must be held. */
    private CompletableFuture<RecordWrite.Guarded> guarded(String key, WriteGuard guard) {
        if (guard instanceof WriteGuard.OfLease held) {
            if (!(held.lease() instanceof DynamoLease lease)) {
                return CompletableFuture.failedFuture(
                        new UnsupportedOperationException("the lease on '" + guard.name() + "' is none of this table"));
            }
            return lease.isValid()
                    ? CompletableFuture.completedFuture(guarded(key, lease.name(), lease.key()))
                    : CompletableFuture.failedFuture(notHolding(key, lease.name()));
        }
        Optional<String> tokens = backend.layout().tokenItem(guard.name());
        if (tokens.isEmpty()) {
            return CompletableFuture.failedFuture(new UnsupportedOperationException(
                    "without tokens (token=off) no token can be asked for; use the lease itself"));
        }
        return backend.read(tokens.get(), CALL_NANOS).thenApply(answer -> drawnBy(key, guard, answer));
    }

    private static RecordWrite.Guarded drawnBy(String key, WriteGuard guard, Outcome answer) {
        if (answer instanceof Outcome.Failed failed) {
            throw new CompletionException(readFailure(key, failed));
        }
        return ((Outcome.Done) answer)
                .item()
                .filter(item ->
                        item.whole(NativeLayout.TOKEN, 0) == guard.token().value())
                .map(item -> guarded(key, guard.name(), item.text(NativeLayout.KEY, "")))
                .orElseThrow(() -> notHolding(key, guard.name()));
    }

    private static RecordWrite.Guarded guarded(String key, String lockName, String grant) {
        return new RecordWrite.Guarded(lockName, grant, () -> notHolding(key, lockName));
    }

    private static NotHoldingException notHolding(String key, String lockName) {
        return new NotHoldingException(key, lockName, "the grant");
    }

    // ------------------------------------------------------------------------------------------ reads

    @Override
    public CompletableFuture<Optional<Entry>> get(String key, ReadConsistency consistency) {
        checkKey(key);
        if (backend.isClosed()) {
            return CompletableFuture.failedFuture(closed());
        }
        return table.read(key, consistency, CALL_NANOS).thenApply(answer -> {
            if (answer instanceof Outcome.Failed failed) {
                throw new CompletionException(readFailure(key, failed));
            }
            return ((Outcome.Done) answer).item().flatMap(item -> entry(key, item));
        });
    }

    @Override
    public CompletableFuture<Page> list(String prefix, ListOptions options) {
        if (backend.isClosed()) {
            return CompletableFuture.failedFuture(closed());
        }
        String after = options.after();
        boolean within = after.startsWith(prefix);
        boolean tooLong = bytes(prefix) > DynalockLayout.MAX_NAME_BYTES || bytes(after) > DynalockLayout.MAX_NAME_BYTES;
        if (tooLong || (!within && isBehind(after, prefix))) {
            return CompletableFuture.completedFuture(new Page(List.of(), Optional.empty()));
        }
        return table.list(prefix, within ? after : "", options.limit(), options.consistency(), CALL_NANOS)
                .thenApply(answer -> {
                    if (answer instanceof Outcome.Failed failed) {
                        throw new CompletionException(readFailure(prefix, failed));
                    }
                    Outcome.Listed listed = (Outcome.Listed) answer;
                    return new Page(
                            listed.items().stream()
                                    .flatMap(item -> entry(item.text(DynalockRecord.NAME, ""), item).stream())
                                    .toList(),
                            listed.next());
                });
    }

    /** Whether a text comes later in the order of code points. */
    private static boolean isBehind(String text, String other) {
        return Arrays.compareUnsigned(text.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8))
                > 0;
    }

    /** What cannot be a record of dynalock's is none here either. */
    private Optional<Entry> entry(String key, Item item) {
        long now = backend.time().wallMillis();
        return DynalockRecord.of(item).filter(record -> !record.hasEnded(now)).map(record -> {
            String form = record.write().isEmpty() ? "" : item.text(DynalockRecord.FORM, "");
            Optional<Duration> left = record.endsMillis() == Long.MAX_VALUE
                    ? Optional.empty()
                    : Optional.of(Duration.ofMillis(record.endsMillis() - now));
            return new Entry(
                    key, Payload.decode(item.attributes().get(DynalockRecord.PAYLOAD), form), record.version(), left);
        });
    }

    // ------------------------------------------------------------------------------------------ words

    static RuntimeException readFailure(String key, Outcome.Failed failed) {
        String message = "'" + key + "' could not be read: " + failed.message();
        return failed.kind() == Outcome.Kind.HOPELESS
                ? new RejectedException(message)
                : new UnavailableException(message);
    }

    private static RejectedException closed() {
        return new RejectedException("the client is closed");
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    static void checkKey(String key) {
        if (bytes(key) > DynalockLayout.MAX_NAME_BYTES) {
            throw new IllegalArgumentException("a key has at most " + DynalockLayout.MAX_NAME_BYTES
                    + " bytes in a DynamoDB table, but this one has " + bytes(key));
        }
    }
}
