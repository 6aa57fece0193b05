package io.claviger.engine;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An open-addressing hash table of elements that carry their own keys: one reference of 4 bytes per slot and nothing
 * else, where {@link java.util.HashMap} spends a node of 32 bytes. Removal moves later elements back, so there are no
 * tombstones; the table shrinks when it empties (L8).
 *
 * @param <E> the elements; a subclass knows their keys and finds them
 */
abstract class ProbeTable<E> {
    private static final int INITIAL_SLOTS = 16;

    private @Nullable Object[] slots = new Object[INITIAL_SLOTS];
    private int size;

    /** Returns the hash of an element's key, the same for as long as it is in the table. */
    abstract int hashOf(E element);

    final int size() {
        return size;
    }

    final int firstSlot(int hash) {
        return hash & (slots.length - 1);
    }

    final int nextSlot(int slot) {
        return (slot + 1) & (slots.length - 1);
    }

    @SuppressWarnings("unchecked") // only add() writes, and it takes an E
    final @Nullable E at(int slot) {
        return (E) slots[slot];
    }

    /** Adds an element whose key is not in the table. */
    final void add(E element) {
        // Three quarters full at most: short probes for 5 to 11 bytes an element.
        if ((size + 1) * 4L > slots.length * 3L) {
            resize(slots.length * 2);
        }
        place(element);
        size++;
    }

    /** Removes an element that is in the table. */
    final void remove(E element) {
        int hole = firstSlot(hashOf(element));
        while (at(hole) != element) {
            if (at(hole) == null) {
                throw new IllegalStateException("the element is not in the table");
            }
            hole = nextSlot(hole);
        }
        closeHole(hole);
        size--;
        if (slots.length > INITIAL_SLOTS && size < slots.length / 8) {
            resize(slots.length / 2);
        }
    }

    /** Calls for each element, in an order that must not be visible outside. */
    @SuppressWarnings("unchecked")
    final void forEach(Consumer<? super E> action) {
        for (Object element : slots) {
            if (element != null) {
                action.accept((E) element);
            }
        }
    }

    /** Moves back every element of the run behind the hole that may stand in it (Knuth, vol. 3, 6.4, algorithm R). */
    private void closeHole(int freed) {
        int hole = freed;
        int slot = nextSlot(hole);
        for (E element = at(slot); element != null; element = at(slot)) {
            int home = firstSlot(hashOf(element));
            boolean mayMove = ((slot - home) & (slots.length - 1)) >= ((slot - hole) & (slots.length - 1));
            if (mayMove) {
                slots[hole] = element;
                hole = slot;
            }
            slot = nextSlot(slot);
        }
        slots[hole] = null;
    }

    private void place(E element) {
        int slot = firstSlot(hashOf(element));
        while (slots[slot] != null) {
            slot = nextSlot(slot);
        }
        slots[slot] = element;
    }

    @SuppressWarnings("unchecked")
    private void resize(int length) {
        @Nullable Object[] old = slots;
        slots = new Object[length];
        Arrays.stream(old).forEach(element -> {
            if (element != null) {
                place((E) element);
            }
        });
    }
}
