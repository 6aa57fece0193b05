package io.claviger.client.ldlm;

import java.time.Duration;

/** A renewal that is under way. Guarded by its {@link Holding}. */
final class Renewal {
    /** Who wants it. */
    enum By {
        TIMER,
        USER
    }

    private final By by;
    private final Duration lockTimeout;
    private boolean overlaps;

    Renewal(By by, Duration lockTimeout) {
        this.by = by;
        this.lockTimeout = lockTimeout;
    }

    By by() {
        return by;
    }

    Duration lockTimeout() {
        return lockTimeout;
    }

    /** Another one was under way at the same time, and nobody knows which of them the server did last. */
    void overlap() {
        overlaps = true;
    }

    boolean overlaps() {
        return overlaps;
    }
}
