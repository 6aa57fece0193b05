package io.claviger.lab;

import io.claviger.lab.LockService.ThreadLock;
import org.jspecify.annotations.Nullable;

/** One thread that takes a name and gives it back until the window is over, and counts. */
final class CycleThread {
    final LatencyHistogram acquires = new LatencyHistogram();
    final LatencyHistogram releases = new LatencyHistogram();
    final LatencyHistogram handOffs = new LatencyHistogram();
    private final int number;
    private final ThreadLock lock;
    private final @Nullable Baton baton;

    CycleThread(int number, ThreadLock lock, @Nullable Baton baton) {
        this.number = number;
        this.lock = lock;
        this.baton = baton;
    }

    long cycles() {
        return releases.total();
    }

    void run(CycleWindow window) throws InterruptedException {
        long end = System.nanoTime();
        while (!window.isOver(end)) {
            long asked = System.nanoTime();
            lock.acquire();
            long got = System.nanoTime();
            long handOff = baton == null ? -1 : baton.taken(number, asked, got);
            long given = baton == null ? got : baton.released(number);
            lock.release();
            end = System.nanoTime();
            if (window.contains(end)) {
                acquires.record(got - asked);
                releases.record(end - given);
                if (handOff >= 0) {
                    handOffs.record(handOff);
                }
            }
        }
    }
}
