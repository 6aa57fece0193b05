package io.claviger.engine;

import io.claviger.engine.LockView.ClaimView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Reads the machine without changing it. */
final class Queries {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final MachineState state;

    Queries(MachineState state) {
        this.state = state;
    }

    @Nullable
    LockView lock(String name, int maxWaiters) {
        LockState lock = state.locks.find(name);
        return lock == null ? null : view(lock, maxWaiters);
    }

    List<ClaimView> holders(String name, int limit) {
        LockState lock = state.locks.find(name);
        Claim first = lock == null ? null : lock.holders;
        List<ClaimView> oldest = new ArrayList<>();
        for (Claim holder = first; holder != null && oldest.size() < limit; ) {
            oldest.add(view(holder));
            holder = holder.lockNext == first ? null : holder.lockNext;
        }
        return oldest;
    }

    /** Keeps only a page while it looks at all names, so a listing of millions costs one page of memory. */
    List<LockView> locks(String prefix, String after, int limit, int maxWaiters) {
        PriorityQueue<LockState> page = new PriorityQueue<>(
                Comparator.comparing((LockState lock) -> lock.name).reversed());
        state.locks.forEach(lock -> {
            if (lock.name.startsWith(prefix) && lock.name.compareTo(after) > 0) {
                page.add(lock);
                if (page.size() > limit) {
                    page.poll();
                }
            }
        });
        return page.stream()
                .sorted(Comparator.comparing(lock -> lock.name))
                .map(lock -> view(lock, maxWaiters))
                .toList();
    }

    List<SessionView> sessions() {
        List<SessionState> all = new ArrayList<>(state.sessions.size());
        state.sessions.forEach(all::add);
        all.sort(Comparator.comparingLong(session -> session.id));
        return all.stream().map(this::view).toList();
    }

    @Nullable
    RecordView record(String key) {
        RecordState record = state.records.find(key);
        return record == null ? null : view(record);
    }

    List<RecordView> records(String prefix, String after, int limit, long maxBytes) {
        boolean within = Records.compare(after, prefix) >= 0;
        Iterator<RecordState> records = within ? state.records.after(after) : state.records.from(prefix);
        List<RecordView> page = new ArrayList<>();
        long bytes = 0;
        while (records.hasNext() && page.size() < limit) {
            RecordState record = records.next();
            bytes += record.size();
            if (!record.key.startsWith(prefix) || (bytes > maxBytes && !page.isEmpty())) {
                break;
            }
            page.add(view(record));
        }
        return page;
    }

    OptionalInt position(OwnerKey key) {
        Claim claim = state.claims.find(key);
        if (claim == null || !claim.waits() || claim.lock.queue == null) {
            return OptionalInt.empty();
        }
        int position = 1;
        for (Claim other = claim.lock.queue.head; other != claim && other != null; other = other.lockNext) {
            position++;
        }
        return OptionalInt.of(position);
    }

    List<Event.Wait> suspectedCycle(String name) {
        LockState lock = state.locks.find(name);
        if (lock == null || lock.queue == null) {
            return List.of();
        }
        Claim head = lock.queue.head;
        Claim newest = head.lockPrevious;
        // Whoever is stuck holds up all behind him, so the newest tells most; but from there the search may go too far.
        List<Event.Wait> cycle =
                newest == null ? List.of() : DeadlockSearch.amongSessions(state).cycleFrom(newest);
        return cycle.isEmpty() ? DeadlockSearch.amongSessions(state).cycleFrom(head) : cycle;
    }

    private LockView view(LockState lock, int maxWaiters) {
        List<ClaimView> holders = new ArrayList<>();
        Rings.forEach(lock.holders, claim -> claim.lockNext, claim -> holders.add(view(claim)));
        List<ClaimView> waiters = new ArrayList<>();
        Claim waiter = lock.queue == null ? null : lock.queue.head;
        for (int i = 0; i < Math.min(maxWaiters, lock.waiters()) && waiter != null; i++) {
            waiters.add(view(waiter));
            waiter = waiter.lockNext;
        }
        return new LockView(
                lock.name, lock.capacity, lock.capacity - lock.used, List.copyOf(holders), waiters, lock.waiters());
    }

    private ClaimView view(Claim claim) {
        long deadline = claim.deadlineNanos();
        return new ClaimView(
                claim.key(),
                claim.session.id,
                claim.session.label,
                claim.permits,
                Math.max(0, claim.number),
                Math.max(0, state.nowNanos / NANOS_PER_SECOND - claim.sinceSeconds()),
                left(deadline),
                claim.isRevoked(),
                state.actors.of(claim),
                claim.session == state.parking);
    }

    private SessionView view(SessionState session) {
        return new SessionView(
                session.id,
                session.kind,
                session.label,
                session.attachment,
                state.nowNanos - session.openedNanos,
                left(session.deadlineNanos()),
                session.claimCount);
    }

    private RecordView view(RecordState record) {
        return new RecordView(record.key, record.value, record.version, left(record.endNanos));
    }

    private long left(long deadlineNanos) {
        return deadlineNanos == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, deadlineNanos - state.nowNanos);
    }
}
