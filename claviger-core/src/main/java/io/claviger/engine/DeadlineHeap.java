package io.claviger.engine;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A binary heap of what has a deadline. A renewal, the most frequent change, does not touch it: an element is armed for
 * a time that is never later than its deadline, and when that time comes and the deadline has moved on, it is armed
 * anew. So renewing a session with 100,000 leases costs one assignment, and each lease at most one heap operation per
 * length of a lease.
 */
final class DeadlineHeap {
    private static final int INITIAL_SLOTS = 16;

    private @Nullable Timed[] elements = new Timed[INITIAL_SLOTS];
    private long[] armedNanos = new long[INITIAL_SLOTS];
    private int size;

    int size() {
        return size;
    }

    /** Returns a time before which nothing ends; {@link Long#MAX_VALUE} if nothing is armed. */
    long nextNanos() {
        return size == 0 ? Long.MAX_VALUE : armedNanos[0];
    }

    /** Arms an element for its deadline; one that is armed for an earlier time stays there. */
    void arm(Timed element) {
        long when = element.deadlineNanos();
        if (when == Long.MAX_VALUE) {
            disarm(element);
        } else if (element.heapSlot == Timed.NOT_ARMED) {
            ensureSlot();
            siftUp(size++, element, when);
        } else if (when < armedNanos[element.heapSlot]) {
            siftUp(element.heapSlot, element, when);
        }
    }

    void disarm(Timed element) {
        int slot = element.heapSlot;
        if (slot == Timed.NOT_ARMED) {
            return;
        }
        element.heapSlot = Timed.NOT_ARMED;
        size--;
        Timed last = at(size);
        long lastWhen = armedNanos[size];
        elements[size] = null;
        if (slot < size) {
            if (slot > 0 && lastWhen < armedNanos[parent(slot)]) {
                siftUp(slot, last, lastWhen);
            } else {
                siftDown(slot, last, lastWhen);
            }
        }
        shrinkIfSparse();
    }

    /** Moves everything whose deadline is not after {@code nowNanos} into {@code due}, in no particular order. */
    void drainDue(long nowNanos, List<Timed> due) {
        while (size > 0 && armedNanos[0] <= nowNanos) {
            Timed first = at(0);
            disarm(first);
            if (first.deadlineNanos() <= nowNanos) {
                due.add(first);
            } else {
                arm(first);
            }
        }
    }

    /** Whether the element is armed for a time that is not after its deadline, and the heap is in order there. */
    boolean isArmedInTime(Timed element) {
        int slot = element.heapSlot;
        return slot != Timed.NOT_ARMED
                && at(slot) == element
                && armedNanos[slot] <= element.deadlineNanos()
                && (slot == 0 || armedNanos[parent(slot)] <= armedNanos[slot]);
    }

    private void siftUp(int slot, Timed element, long when) {
        int hole = slot;
        while (hole > 0 && when < armedNanos[parent(hole)]) {
            place(hole, at(parent(hole)), armedNanos[parent(hole)]);
            hole = parent(hole);
        }
        place(hole, element, when);
    }

    private void siftDown(int slot, Timed element, long when) {
        int hole = slot;
        while (2 * hole + 1 < size) {
            int child = 2 * hole + 1;
            if (child + 1 < size && armedNanos[child + 1] < armedNanos[child]) {
                child++;
            }
            if (when <= armedNanos[child]) {
                break;
            }
            place(hole, at(child), armedNanos[child]);
            hole = child;
        }
        place(hole, element, when);
    }

    private void place(int slot, Timed element, long when) {
        elements[slot] = element;
        armedNanos[slot] = when;
        element.heapSlot = slot;
    }

    private Timed at(int slot) {
        Timed element = elements[slot];
        if (element == null) {
            throw new IllegalStateException("empty slot " + slot + " among " + size);
        }
        return element;
    }

    private static int parent(int slot) {
        return (slot - 1) >>> 1;
    }

    private void ensureSlot() {
        if (size == elements.length) {
            // By an eighth: a leased lock should not pay for room that nobody uses.
            resize(size + (size >>> 3) + INITIAL_SLOTS);
        }
    }

    private void shrinkIfSparse() {
        if (elements.length > INITIAL_SLOTS && size < elements.length / 4) {
            resize(Math.max(INITIAL_SLOTS, elements.length / 2));
        }
    }

    private void resize(int slots) {
        elements = Arrays.copyOf(elements, slots);
        armedNanos = Arrays.copyOf(armedNanos, slots);
    }
}
