package io.claviger.dynamodb;

import io.claviger.LockOptions;
import java.math.BigDecimal;

/** Lengths of time as a table has them: seconds, with a fraction where there is one. */
final class Seconds {
    private static final int NANO_DIGITS = 9;
    private static final BigDecimal MOST = BigDecimal.valueOf(LockOptions.MAX_LEASE.toSeconds());

    private Seconds() {}

    static BigDecimal ofNanos(long nanos) {
        BigDecimal exact = BigDecimal.valueOf(nanos, NANO_DIGITS).stripTrailingZeros();
        return exact.scale() < 0 ? exact.setScale(0) : exact;
    }

    /** Returns nanoseconds; a time below zero counts as none, one that is too long for any lease as the longest. */
    static long toNanos(BigDecimal seconds) {
        BigDecimal inRange = seconds.max(BigDecimal.ZERO).min(MOST);
        return inRange.movePointRight(NANO_DIGITS).longValue();
    }
}
