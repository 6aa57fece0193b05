package io.claviger.testkit;

import io.claviger.Entry;
import io.claviger.ListOptions;
import io.claviger.Page;
import io.claviger.ReadConsistency;
import io.claviger.spi.DeleteRequest;
import io.claviger.spi.KeyValueBackend;
import io.claviger.spi.PutRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The records of a near space as if that were far away. */
final class DelayedKeyValues implements KeyValueBackend {
    private final Supplier<KeyValueBackend> near;
    private final DelayedWire.Lane requests;
    private final DelayedWire.Lane answers;

    DelayedKeyValues(Supplier<KeyValueBackend> near, DelayedWire.Lane requests, DelayedWire.Lane answers) {
        this.near = near;
        this.requests = requests;
        this.answers = answers;
    }

    @Override
    public CompletableFuture<Optional<Entry>> put(PutRequest request) {
        return later(() -> near.get().put(request));
    }

    @Override
    public CompletableFuture<Boolean> delete(DeleteRequest request) {
        return later(() -> near.get().delete(request));
    }

    @Override
    public CompletableFuture<Optional<Entry>> get(String key, ReadConsistency consistency) {
        return later(() -> near.get().get(key, consistency));
    }

    @Override
    public CompletableFuture<Page> list(String prefix, ListOptions options) {
        return later(() -> near.get().list(prefix, options));
    }

    private <T> CompletableFuture<T> later(Supplier<CompletableFuture<T>> action) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        requests.send(() -> action.get()
                .whenComplete((value, failure) -> answers.send(() -> {
                    if (failure != null) {
                        outcome.completeExceptionally(failure);
                    } else {
                        outcome.complete(value);
                    }
                })));
        return outcome;
    }
}
