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
    private long highest;
    private int characters;
    private @Nullable Map<OwnerKey, Long> withdrawn;

    long floor() {
        return floor;
    }

    Event.@Nullable Reply get(long sequence) {
        return sequence - floor > ring.length ? null : ring[slot(sequence)];
    }

    /** Returns how many characters of names the kept replies have. */
    int characters() {
        return characters;
    }

    /** Keeps a reply; {@code sequence} is above the floor by at most {@link Limits#MAX_UNACKNOWLEDGED}. */
    void put(long sequence, Event.Reply reply) {
        while (sequence - floor > ring.length) {
            grow();
        }
        ring[slot(sequence)] = reply;
        highest = Math.max(highest, sequence);
        characters += nameLength(reply);
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
        if (upTo >= highest) {
            // Nothing is left: a ring that grew gives its room back.
            ring = ring.length == INITIAL_SLOTS ? ring : new Event.Reply[INITIAL_SLOTS];
            Arrays.fill(ring, null);
            characters = 0;
        } else {
            for (long sequence = floor + 1; sequence <= upTo; sequence++) {
                clear(slot(sequence));
            }
        }
        floor = upTo;
        dropMarks();
    }

    /** Calls for each kept reply, in the order of their numbers. */
    void forEach(Visitor visitor) {
        for (int offset = 1; offset <= ring.length; offset++) {
            Event.Reply reply = ring[slot(floor + offset)];
            if (reply != null) {
                visitor.visit(floor + offset, reply);
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
        // The newest goes to the end, so that the oldest stand first.
        Long known = withdrawn.remove(key);
        withdrawn.put(key, known == null ? sequence : Math.max(known, sequence));
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

    private void clear(int slot) {
        Event.Reply reply = ring[slot];
        if (reply != null) {
            characters -= nameLength(reply);
            ring[slot] = null;
        }
    }

    private static int nameLength(Event.Reply reply) {
        if (reply instanceof Event.Granted granted) {
            return granted.name().length();
        } else if (reply instanceof Event.Queued queued) {
            return queued.name().length();
        } else if (reply instanceof Event.NotGranted refused) {
            return refused.name().length();
        } else if (reply instanceof Event.Deadlock deadlock) {
            return deadlock.cycle().stream()
                    .mapToInt(wait -> wait.actor().length() + wait.name().length())
                    .sum();
        }
        return reply instanceof Event.Released released ? released.name().length() : 0;
    }

    private void grow() {
        Event.@Nullable Reply[] old = ring;
        ring = new Event.Reply[old.length * 2];
        for (int offset = 1; offset <= old.length; offset++) {
            long sequence = floor + offset;
            ring[slot(sequence)] = old[(int) (sequence & (old.length - 1))];
        }
    }

    private int slot(long sequence) {
        return (int) (sequence & (ring.length - 1));
    }
}
