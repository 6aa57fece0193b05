package io.claviger.engine;

import java.util.List;

/**
 * A name in use, as it stood at one index.
 *
 * @param available permits that nobody holds; a waiter may be waiting for more than these
 * @param holders the grants, oldest token first
 * @param waiters the queue, oldest first, cut to the number that was asked for
 * @param waiting how many wait, those that were cut included
 */
public record LockView(
        String name, int capacity, int available, List<ClaimView> holders, List<ClaimView> waiters, int waiting) {

    /**
     * One grant or waiter.
     *
     * @param session the id of its session
     * @param label the label of its session: who it is, for people
     * @param token its fencing token; 0 while it waits
     * @param seconds for how long it has held or waited, in whole seconds
     * @param leaseLeftNanos what is left of its lease; {@link Long#MAX_VALUE} if it has none
     * @param revoked whether an administrator took it back and its end is awaited
     * @param actor for whom it is; empty = not told
     * @param parked whether it was handed off and not adopted yet; then it has no session
     */
    public record ClaimView(
            OwnerKey key,
            long session,
            String label,
            int permits,
            long token,
            long seconds,
            long leaseLeftNanos,
            boolean revoked,
            String actor,
            boolean parked) {}
}
