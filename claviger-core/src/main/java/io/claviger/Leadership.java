package io.claviger;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * An election won: whoever has the object leads, until it resigns or the leadership is lost. Threads do not matter.
 *
 * <p>Thread-safe. It begins when its campaign is won and ends once: resigned, closed, or lost. {@link LeaderElection} has an
 * example.
 */
public final class Leadership implements AutoCloseable {
    private final Lease lease;

    Leadership(Lease lease) {
        this.lease = lease;
    }

    /** Returns the number of this leadership, to fence with: what an earlier leader still sends has a smaller one (SPEC S3). */
    public FencingToken token() {
        return lease.token();
    }

    /** Whether this is surely the leader still: false from before anyone else can be elected (SPEC S7). */
    public boolean isLeader() {
        return lease.isValid();
    }

    /** Returns how long the leader may still act, by a conservative count; see {@link Lease#validity}. */
    public Duration validity() {
        return lease.validity();
    }

    /**
     * Returns only if it is still safe to act as the leader.
     *
     * @throws LeaseLostException if the leadership was lost
     * @throws IllegalStateException if it was resigned
     */
    public void checkpoint() {
        lease.checkpoint();
    }

    /**
     * Has the listener told, once, if the leadership is lost. If it is lost already, the listener is told now.
     *
     * <p><b>Order.</b> It is called before anyone else can be elected, as {@link Lease#onLost} says (SPEC S7). To resign does not
     * call it.
     */
    public void onLost(Consumer<LossReason> listener) {
        lease.onLost(listener);
    }

    /**
     * Leads no more. If somebody campaigns, it is elected at once.
     *
     * <p><b>Blocks</b> until it is confirmed. A second call does nothing.
     *
     * @throws LeaseLostException if the leadership was lost before, so that another may have led meanwhile
     */
    public void resign() {
        lease.release();
    }

    /** As {@link #resign()}, without blocking; the future fails with what {@code resign()} throws. */
    public CompletableFuture<Void> resignAsync() {
        return lease.releaseAsync();
    }

    /** Resigns if it still leads. Never throws for a lost leadership, and does nothing the second time. */
    @Override
    public void close() {
        lease.close();
    }
}
