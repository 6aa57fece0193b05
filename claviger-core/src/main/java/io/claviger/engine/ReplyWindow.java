package io.claviger.engine;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The replies of one session above the floor that its client acknowledged (S8), in a ring indexed by sequence number,
 * and the keys that were withdrawn by commands above the floor (S9). An acquire that is older than the floor is refused
 * by its number, so a mark may go when the floor passes its withdrawal.
 */
final class ReplyWindow {
    private static final int INITIAL_SLOTS = 8;

    private Event.@Nullable Reply[] ring = new Event.Reply[INITIAL_SLOTS];
    private long floor;
    private @Nullable Map<OwnerKey, Long> withdrawn;

    long floor() {
        return floor;
    }

    Event.@Nullable Reply get(long sequence) {
        return sequence - floor > ring.length ? null : ring[slot(sequence)];
    }

    /** Keeps a reply; {@code sequence} is above the floor by at most {@link Limits#MAX_UNACKNOWLEDGED}. */
    void put(long sequence, Event.Reply reply) {
        while (sequence - floor > ring.length) {
            grow();
        }
        ring[slot(sequence)] = reply;
        if (reply instanceof Event.Withdrawn mark) {
            markWithdrawn(mark.key(), sequence);
        }
    }

    boolean isWithdrawn(OwnerKey key) {
        Long sequence = withdrawn == null ? null : withdrawn.get(key);
        return sequence != null && sequence > floor;
    }

    /** Forgets every reply up to and including {@code upTo}; what was acknowledged stays so. */
    void acknowledge(long upTo) {
        if (upTo <= floor) {
            return;
        }
        if (upTo - floor >= ring.length) {
            Arrays.fill(ring, null);
        } else {
            for (long sequence = floor + 1; sequence <= upTo; sequence++) {
                ring[slot(sequence)] = null;
            }
        }
        floor = upTo;
        dropMarks();
    }

    /** Calls for each kept reply, in the order of their numbers. */
    void forEach(Visitor visitor) {
        for (long sequence = floor + 1; sequence <= floor + ring.length; sequence++) {
            Event.Reply reply = ring[slot(sequence)];
            if (reply != null) {
                visitor.visit(sequence, reply);
            }
        }
    }

    int count() {
        return (int) Arrays.stream(ring).filter(reply -> reply != null).count();
    }

    /** Takes a sequence number and its reply. */
    interface Visitor {
        void visit(long sequence, Event.Reply reply);
    }

    private void markWithdrawn(OwnerKey key, long sequence) {
        if (withdrawn == null) {
            withdrawn = new LinkedHashMap<>();
        }
        withdrawn.merge(key, sequence, Math::max);
    }

    private void dropMarks() {
        if (withdrawn == null) {
            return;
        }
        // Oldest first, as far as the floor. A mark that came out of order may stay a while; it does not count any
        // more.
        Iterator<Long> marks = withdrawn.values().iterator();
        while (marks.hasNext() && marks.next() <= floor) {
            marks.remove();
        }
        if (withdrawn.isEmpty()) {
            withdrawn = null;
        }
    }

    private void grow() {
        Event.@Nullable Reply[] old = ring;
        ring = new Event.Reply[old.length * 2];
        for (long sequence = floor + 1; sequence <= floor + old.length; sequence++) {
            ring[slot(sequence)] = old[(int) (sequence & (old.length - 1))];
        }
    }

    private int slot(long sequence) {
        return (int) (sequence & (ring.length - 1));
    }
}
