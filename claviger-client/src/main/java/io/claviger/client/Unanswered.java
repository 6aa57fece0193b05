package io.claviger.client;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands that were sent and are not answered, by their numbers, in a ring. Guarded by its owner. */
final class Unanswered {
    /** Half of what the server keeps answers for, so that there is room for what is on its way. */
    static final int MAX = 8_192;

    private static final int INITIAL_SLOTS = 16;

    private @Nullable Ask[] ring = new Ask[INITIAL_SLOTS];

    /** Everything up to this number is answered. */
    private long floor;

    private long highest;

    long floor() {
        return floor;
    }

    /** Returns the number that comes next. */
    long nextNumber() {
        return highest + 1;
    }

    boolean isFull() {
        return highest - floor >= MAX;
    }

    /** Adds a command and gives it its number. */
    void add(Ask ask) {
        long sequence = ++highest;
        while (sequence - floor > ring.length) {
            grow();
        }
        ask.sequence = sequence;
        ring[slot(sequence)] = ask;
    }

    /** Takes out the command with a number; nothing if it was answered before. */
    @Nullable
    Ask remove(long sequence) {
        if (sequence <= floor || sequence > highest) {
            return null;
        }
        Ask ask = ring[slot(sequence)];
        ring[slot(sequence)] = null;
        while (floor < highest && ring[slot(floor + 1)] == null) {
            floor++;
        }
        return ask;
    }

    /** Returns all in the order of their numbers. */
    List<Ask> all() {
        List<Ask> all = new ArrayList<>();
        for (long sequence = floor + 1; sequence <= highest; sequence++) {
            Ask ask = ring[slot(sequence)];
            if (ask != null) {
                all.add(ask);
            }
        }
        return all;
    }

    /** Forgets everything: the numbers of a new session begin anew. */
    void clear() {
        ring = new Ask[INITIAL_SLOTS];
        floor = 0;
        highest = 0;
    }

    private void grow() {
        @Nullable Ask[] old = ring;
        ring = new Ask[old.length * 2];
        for (int offset = 1; offset <= old.length; offset++) {
            long sequence = floor + offset;
            ring[slot(sequence)] = old[(int) (sequence & (old.length - 1))];
        }
    }

    private int slot(long sequence) {
        return (int) (sequence & (ring.length - 1));
    }
}
