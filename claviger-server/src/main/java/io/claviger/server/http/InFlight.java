package io.claviger.server.http;

/** Counts the requests under way, and tells when there is none. Thread-safe. */
final class InFlight {
    private int count;

    synchronized void begun() {
        count++;
    }

    synchronized void ended() {
        count--;
        notifyAll();
    }

    /** <b>Blocks</b> until there is none, but at most so long. */
    synchronized void awaitNone(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left = millis; count > 0 && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
    }
}
