package io.claviger.dynamodb;

import io.claviger.ClavigerException;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Gives a grant its number from the item beside it. The number counts only if it arrives before the grant's own deadline: until then
 * nobody else can have taken the lock, so whoever holds it later draws later. What was drawn in vain is a gap, nothing more. Used
 * on the loop only.
 */
final class TokenDraw {
    private final DynamoBackend backend;
    private final DynamoLease lease;
    private final String item;
    private final String actor;
    private final Consumer<Optional<ClavigerException>> then;
    private int failures;
    private String trouble = "it took too long";

    /**
     * Prepares a draw.
     *
     * @param item the key of the item that has the tokens
     * @param then told why there is no token, or nothing if there is one
     */
    TokenDraw(
            DynamoBackend backend,
            DynamoLease lease,
            String item,
            String actor,
            Consumer<Optional<ClavigerException>> then) {
        this.backend = backend;
        this.lease = lease;
        this.item = item;
        this.actor = actor;
        this.then = then;
    }

    void begin() {
        if (lease.leftNanos() <= lease.leaseNanos() / 2) {
            then.accept(Optional.of(new UnavailableException(
                    "no token for '" + lease.name() + "', so its lock is given back: " + trouble)));
            return;
        }
        Write write =
                backend.layout().drawToken(item, lease.key(), backend.settings().label(), actor);
        backend.write(write, backend.callNanos(lease.leaseNanos()), this::answered);
    }

    private void answered(Outcome outcome) {
        if (outcome instanceof Outcome.Done done && lease.leftNanos() > 0) {
            lease.number(done.item().orElseThrow().whole(NativeLayout.TOKEN, 0));
            then.accept(Optional.empty());
        } else if (outcome instanceof Outcome.Refused) {
            then.accept(Optional.of(
                    new RejectedException("the item '" + item + "' is not one of tokens, so it is left alone")));
        } else if (outcome instanceof Outcome.Failed failed && failed.kind() == Outcome.Kind.HOPELESS) {
            then.accept(Optional.of(new RejectedException("no token for '" + lease.name() + "': " + failed.message())));
        } else {
            if (outcome instanceof Outcome.Failed failed) {
                trouble = failed.message();
            }
            backend.onLoopAfter(this::begin, Pace.pauseNanos(++failures, backend.chance()));
        }
    }
}
