package io.claviger.lab;

/** The time that counts, on the clock of {@link System#nanoTime()}. What ends within it is counted, so edges cancel out. */
record CycleWindow(long fromNanos, long toNanos) {

    static CycleWindow after(long settleMillis, long measureMillis) {
        long from = System.nanoTime() + settleMillis * 1_000_000;
        return new CycleWindow(from, from + measureMillis * 1_000_000);
    }

    boolean contains(long nanos) {
        return nanos - fromNanos >= 0 && nanos - toNanos < 0;
    }

    boolean isOver(long nanos) {
        return nanos - toNanos >= 0;
    }

    double seconds() {
        return (toNanos - fromNanos) / 1e9;
    }
}
