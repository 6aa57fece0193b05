package io.claviger.dynamodb;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Lets so many names of a client be asked for at once and no more, first come, first served: the SDK has a limited number of connections, and those who wait
 * must leave some to renewals and releases when the table is slow to answer (L6). Used on the loop only.
 */
final class Gate {
    /** Fewer than the 50 connections that the SDK has unless told otherwise. */
    static final int MAX_INSIDE = 40;

    private final Set<LockQueue> waiting = new LinkedHashSet<>();
    private final Loop loop;
    private int inside;

    Gate(Loop loop) {
        this.loop = loop;
    }

    /** Returns whether it may be asked for; if not, it is pumped when its turn has come. */
    boolean enter(LockQueue queue) {
        waiting.add(queue);
        if (inside >= MAX_INSIDE || waiting.iterator().next() != queue) {
            return false;
        }
        inside++;
        forget(queue);
        return true;
    }

    void leave() {
        inside--;
        callNext();
    }

    /** It does not want to be asked for any more. */
    void forget(LockQueue queue) {
        if (waiting.remove(queue)) {
            callNext();
        }
    }

    private void callNext() {
        Iterator<LockQueue> next = waiting.iterator();
        if (inside < MAX_INSIDE && next.hasNext()) {
            loop.execute(next.next()::pump);
        }
    }
}
