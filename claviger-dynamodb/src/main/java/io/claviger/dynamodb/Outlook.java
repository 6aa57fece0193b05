package io.claviger.dynamodb;

import java.util.List;

/**
 * How a name stands for the eldest who waits for it, at one moment, and what follows from that. Only decides; all that changes is in {@link
 * LockQueue}.
 */
final class Outlook {
    /** How many grants one item may have: far below what fits into 400 KB, but for very long actors. */
    static final int MAX_GRANTS = 1_000;

    /** Who is overtaken so often in a row by others who come and go asks no faster than the budget allows. */
    private static final int QUICK_ATTEMPTS = 3;

    enum Next {
        /** Write, so that it is granted. */
        ASK,
        /** Read. */
        LOOK,
        /** Write, so that some of what may be taken away is gone: it is too much for one write. */
        SWEEP,
        WAIT,
        REJECT_CAPACITY,
        REJECT_FOREIGN
    }

    private final DynamoRequest head;
    private final Watch watch;
    private final List<DynamoLease> held;
    private final ReturnedGrants returned;
    private final Rhythm rhythm;
    private final long now;

    /** @param held what this client holds of the name */
    Outlook(
            DynamoRequest head,
            Watch watch,
            List<DynamoLease> held,
            ReturnedGrants returned,
            Rhythm rhythm,
            long nowNanos) {
        this.head = head;
        this.watch = watch;
        this.held = held;
        this.returned = returned;
        this.rhythm = rhythm;
        this.now = nowNanos;
    }

    /** @param fresh whether what was seen last is no older than the request */
    Next next(boolean fresh) {
        if (!held.isEmpty() && held.get(0).capacity() != head.asked.capacity()) {
            return Next.REJECT_CAPACITY;
        }
        if (isBlockedByOwn() || (rhythm.pauseLeftNanos(now) > 0 && !head.isTry())) {
            return Next.WAIT;
        }
        View view = watch.view();
        if (view == null) {
            return Next.ASK;
        } else if (isOvertaken()) {
            return rhythm.lookInNanos(now) > 0 ? Next.WAIT : Next.LOOK;
        } else if (head.isForAll() && (!fresh || !returned.isEmpty())) {
            return Next.ASK;
        } else if (view.kind() == View.Kind.FOREIGN) {
            return fresh ? Next.REJECT_FOREIGN : Next.LOOK;
        }
        return next(view, fresh);
    }

    private Next next(View view, boolean fresh) {
        List<Holding> overdue = overdue();
        List<Grant> staying = view.grants().stream()
                .filter(grant -> !returned.has(grant) && overdue.stream().noneMatch(holding -> holding.is(grant)))
                .toList();
        if (!staying.isEmpty() && view.capacity() != head.asked.capacity()) {
            return fresh ? Next.REJECT_CAPACITY : Next.LOOK;
        }
        if (!fitsBeside(staying)) {
            return fresh && (head.isTry() || rhythm.lookInNanos(now) > 0) ? Next.WAIT : Next.LOOK;
        }
        Batch taken = taken();
        List<Grant> left =
                view.grants().stream().filter(grant -> !taken.takes(grant)).toList();
        boolean enough = fitsBeside(left) && (left.isEmpty() || view.capacity() == head.asked.capacity());
        return enough ? Next.ASK : Next.SWEEP;
    }

    private boolean fitsBeside(List<Grant> grants) {
        long taken = grants.stream().mapToLong(Grant::permits).sum();
        return taken + head.asked.permits() <= head.asked.capacity() && grants.size() < MAX_GRANTS;
    }

    private boolean isOvertaken() {
        return head.overtaken >= QUICK_ATTEMPTS && !head.isTry();
    }

    /** Whether leases of this client alone keep it waiting: nothing can change without us. */
    boolean isBlockedByOwn() {
        long own = held.stream().mapToLong(DynamoLease::permits).sum();
        return own + head.asked.permits() > head.asked.capacity();
    }

    /** Returns what the next write may take away. */
    Batch taken() {
        Batch taken = new Batch();
        returned.addTo(taken);
        overdue().forEach(taken::add);
        return taken;
    }

    /** Returns how long it is until something can be done, if nothing happens meanwhile. */
    long waitNanos() {
        return Math.min(rhythm.lookInNanos(now), watch.nextOverdueNanos(now, this::isOurs));
    }

    private List<Holding> overdue() {
        return watch.overdue(now, this::isOurs);
    }

    /** Whether a grant is held here, or about to be given back. */
    private boolean isOurs(Grant grant) {
        return returned.has(grant)
                || held.stream().anyMatch(lease -> lease.holding().slot().equals(grant.slot()));
    }
}
