package io.claviger.engine;

import org.jspecify.annotations.Nullable;

/** A name in use: its holders, and its queue if anyone waits. A name that is not in use has no such object (L8). */
final class LockState {
    static final int FORGOTTEN = -1;

    final String name;
    final int capacity;

    /** Permits in use, or {@link #FORGOTTEN} once the machine has dropped the name. */
    int used;

    /** The holder with the oldest token; the others follow in a ring. */
    @Nullable
    Claim holders;

    /** Made for the first waiter and dropped with the last: most locks never have one. */
    @Nullable
    WaitQueue queue;

    /** The waiters, oldest first. */
    static final class WaitQueue {
        Claim head;
        int length = 1;

        WaitQueue(Claim first) {
            this.head = first;
        }
    }

    LockState(String name, int capacity) {
        this.name = name;
        this.capacity = capacity;
    }

    boolean fits(int permits) {
        return permits <= capacity - used;
    }

    boolean isIdle() {
        return holders == null && queue == null;
    }

    int waiters() {
        return queue == null ? 0 : queue.length;
    }

    void addHolder(Claim claim) {
        holders = append(holders, claim);
        used += claim.permits;
    }

    void removeHolder(Claim claim) {
        holders = unlink(holders, claim);
        used -= claim.permits;
    }

    /** Puts a holder into the place of another one with the same token and permits. */
    void replaceHolder(Claim old, Claim fresh) {
        if (old.lockNext == old) {
            append(null, fresh);
        } else {
            fresh.lockPrevious = linked(old.lockPrevious);
            fresh.lockNext = linked(old.lockNext);
            fresh.lockPrevious.lockNext = fresh;
            fresh.lockNext.lockPrevious = fresh;
        }
        holders = holders == old ? fresh : holders;
        old.lockPrevious = null;
        old.lockNext = null;
    }

    void addWaiter(Claim claim) {
        if (queue == null) {
            append(null, claim);
            queue = new WaitQueue(claim);
        } else {
            append(queue.head, claim);
            queue.length++;
        }
    }

    void removeWaiter(Claim claim) {
        WaitQueue from = queue;
        if (from == null) {
            throw new IllegalStateException("a waiter without a queue");
        }
        Claim head = unlink(from.head, claim);
        if (head == null) {
            queue = null;
        } else {
            from.head = head;
            from.length--;
        }
    }

    private static Claim append(@Nullable Claim head, Claim claim) {
        if (head == null) {
            claim.lockPrevious = claim;
            claim.lockNext = claim;
            return claim;
        }
        Claim tail = linked(head.lockPrevious);
        claim.lockPrevious = tail;
        claim.lockNext = head;
        tail.lockNext = claim;
        head.lockPrevious = claim;
        return head;
    }

    private static @Nullable Claim unlink(@Nullable Claim head, Claim claim) {
        Claim previous = linked(claim.lockPrevious);
        Claim next = linked(claim.lockNext);
        claim.lockPrevious = null;
        claim.lockNext = null;
        if (next == claim) {
            return null;
        }
        previous.lockNext = next;
        next.lockPrevious = previous;
        return head == claim ? next : head;
    }

    private static Claim linked(@Nullable Claim neighbour) {
        if (neighbour == null) {
            throw new IllegalStateException("a claim outside its ring");
        }
        return neighbour;
    }
}
