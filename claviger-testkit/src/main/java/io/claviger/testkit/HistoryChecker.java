package io.claviger.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Judges what concurrent clients saw, without knowing what happened inside. Each client notes its grants with the times,
 * on one monotonic clock, at which it asked, was granted and stopped; then {@link #violations} looks for what no correct
 * lock can produce:
 *
 * <ul>
 *   <li>S1: at some moment the permits that clients were sure to hold were more than the capacity;
 *   <li>S3: two grants of a name have one token, or the token of a grant that was complete before another was asked for
 *       is not the smaller one;
 *   <li>L2: a request that stood in the queue before another was asked for has the greater token. Only for backends with
 *       {@link io.claviger.Capability#FIFO_QUEUE}, where tokens number the grants in the order of the queue.
 * </ul>
 *
 * <p>It never blames a correct lock: where the times leave several orders open, all are allowed. O(n log n).
 *
 * <p>Thread-safe for adding; judge when all clients have stopped.
 */
public final class HistoryChecker {
    private static final int MAX_REPORTED = 10;

    private final Queue<Grant> grants = new ConcurrentLinkedQueue<>();

    /**
     * What one client saw of one grant. The times are nanoseconds of one clock.
     *
     * @param permits how many were held, of {@code capacity}
     * @param askedNanos before the request was made
     * @param placedNanos when the request was known to stand in the queue; the same as {@code grantedNanos} if unknown
     * @param grantedNanos after the grant was known
     * @param endedNanos before the release was begun, or when the validity ended; {@link Long#MAX_VALUE} = never
     */
    public record Grant(
            String name,
            int permits,
            int capacity,
            long token,
            long askedNanos,
            long placedNanos,
            long grantedNanos,
            long endedNanos) {

        /**
         * Notes a grant.
         *
         * @throws IllegalArgumentException if the times are not in the order asked, placed, granted
         */
        public Grant {
            if (askedNanos > placedNanos || placedNanos > grantedNanos) {
                throw new IllegalArgumentException("asked, placed, granted is the order, but these are " + askedNanos
                        + ", " + placedNanos + ", " + grantedNanos);
            }
        }
    }

    private record Change(long nanos, long permits, Grant grant) {}

    /** Makes an empty history. */
    public HistoryChecker() {}

    /** Adds what a client saw. */
    public void add(Grant grant) {
        grants.add(grant);
    }

    /** Returns how many grants have been added. */
    public int size() {
        return grants.size();
    }

    /** Returns what is wrong, each line beginning with the number of its rule; empty if nothing is. */
    public List<String> violations() {
        Map<String, List<Grant>> byName = new TreeMap<>();
        grants.forEach(grant ->
                byName.computeIfAbsent(grant.name(), name -> new ArrayList<>()).add(grant));
        List<String> found = new ArrayList<>();
        byName.values().forEach(history -> {
            findTooManyPermits(history, found);
            findTokensNotUnique(history, found);
            findTokensOutOfOrder(history, found);
        });
        return found;
    }

    /**
     * Returns if nothing is wrong.
     *
     * @throws AssertionError with the first violations
     */
    public void check() {
        List<String> found = violations();
        if (!found.isEmpty()) {
            List<String> shown = found.subList(0, Math.min(MAX_REPORTED, found.size()));
            throw new AssertionError(
                    found.size() + " violations among " + size() + " grants:\n" + String.join("\n", shown));
        }
    }

    /** Sweeps over the times at which a client began and ceased to be sure that it holds. */
    private static void findTooManyPermits(List<Grant> history, List<String> found) {
        List<Change> changes = new ArrayList<>();
        for (Grant grant : history) {
            if (grant.grantedNanos() < grant.endedNanos()) {
                changes.add(new Change(grant.grantedNanos(), grant.permits(), grant));
                changes.add(new Change(grant.endedNanos(), -grant.permits(), grant));
            }
        }
        // At equal times an end counts first: nobody is blamed for what the clock cannot tell apart.
        changes.sort(Comparator.comparingLong(Change::nanos).thenComparingLong(Change::permits));
        long held = 0;
        for (Change change : changes) {
            held += change.permits();
            if (change.permits() > 0 && held > change.grant().capacity()) {
                found.add("S1: " + held + " permits held with " + change.grant());
            }
        }
    }

    private static void findTokensNotUnique(List<Grant> history, List<String> found) {
        history.sort(Comparator.comparingLong(Grant::token));
        for (int i = 1; i < history.size(); i++) {
            if (history.get(i).token() == history.get(i - 1).token()) {
                found.add("S3: one token for " + history.get(i - 1) + " and " + history.get(i));
            }
        }
    }

    /** Sweeps over the requests as they came, with the greatest token among those that were placed before. */
    private static void findTokensOutOfOrder(List<Grant> history, List<String> found) {
        List<Grant> asked = new ArrayList<>(history);
        asked.sort(Comparator.comparingLong(Grant::askedNanos));
        List<Grant> placed = new ArrayList<>(history);
        placed.sort(Comparator.comparingLong(Grant::placedNanos));
        int next = 0;
        long newest = Long.MIN_VALUE;
        for (Grant grant : asked) {
            for (; next < placed.size() && placed.get(next).placedNanos() < grant.askedNanos(); next++) {
                newest = Math.max(newest, placed.get(next).token());
            }
            if (newest > grant.token()) {
                found.add(rule(history, grant, newest) + ": token " + newest + " came before " + grant);
            }
        }
    }

    /** Whether the request with the newer token had been granted, not only queued, when the other was asked for. */
    private static String rule(List<Grant> byToken, Grant later, long newest) {
        int low = 0;
        int high = byToken.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (byToken.get(middle).token() < newest) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return byToken.get(low).grantedNanos() < later.askedNanos() ? "S3" : "L2";
    }
}
