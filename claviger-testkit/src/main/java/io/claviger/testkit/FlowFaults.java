package io.claviger.testkit;

import io.claviger.testkit.FaultProxy.Ending;

/** What a {@link FaultProxy} does at present to the bytes of one direction. Used by the proxy's one thread only. */
final class FlowFaults {
    enum Passage {
        FREE,
        HELD,
        BLACK_HOLE
    }

    private static final long NO_CUT = Long.MAX_VALUE;

    long delayNanos;
    Passage passage = Passage.FREE;
    private long bytesUntilCut = NO_CUT;
    private Ending ending = Ending.FIN;
    private long passedOn;

    void cutAfter(long bytes, Ending how) {
        bytesUntilCut = bytes;
        ending = how;
    }

    void heal() {
        delayNanos = 0;
        passage = Passage.FREE;
        bytesUntilCut = NO_CUT;
    }

    /** Counts bytes that go out, and returns how many of them may. */
    int passOn(int bytes) {
        int allowed = (int) Math.min(bytes, bytesUntilCut);
        passedOn += allowed;
        if (bytesUntilCut != NO_CUT) {
            bytesUntilCut -= allowed;
        }
        return allowed;
    }

    /** Whether the cut is due; then it is done with, and the next connection is not cut. */
    boolean takeCut() {
        if (bytesUntilCut != 0) {
            return false;
        }
        bytesUntilCut = NO_CUT;
        return true;
    }

    Ending ending() {
        return ending;
    }

    long passedOn() {
        return passedOn;
    }
}
