package io.claviger.testkit;

import io.claviger.ClavigerException;
import io.claviger.Entry;
import io.claviger.ListOptions;
import io.claviger.Page;
import io.claviger.ReadConsistency;
import io.claviger.RejectedException;
import io.claviger.spi.DeleteRequest;
import io.claviger.spi.KeyValueBackend;
import io.claviger.spi.PutRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** The records of a {@link FaultySpace}, for one of its clients. */
final class FaultyKeyValues implements KeyValueBackend {
    private final FaultySpace space;
    private final BooleanSupplier closed;

    FaultyKeyValues(FaultySpace space, BooleanSupplier closed) {
        this.space = space;
        this.closed = closed;
    }

    @Override
    public CompletableFuture<Optional<Entry>> put(PutRequest request) {
        return ask(records -> records.put(request));
    }

    @Override
    public CompletableFuture<Boolean> delete(DeleteRequest request) {
        return ask(records -> records.delete(request));
    }

    @Override
    public CompletableFuture<Optional<Entry>> get(String key, ReadConsistency consistency) {
        return ask(records -> records.get(key));
    }

    @Override
    public CompletableFuture<Page> list(String prefix, ListOptions options) {
        return ask(records -> records.list(prefix, options));
    }

    private <T> CompletableFuture<T> ask(Function<FaultyRecords, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        space.change(() -> {
            try {
                if (closed.getAsBoolean()) {
                    throw new RejectedException("the client is closed");
                }
                answer.complete(question.apply(space.records));
            } catch (ClavigerException refused) {
                answer.completeExceptionally(refused);
            }
        });
        return answer;
    }
}
