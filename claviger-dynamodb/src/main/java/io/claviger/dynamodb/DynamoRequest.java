package io.claviger.dynamodb;

import io.claviger.ClavigerException;
import io.claviger.Lease;
import io.claviger.spi.AcquireRequest;
import io.claviger.spi.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Somebody who asks for permits, until the answer. Used on the loop only, but for its outcome. */
final class DynamoRequest {
    private final CompletableFuture<Optional<Lease>> outcome = new CompletableFuture<>();
    final AcquireRequest asked;
    final long leaseNanos;

    /** The last operation that began before this was asked for: its answer is too old to refuse this by. */
    long born;

    /** How many requests were sent for it, after which a try gives up. */
    int sent;

    /** How often in a row it was refused though its permits seemed to be free. */
    int overtaken;

    /** It is granted, and its number is being drawn. */
    boolean drawing;

    private TimeSource.@Nullable Timer limit;

    DynamoRequest(AcquireRequest asked, long leaseNanos) {
        this.asked = asked;
        this.leaseNanos = leaseNanos;
    }

    CompletableFuture<Optional<Lease>> outcome() {
        return outcome;
    }

    /** Whether it must not wait. */
    boolean isTry() {
        return asked.waitLimit().isPresent() && asked.waitLimit().get().isZero();
    }

    /** Returns how long it may wait; empty = for ever. */
    Optional<Long> waitLimitNanos() {
        return asked.waitLimit().map(Duration::toNanos);
    }

    /** Whether it asks for the one permit that a name has, so that the whole item is its grant. */
    boolean isForAll() {
        return asked.capacity() == 1;
    }

    void setLimit(TimeSource.Timer timer) {
        limit = timer;
    }

    /** Gives the lease, or gives it back if nobody wants it any more. */
    void grant(DynamoLease lease) {
        stopTimer();
        if (!outcome.complete(Optional.of(lease))) {
            lease.close();
        }
    }

    void refuse() {
        stopTimer();
        outcome.complete(Optional.empty());
    }

    void fail(ClavigerException why) {
        stopTimer();
        outcome.completeExceptionally(why);
    }

    private void stopTimer() {
        if (limit != null) {
            limit.cancel();
            limit = null;
        }
    }
}
