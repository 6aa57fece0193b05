package io.claviger.testkit;

import static io.claviger.testkit.Defect.BARGING;
import static io.claviger.testkit.Defect.CAPACITY_OFF_BY_ONE;
import static io.claviger.testkit.Defect.HOLDERS_LINGER;
import static io.claviger.testkit.Defect.LIFO_QUEUE;
import static io.claviger.testkit.Defect.MISMATCH_ACCEPTED;
import static io.claviger.testkit.Defect.READERS_OVERTAKE;
import static io.claviger.testkit.Defect.THUNDERING_HERD;
import static io.claviger.testkit.Defect.TOKEN_RESET;
import static io.claviger.testkit.Defect.WRITER_SHARES;

import io.claviger.Capability;
import io.claviger.Holder;
import io.claviger.LockClient;
import io.claviger.LossReason;
import io.claviger.spi.AcquireRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A toy place of locks that is right, except for one defect. Its monitor guards everything; users are told outside it. */
final class FaultySpace implements ContractBackend {
    static final class Name {
        final int capacity;
        final List<FaultyLease> holders = new ArrayList<>();
        final Deque<FaultyLease> queue = new ArrayDeque<>();
        long tokens;

        Name(int capacity) {
            this.capacity = capacity;
        }
    }

    final VirtualTime time = new VirtualTime();
    final Defect defect;
    final FaultyRecords records = new FaultyRecords(this);
    private final Map<String, Name> names = new HashMap<>();
    private final Map<String, List<Holder>> seen = new HashMap<>();
    private final Queue<Runnable> untold = new ConcurrentLinkedQueue<>();
    private long tokens = 100;

    FaultySpace(Defect defect) {
        this.defect = defect;
    }

    boolean has(Defect other) {
        return defect == other;
    }

    @Override
    public LockClient open() {
        return LockClient.over(new FaultyBackend(this, Runnable::run));
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.complementOf(EnumSet.of(Capability.HAND_OFF, Capability.DEADLOCK_DETECTION));
    }

    @Override
    public void advance(Duration by) {
        time.advance(by);
    }

    @Override
    public Duration patience() {
        return Duration.ofMillis(defect == Defect.NONE ? 10_000 : 150);
    }

    @Override
    public void revoke(String name) {
        change(() -> List.copyOf(name(name).holders).forEach(holder -> {
            holder.lost(LossReason.REVOKED);
            if (has(Defect.HASTY_REVOCATION)) {
                end(holder);
            }
        }));
    }

    /** Changes the state under the monitor, and then tells the users. */
    void change(Runnable action) {
        synchronized (this) {
            action.run();
        }
        for (Runnable next = untold.poll(); next != null; next = untold.poll()) {
            next.run();
        }
    }

    void tellLater(Runnable action) {
        untold.add(action);
    }

    void ask(FaultyLease asked) {
        AcquireRequest request = asked.request;
        Name name = names.computeIfAbsent(request.name(), unused -> new Name(request.capacity()));
        boolean once = request.waitLimit().map(Duration::isZero).orElse(false);
        if (name.capacity != request.capacity() && !has(MISMATCH_ACCEPTED)) {
            asked.refuse("the capacity differs");
        } else if (mayTakeNow(name, asked, once)) {
            grant(name, asked);
        } else if (once) {
            asked.giveUp();
        } else if (has(LIFO_QUEUE)) {
            name.queue.addFirst(asked);
        } else {
            name.queue.addLast(asked);
        }
        forgetIfIdle(asked);
    }

    private boolean mayTakeNow(Name name, FaultyLease asked, boolean once) {
        boolean reader = name.capacity == Integer.MAX_VALUE && permits(asked) == 1;
        boolean first = name.queue.isEmpty() || (has(BARGING) && once) || (has(READERS_OVERTAKE) && reader);
        return first && fits(name, asked);
    }

    private boolean fits(Name name, FaultyLease asked) {
        long used = name.holders.stream().mapToLong(this::permits).sum();
        return used + permits(asked) <= name.capacity + (has(CAPACITY_OFF_BY_ONE) ? 1L : 0L);
    }

    private int permits(FaultyLease lease) {
        return has(WRITER_SHARES) && lease.request.capacity() == Integer.MAX_VALUE ? 1 : lease.request.permits();
    }

    private void grant(Name name, FaultyLease lease) {
        name.holders.add(lease);
        lease.granted(has(TOKEN_RESET) ? ++name.tokens : ++tokens);
    }

    /** Ends a grant or a waiter; those behind it may be next. */
    void end(FaultyLease lease) {
        leave(lease);
        pump(lease.request.name());
    }

    void leave(FaultyLease lease) {
        Name name = name(lease.request.name());
        name.holders.remove(lease);
        name.queue.remove(lease);
        forgetIfIdle(lease);
    }

    synchronized List<Holder> holders(String name) {
        List<Holder> now =
                name(name).holders.stream().map(FaultyLease::seenByOthers).toList();
        return has(HOLDERS_LINGER) && now.isEmpty() ? seen.getOrDefault(name, now) : remembered(name, now);
    }

    /** To be called under the monitor. */
    List<FaultyLease> holdersOf(String name) {
        return name(name).holders;
    }

    private List<Holder> remembered(String name, List<Holder> now) {
        seen.put(name, now);
        return now;
    }

    /** Frees whoever holds: the defect of not asking who releases. */
    void endAnyHolder(String name) {
        name(name).holders.stream().findFirst().ifPresent(this::end);
    }

    void pump(String key) {
        Name name = name(key);
        boolean all = has(THUNDERING_HERD) && !name.queue.isEmpty();
        for (FaultyLease next = name.queue.peek();
                next != null && (all || fits(name, next));
                next = name.queue.peek()) {
            name.queue.remove();
            grant(name, next);
        }
    }

    private Name name(String key) {
        return names.getOrDefault(key, new Name(1));
    }

    private void forgetIfIdle(FaultyLease lease) {
        Name name = name(lease.request.name());
        if (name.holders.isEmpty() && name.queue.isEmpty()) {
            names.remove(lease.request.name());
        }
    }
}
