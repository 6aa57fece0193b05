package io.claviger;

import io.claviger.engine.Limits;
import io.claviger.spi.Callbacks;
import io.claviger.spi.DeleteRequest;
import io.claviger.spi.KeyValueBackend;
import io.claviger.spi.PutRequest;
import io.claviger.spi.WriteGuard;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** The store of any backend: checks what it is asked for, and makes the blocking and the asynchronous forms of it. */
final class BackendKeyValues implements KeyValueStore {
    private final KeyValueBackend backend;
    private final Executor executor;
    private final Optional<WriteGuard> guard;

    BackendKeyValues(KeyValueBackend backend, Executor executor) {
        this(backend, executor, Optional.empty());
    }

    private BackendKeyValues(KeyValueBackend backend, Executor executor, Optional<WriteGuard> guard) {
        this.backend = backend;
        this.executor = executor;
        this.guard = guard;
    }

    // ------------------------------------------------------------------------------------------ writes

    @Override
    public Entry put(String key, Value value, PutOptions options) {
        return written(BackendLock.join(backend.put(put(key, value, OptionalLong.empty(), options))));
    }

    @Override
    public CompletableFuture<Entry> putAsync(String key, Value value, PutOptions options) {
        return handOver(
                backend.put(put(key, value, OptionalLong.empty(), options)).thenApply(BackendKeyValues::written));
    }

    @Override
    public Optional<Entry> atomicPut(String key, Value value, long expectedVersion, PutOptions options) {
        return BackendLock.join(backend.put(put(key, value, version(expectedVersion, ABSENT), options)));
    }

    @Override
    public CompletableFuture<Optional<Entry>> atomicPutAsync(
            String key, Value value, long expectedVersion, PutOptions options) {
        return handOver(backend.put(put(key, value, version(expectedVersion, ABSENT), options)));
    }

    @Override
    public boolean delete(String key) {
        return BackendLock.join(backend.delete(new DeleteRequest(key(key), OptionalLong.empty(), guard)));
    }

    @Override
    public CompletableFuture<Boolean> deleteAsync(String key) {
        return handOver(backend.delete(new DeleteRequest(key(key), OptionalLong.empty(), guard)));
    }

    @Override
    public boolean atomicDelete(String key, long expectedVersion) {
        return BackendLock.join(backend.delete(new DeleteRequest(key(key), version(expectedVersion, 1), guard)));
    }

    @Override
    public CompletableFuture<Boolean> atomicDeleteAsync(String key, long expectedVersion) {
        return handOver(backend.delete(new DeleteRequest(key(key), version(expectedVersion, 1), guard)));
    }

    private PutRequest put(String key, Value value, OptionalLong expected, PutOptions options) {
        if (value.length() > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException(
                    "a value has up to " + MAX_VALUE_BYTES + " bytes, but this one has " + value.length());
        }
        return new PutRequest(key(key), value, options, expected, guard);
    }

    private static Entry written(Optional<Entry> entry) {
        return entry.orElseThrow(
                () -> new IllegalStateException("the backend compared versions although none was expected"));
    }

    // ------------------------------------------------------------------------------------------ reads

    @Override
    public Optional<Entry> get(String key, ReadConsistency consistency) {
        return BackendLock.join(backend.get(key(key), consistency));
    }

    @Override
    public CompletableFuture<Optional<Entry>> getAsync(String key, ReadConsistency consistency) {
        return handOver(backend.get(key(key), consistency));
    }

    @Override
    public boolean exists(String key, ReadConsistency consistency) {
        return BackendLock.join(backend.exists(key(key), consistency));
    }

    @Override
    public CompletableFuture<Boolean> existsAsync(String key, ReadConsistency consistency) {
        return handOver(backend.exists(key(key), consistency));
    }

    @Override
    public Page list(String prefix, ListOptions options) {
        return BackendLock.join(backend.list(prefix(prefix), checked(options)));
    }

    @Override
    public CompletableFuture<Page> listAsync(String prefix, ListOptions options) {
        return handOver(backend.list(prefix(prefix), checked(options)));
    }

    @Override
    public Iterable<Entry> entries(String prefix, ListOptions options) {
        prefix(prefix);
        checked(options);
        return () -> new PagedEntries(behind -> list(prefix, behind), options);
    }

    @Override
    public CompletableFuture<Void> forEachEntryAsync(String prefix, Consumer<? super Entry> action) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        readOn(prefix(prefix), ListOptions.DEFAULT.withLimit(ListOptions.MAX_LIMIT), action, end);
        return end;
    }

    /** Reads a page, hands its records over, and then reads the next: each turn begins on the executor. */
    private void readOn(
            String prefix, ListOptions options, Consumer<? super Entry> action, CompletableFuture<Void> end) {
        backend.list(prefix, options)
                .whenComplete((page, failure) -> Callbacks.run(executor, () -> {
                    if (failure != null) {
                        end.completeExceptionally(failure);
                        return;
                    }
                    try {
                        for (Iterator<Entry> entries = page.entries().iterator();
                                entries.hasNext() && !end.isDone(); ) {
                            action.accept(entries.next());
                        }
                    } catch (RuntimeException | Error thrown) {
                        end.completeExceptionally(thrown);
                        return;
                    }
                    if (page.next().isEmpty()) {
                        end.complete(null);
                    } else if (!end.isDone()) {
                        readOn(prefix, options.withAfter(page.next().get()), action, end);
                    }
                }));
    }

    // ------------------------------------------------------------------------------------------ conditions

    @Override
    public KeyValueStore ifHolding(Lease lease) {
        return new BackendKeyValues(backend, executor, Optional.of(new WriteGuard.OfLease(lease)));
    }

    @Override
    public KeyValueStore ifHolding(String name, FencingToken token) {
        WriteGuard condition = new WriteGuard.OfToken(BackendClient.checked(name), token);
        return new BackendKeyValues(backend, executor, Optional.of(condition));
    }

    private <T> CompletableFuture<T> handOver(CompletableFuture<T> source) {
        return BackendClient.onExecutor(executor, source);
    }

    private static String key(String key) {
        if (key.isEmpty() || !Limits.isWellFormed(key, MAX_KEY_LENGTH)) {
            throw new IllegalArgumentException("a key has 1 to " + MAX_KEY_LENGTH
                    + " characters of well-formed Unicode, but this one has " + key.length());
        }
        return key;
    }

    private static String prefix(String prefix) {
        return beginning("a prefix", prefix);
    }

    private static ListOptions checked(ListOptions options) {
        beginning("a key to list behind", options.after());
        return options;
    }

    private static String beginning(String what, String text) {
        if (!Limits.isWellFormed(text, MAX_KEY_LENGTH)) {
            throw new IllegalArgumentException(what + " has up to " + MAX_KEY_LENGTH
                    + " characters of well-formed Unicode, but this one has " + text.length());
        }
        return text;
    }

    private static OptionalLong version(long expected, long lowest) {
        if (expected < lowest || expected >= Limits.MAX_NUMBER) {
            throw new IllegalArgumentException(
                    "an expected version is from " + lowest + " and below 2^53, but this is " + expected);
        }
        return OptionalLong.of(expected);
    }
}
