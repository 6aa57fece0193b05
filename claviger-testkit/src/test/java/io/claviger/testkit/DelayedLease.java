package io.claviger.testkit;

import io.claviger.FencingToken;
import io.claviger.Lease;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A lease of a {@link DelayedBackend}: a close only sends, a release waits for the answer. */
final class DelayedLease implements Lease {
    private final Lease near;
    private final DelayedWire.Lane requests;
    private final DelayedWire.Lane answers;
    private volatile boolean givenBack;

    DelayedLease(Lease near, DelayedWire.Lane requests, DelayedWire.Lane answers) {
        this.near = near;
        this.requests = requests;
        this.answers = answers;
    }

    @Override
    public String name() {
        return near.name();
    }

    @Override
    public FencingToken token() {
        return near.token();
    }

    @Override
    public String key() {
        return near.key();
    }

    @Override
    public Duration validity() {
        return givenBack ? Duration.ZERO : near.validity();
    }

    @Override
    public boolean isValid() {
        return !validity().isZero();
    }

    @Override
    public void checkpoint() {
        near.checkpoint();
        if (givenBack) {
            throw new IllegalStateException("the release is under way");
        }
    }

    @Override
    public void onLost(Consumer<LossReason> listener) {
        near.onLost(listener);
    }

    @Override
    public void renew() {
        await(renewAsync());
    }

    @Override
    public CompletableFuture<Void> renewAsync() {
        return does(near::renew);
    }

    @Override
    public void release() {
        await(releaseAsync());
    }

    @Override
    public CompletableFuture<Void> releaseAsync() {
        givenBack = true;
        return does(near::release);
    }

    @Override
    public String handOff(Duration adoptable) {
        return await(handOffAsync(adoptable));
    }

    @Override
    public CompletableFuture<String> handOffAsync(Duration adoptable) {
        // A time that cannot be is refused before anything is sent.
        LockOptions.manualLease(adoptable);
        givenBack = true;
        Supplier<String> handOff = () -> near.handOff(adoptable);
        return ask(handOff);
    }

    @Override
    public void close() {
        givenBack = true;
        requests.send(near::close);
    }

    private CompletableFuture<Void> does(Runnable action) {
        Supplier<Void> nothing = () -> {
            action.run();
            return null;
        };
        return ask(nothing);
    }

    private <T> CompletableFuture<T> ask(Supplier<T> action) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        requests.send(() -> {
            try {
                T value = action.get();
                answers.send(() -> outcome.complete(value));
            } catch (RuntimeException failed) {
                answers.send(() -> outcome.completeExceptionally(failed));
            }
        });
        return outcome;
    }

    private static <T> T await(CompletableFuture<T> asked) {
        try {
            return asked.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException known ? known : failed;
        }
    }
}
