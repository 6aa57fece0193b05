package io.claviger.testkit;

import io.claviger.spi.TimeSource;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until a test turns it. Deterministic: {@link #advance} runs the timers that fall due, in the
 * calling thread, in the order of their times and among equal times in the order of their scheduling; each sees its own
 * time on the clock.
 *
 * <p>Thread-safe, but only one thread at a time may turn the clock.
 */
public final class VirtualTime implements TimeSource {
    private static final Comparator<Entry> ORDER =
            Comparator.comparingLong(Entry::dueNanos).thenComparingLong(Entry::number);

    private final PriorityQueue<Entry> timers = new PriorityQueue<>(ORDER);
    private long nowNanos;
    private long scheduled;
    private long wallAheadMillis;

    private record Entry(long dueNanos, long number, Runnable task) {}

    /** Makes a clock that shows 0. */
    public VirtualTime() {}

    @Override
    public synchronized long nanoTime() {
        return nowNanos;
    }

    @Override
    public synchronized long wallMillis() {
        return nowNanos / 1_000_000 + wallAheadMillis;
    }

    /**
     * Turns only the wall clock, as if the machine had been suspended for so long and nothing had run meanwhile, timers included.
     * A negative time sets the wall clock back.
     */
    public synchronized void suspend(Duration by) {
        wallAheadMillis += by.toMillis();
    }

    /** As the interface says; a delay that is not positive waits for the next {@link #advance}, even one by zero. */
    @Override
    public synchronized Timer schedule(Runnable task, long delayNanos) {
        Entry entry = new Entry(saturatedSum(nowNanos, Math.max(0, delayNanos)), scheduled++, task);
        timers.add(entry);
        return () -> cancel(entry);
    }

    /**
     * Turns the clock on and runs what falls due on the way, timers set meanwhile included.
     *
     * @param by not negative
     */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("time goes forward only, but this is " + by);
        }
        long until = saturatedSum(nanoTime(), by.toNanos());
        for (Entry next = nextDue(until); next != null; next = nextDue(until)) {
            next.task().run();
        }
    }

    /** Returns how many timers are set: what a test expects to be 0 when nothing should be left behind. */
    public synchronized int pending() {
        return timers.size();
    }

    /** Takes the next timer and sets the clock to its time; without one, sets the clock to the end of the way. */
    private synchronized @Nullable Entry nextDue(long until) {
        Entry head = timers.peek();
        if (head == null || head.dueNanos() > until) {
            nowNanos = Math.max(nowNanos, until);
            return null;
        }
        timers.remove();
        nowNanos = Math.max(nowNanos, head.dueNanos());
        return head;
    }

    private synchronized void cancel(Entry entry) {
        timers.remove(entry);
    }

    private static long saturatedSum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
