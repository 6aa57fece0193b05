package io.claviger.testkit;

import io.claviger.Capability;
import io.claviger.Holder;
import io.claviger.Lease;
import io.claviger.spi.AcquireRequest;
import io.claviger.spi.HandOffText;
import io.claviger.spi.KeyValueBackend;
import io.claviger.spi.LockBackend;
import io.claviger.spi.TimeSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A client of a near space as if that were far away: requests arrive late, and so do their answers, on another thread. */
final class DelayedBackend implements LockBackend {
    private final LockBackend near;
    private final DelayedWire wire;
    private final DelayedWire.Lane requests;
    private final DelayedWire.Lane answers;

    DelayedBackend(LockBackend near, DelayedWire wire) {
        this.near = near;
        this.wire = wire;
        this.requests = wire.new Lane();
        this.answers = wire.new Lane();
    }

    @Override
    public Set<Capability> capabilities() {
        return near.capabilities();
    }

    @Override
    public Executor executor() {
        return wire.listeners();
    }

    @Override
    public CompletableFuture<Optional<Lease>> acquire(AcquireRequest request) {
        CompletableFuture<Optional<Lease>> outcome = new CompletableFuture<>();
        requests.send(() -> {
            CompletableFuture<Optional<Lease>> asked = near.acquire(request);
            asked.whenComplete((lease, failure) -> answers.send(() -> answer(outcome, lease, failure)));
            outcome.whenComplete((lease, failure) -> {
                if (outcome.isCancelled()) {
                    requests.send(() -> asked.cancel(true));
                }
            });
        });
        return outcome;
    }

    private void answer(CompletableFuture<Optional<Lease>> outcome, Optional<Lease> lease, Throwable failure) {
        if (failure != null) {
            outcome.completeExceptionally(failure);
        } else if (!outcome.complete(lease.map(held -> new DelayedLease(held, requests, answers)))) {
            lease.ifPresent(crossed -> requests.send(crossed::close));
        }
    }

    @Override
    public CompletableFuture<Lease> adopt(String text) {
        // What is wrong with the text is seen before anything is sent.
        HandOffText.decode(text);
        CompletableFuture<Lease> outcome = new CompletableFuture<>();
        requests.send(() -> near.adopt(text)
                .whenComplete((lease, failure) -> answers.send(() -> {
                    if (failure != null) {
                        outcome.completeExceptionally(failure);
                    } else {
                        outcome.complete(new DelayedLease(lease, requests, answers));
                    }
                })));
        return outcome;
    }

    @Override
    public TimeSource time() {
        return near.time();
    }

    @Override
    public CompletableFuture<List<Holder>> holders(String name) {
        CompletableFuture<List<Holder>> outcome = new CompletableFuture<>();
        requests.send(() -> near.holders(name)
                .whenComplete((holders, failure) -> answers.send(() -> {
                    if (failure != null) {
                        outcome.completeExceptionally(failure);
                    } else {
                        outcome.complete(holders);
                    }
                })));
        return outcome;
    }

    @Override
    public KeyValueBackend keyValues() {
        return new DelayedKeyValues(near::keyValues, requests, answers);
    }

    @Override
    public void close() {
        near.close();
    }
}
