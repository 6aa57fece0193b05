package io.claviger.dynamodb;

import io.claviger.dynamodb.Returned.End;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The grants of one name that this client gives back. Used on the loop only. */
final class ReturnedGrants {
    /** Why a grant may be missing from an item. */
    enum Cause {
        /** A write of ours did what it should. */
        WRITE,
        /** A write of ours came too late, but it was sent more than once. */
        PERHAPS_COPY,
        /** None that is known. */
        NONE
    }

    /** More than one item can have. What is older than so many others is most likely a try without an answer. */
    private static final int MAX = 2 * Outlook.MAX_GRANTS;

    private final List<Returned> all = new ArrayList<>();

    void add(Returned back) {
        all.add(back);
        if (all.size() > MAX) {
            all.remove(0).done.complete(End.UNKNOWN);
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    boolean has(Grant grant) {
        return all.stream().anyMatch(back -> back.holding.is(grant));
    }

    /** Whether there is one in a slot that cannot be taken away, since an item was not seen with it. */
    boolean isUnseenIn(View view) {
        return all.stream().anyMatch(back -> !back.holding.slot().isEmpty() && !view.has(back.holding));
    }

    /** Adds what there is to what a write takes away, as much as it can. */
    void addTo(Batch taken) {
        all.forEach(back -> taken.add(back.holding));
    }

    /** A write is sent that takes this away. */
    void sent(Batch taken) {
        all.stream().filter(back -> taken.has(back.holding)).forEach(back -> back.writes++);
    }

    void giveUp(long nowNanos) {
        endIf(back -> nowNanos - back.giveUpNanos >= 0, End.UNKNOWN);
    }

    void giveUpAll() {
        endIf(back -> true, End.UNKNOWN);
    }

    /**
     * What is not in an item any more has ended.
     *
     * @param operation the operation that the view is the answer to
     */
    void settle(View view, long operation, Cause cause, long nowNanos) {
        for (Returned back : List.copyOf(all)) {
            if (back.born < operation && !view.has(back.holding)) {
                // Nobody else takes a grant away whose lease still lasts: then it was an earlier copy of our write.
                boolean copy = (cause == Cause.PERHAPS_COPY || back.writes > 1) && nowNanos - back.oursUntilNanos < 0;
                all.remove(back);
                back.done.complete(cause == Cause.WRITE || copy ? End.GONE : End.WAS_LOST);
            }
        }
    }

    private void endIf(Predicate<Returned> condition, End end) {
        List<Returned> ending = all.stream().filter(condition).toList();
        all.removeAll(ending);
        ending.forEach(back -> back.done.complete(end));
    }
}
