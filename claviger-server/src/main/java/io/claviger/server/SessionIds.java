package io.claviger.server;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Gives every session of this server an id that none had before, whichever front it comes from. Thread-safe. */
public final class SessionIds {
    private final AtomicLong counter = new AtomicLong(new SecureRandom().nextLong());

    /** Returns the next id: a counter, mixed by a bijection; never 0. */
    public long next() {
        long id = mix(counter.getAndIncrement());
        return id == 0 ? mix(counter.getAndIncrement()) : id;
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). */
    private static long mix(long counter) {
        long z = (counter ^ (counter >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
