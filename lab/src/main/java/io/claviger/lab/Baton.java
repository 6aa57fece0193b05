package io.claviger.lab;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the holders of one name pass on: who had it last, and when that one called release. It also sees if two hold it at
 * once. Its fields are guarded by the lock that is measured; they are volatile in case that lock does not do its work.
 */
final class Baton {
    private static final int NOBODY = -1;

    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicLong violations = new AtomicLong();
    private volatile int lastHolder = NOBODY;
    private volatile long lastReleaseNanos;

    /**
     * To be called when acquire has returned.
     *
     * @return the time since the release was called, if this is a hand-off: from another thread, to one that had asked by
     *     then. Otherwise -1
     */
    long taken(int thread, long askedNanos, long nowNanos) {
        if (inside.incrementAndGet() != 1) {
            violations.incrementAndGet();
        }
        boolean handedOn = lastHolder != NOBODY && lastHolder != thread && askedNanos - lastReleaseNanos <= 0;
        return handedOn ? Math.max(0, nowNanos - lastReleaseNanos) : -1;
    }

    /** To be called when release is about to be called; returns that time. */
    long released(int thread) {
        inside.decrementAndGet();
        lastHolder = thread;
        long now = System.nanoTime();
        lastReleaseNanos = now;
        return now;
    }

    /** How often a thread had the name while another did. */
    long violations() {
        return violations.get();
    }
}
