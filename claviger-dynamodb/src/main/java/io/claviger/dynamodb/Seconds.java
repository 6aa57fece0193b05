package io.claviger.dynamodb;

import io.claviger.LockOptions;
import java.math.BigDecimal;
import java.time.Duration;

/** Lengths of time as a table has them, seconds with a fraction where there is one, and as messages tell them. */
final class Seconds {
    private static final int NANO_DIGITS = 9;
    private static final int NANOS_PER_MILLI = 1_000_000;
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
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

    /** Returns a length of time as people write it, in the largest unit that it is a whole number of, such as {@code 200 ms}. */
    static String inWords(Duration length) {
        long seconds = length.getSeconds();
        int nanos = length.getNano();
        if (nanos != 0) {
            boolean whole = nanos % NANOS_PER_MILLI == 0 && Math.abs(seconds) <= MOST.longValue();
            return whole ? length.toMillis() + " ms" : seconds(length) + " s";
        } else if (seconds == 0 || seconds % MINUTE != 0) {
            return seconds + " s";
        }
        return seconds % HOUR == 0 ? seconds / HOUR + " h" : seconds / MINUTE + " min";
    }

    private static String seconds(Duration length) {
        BigDecimal nanos = BigDecimal.valueOf(length.getNano(), NANO_DIGITS);
        return BigDecimal.valueOf(length.getSeconds())
                .add(nanos)
                .stripTrailingZeros()
                .toPlainString();
    }
}
