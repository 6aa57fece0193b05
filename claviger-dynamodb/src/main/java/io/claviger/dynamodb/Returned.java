package io.claviger.dynamodb;

import java.util.concurrent.CompletableFuture;

/**
 * A grant of this client that nobody here uses any more, or perhaps one: it is to be given back, or given to the next who waits
 * here. Used on the loop only.
 */
final class Returned {
    /** What became of it. */
    enum End {
        /** This client took it away. */
        GONE,
        /** Somebody else did, before. */
        WAS_LOST,
        /** No answer came; whoever waits may have to wait for the end of its lease. */
        UNKNOWN
    }

    final Holding holding;

    /** Told when it is gone. */
    final CompletableFuture<End> done = new CompletableFuture<>();

    /** Until then nobody else can have taken it away, so if it is gone it was one of our own writes. */
    final long oursUntilNanos;

    /** When to give up. */
    final long giveUpNanos;

    /** The last operation that began before this was returned: what it finds says nothing about this. */
    final long born;

    /** How often a write to take it away was sent. */
    int writes;

    /** Makes one that has ended already. */
    static Returned ended(Holding holding, End end) {
        Returned over = new Returned(holding, 0, 0, 0);
        over.done.complete(end);
        return over;
    }

    Returned(Holding holding, long oursUntilNanos, long giveUpNanos, long born) {
        this.holding = holding;
        this.oursUntilNanos = oursUntilNanos;
        this.giveUpNanos = giveUpNanos;
        this.born = born;
    }
}
