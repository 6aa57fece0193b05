package io.claviger.local;

import io.claviger.Entry;
import io.claviger.ListOptions;
import io.claviger.Page;
import io.claviger.ReadConsistency;
import io.claviger.RejectedException;
import io.claviger.Value;
import io.claviger.engine.Bytes;
import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.Guard;
import io.claviger.engine.RecordView;
import io.claviger.engine.Rejection;
import io.claviger.spi.DeleteRequest;
import io.claviger.spi.KeyValueBackend;
import io.claviger.spi.PutRequest;
import io.claviger.spi.WriteGuard;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** The records of a {@link LocalSpace}, for one of its clients. */
final class LocalKeyValues implements KeyValueBackend {
    /** Bytes of the records of one page, so that a listing never needs all of them at once: 1 MiB. */
    private static final long PAGE_BYTES = 1024 * 1024;

    private final LocalBackend backend;
    private final LocalSpace space;

    LocalKeyValues(LocalBackend backend, LocalSpace space) {
        this.backend = backend;
        this.space = space;
    }

    @Override
    public CompletableFuture<Optional<Entry>> put(PutRequest request) {
        return LocalBackend.completed(() -> {
            Optional<Duration> life = request.options().timeToLive();
            Event.Reply reply = backend.submit(new Command.PutRecord(
                    backend.origin(),
                    request.key(),
                    Bytes.copyOf(request.value().asBytes()),
                    life.map(Duration::toNanos).orElse(0L),
                    expected(request.expectedVersion()),
                    guard(request.guard())));
            if (reply instanceof Event.RecordPut put) {
                return Optional.of(new Entry(request.key(), request.value(), put.version(), life));
            }
            refuse(reply, request.key(), request.guard());
            return Optional.empty();
        });
    }

    @Override
    public CompletableFuture<Boolean> delete(DeleteRequest request) {
        return LocalBackend.completed(() -> {
            Event.Reply reply = backend.submit(new Command.DeleteRecord(
                    backend.origin(), request.key(), expected(request.expectedVersion()), guard(request.guard())));
            if (reply instanceof Event.RecordDeleted deleted) {
                return deleted.version() != 0;
            }
            refuse(reply, request.key(), request.guard());
            return false;
        });
    }

    @Override
    public CompletableFuture<Optional<Entry>> get(String key, ReadConsistency consistency) {
        return LocalBackend.completed(() -> {
            backend.requireOpen();
            return space.query(machine -> machine.record(key)).map(LocalKeyValues::entry);
        });
    }

    @Override
    public CompletableFuture<Page> list(String prefix, ListOptions options) {
        return LocalBackend.completed(() -> {
            backend.requireOpen();
            return space.query(machine -> {
                List<RecordView> records = machine.records(prefix, options.after(), options.limit(), PAGE_BYTES);
                Optional<String> last = Optional.of(records)
                        .filter(read -> !read.isEmpty())
                        .map(read -> read.get(read.size() - 1).key())
                        .filter(key -> !machine.records(prefix, key, 1, 0).isEmpty());
                return new Page(records.stream().map(LocalKeyValues::entry).toList(), last);
            });
        });
    }

    private static Entry entry(RecordView record) {
        Optional<Duration> left = record.leftNanos() == Long.MAX_VALUE
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(record.leftNanos()));
        return new Entry(record.key(), Value.bytes(record.value().toArray()), record.version(), left);
    }

    private static long expected(OptionalLong version) {
        return version.orElse(Command.ANY_VERSION);
    }

    private static Optional<Guard> guard(Optional<WriteGuard> guard) {
        return guard.map(
                condition -> new Guard(condition.name(), condition.token().value()));
    }

    /** Fails unless the reply is that the version differs, which is no failure. */
    private static void refuse(Event.Reply reply, String key, Optional<WriteGuard> guard) {
        if (reply instanceof Event.Rejected rejected) {
            if (rejected.reason() == Rejection.NOT_HOLDING) {
                throw guard.orElseThrow().refused(key);
            }
            throw new RejectedException("'" + key + "' was refused: " + Refusals.describe(rejected.reason()));
        } else if (!(reply instanceof Event.VersionMismatch)) {
            throw new IllegalStateException("no answer to a write: " + reply.getClass());
        }
    }
}
