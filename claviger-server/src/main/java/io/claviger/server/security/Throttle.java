package io.claviger.server.security;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Slows those who guess. After a failure, every further attempt from that address, right or wrong, is answered late: by
 * {@link #FIRST_DELAY} after one failure, doubling with each to {@link #MAX_DELAY}, until {@link #QUIET} passes without a
 * failure. Success forgives nothing, or the owner of a right password would open the way for others on the same machine.
 *
 * <p>Attempts made at the same time wait side by side and not in a row, so that no crowd of guesses locks the rightful
 * out for longer than that; more than {@link #MAX_AT_ONCE} in one delay are not judged at all.
 *
 * <p>An IPv6 network of 64 bits counts as one address, since one customer gets all of it. Addresses are forgotten, oldest
 * failure first, above {@link #MAX_ADDRESSES}. Thread-safe; never blocks for longer than a look into a map.
 */
final class Throttle {
    static final Duration FIRST_DELAY = Duration.ofMillis(100);
    static final Duration MAX_DELAY = Duration.ofSeconds(2);
    static final Duration QUIET = Duration.ofMinutes(1);
    static final int MAX_ADDRESSES = 10_000;
    static final int MAX_AT_ONCE = 100;

    /** The delay of an attempt that is not to be judged. */
    static final long TOO_MANY = -1;

    private static final int NETWORK_BYTES = 8;
    private static final int MAX_DOUBLINGS = 10;

    private final LongSupplier nanoClock;
    private final Map<ByteBuffer, Offender> offenders = new LinkedHashMap<>();

    private static final class Offender {
        private int failures;
        private long failedNanos;
        private long windowNanos;
        private int inWindow;
    }

    Throttle(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /**
     * Counts an attempt.
     *
     * @param from whose it is; null = unknown, and all unknown ones are one
     * @return nanoseconds that its answer must wait, or {@link #TOO_MANY}
     */
    synchronized long attempt(@Nullable InetAddress from) {
        ByteBuffer key = key(from);
        Offender offender = offenders.get(key);
        if (offender == null) {
            return 0;
        }
        long now = nanoClock.getAsLong();
        if (now - offender.failedNanos >= QUIET.toNanos()) {
            offenders.remove(key);
            return 0;
        }
        long delay = delayNanos(offender.failures);
        if (now - offender.windowNanos >= delay) {
            offender.windowNanos = now;
            offender.inWindow = 0;
        }
        return ++offender.inWindow > MAX_AT_ONCE ? TOO_MANY : delay;
    }

    /** Counts a failure, from the moment of the attempt and not of its answer. */
    synchronized void failed(@Nullable InetAddress from) {
        ByteBuffer key = key(from);
        Offender offender = offenders.remove(key);
        if (offender == null) {
            offender = new Offender();
            offender.windowNanos = nanoClock.getAsLong();
        }
        offender.failures = Math.min(offender.failures + 1, MAX_DOUBLINGS);
        offender.failedNanos = nanoClock.getAsLong();
        offenders.put(key, offender);
        if (offenders.size() > MAX_ADDRESSES) {
            offenders.remove(offenders.keySet().iterator().next());
        }
    }

    synchronized int addresses() {
        return offenders.size();
    }

    private static long delayNanos(int failures) {
        return Math.min(FIRST_DELAY.toNanos() << (failures - 1), MAX_DELAY.toNanos());
    }

    private static ByteBuffer key(@Nullable InetAddress from) {
        if (from == null) {
            return ByteBuffer.allocate(0);
        }
        byte[] address = from.getAddress();
        return from instanceof Inet6Address
                ? ByteBuffer.wrap(address, 0, NETWORK_BYTES).slice()
                : ByteBuffer.wrap(address);
    }
}
