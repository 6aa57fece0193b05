package io.claviger.client.ldlm;

import io.claviger.LossReason;
import io.claviger.client.Moment;
import io.claviger.spi.TimeSource;
import io.claviger.spi.Validity;
import java.time.Duration;

/**
 * Until when a lock is surely held. Guarded by its {@link Holding}.
 *
 * <p>It counts from the sending of the newest renewal that succeeded, never from its answer. Renewals that overlap may have been
 * done in any order, so the shorter of their timeouts counts until one that stood alone succeeds.
 */
final class HeldTime {
    /** Only who was away for longer than this was suspended; less is a busy machine. */
    private static final long SLEPT_NANOS = 1_000_000_000L;

    private final TimeSource time;

    /** What surely counts, and what renewals ask for; zero = no timeout. */
    private Duration sure = Duration.ZERO;

    private Duration wanted = Duration.ZERO;
    private Moment base = new Moment(0, 0);
    private boolean isUnanswered;

    HeldTime(TimeSource time) {
        this.time = time;
    }

    /** It is held since that moment; a timeout of zero is none. */
    void begin(Duration lockTimeout, Moment since) {
        wanted = lockTimeout;
        hold(lockTimeout, since);
    }

    private void hold(Duration lockTimeout, Moment since) {
        sure = lockTimeout;
        base = since;
        isUnanswered = false;
    }

    /** A renewal succeeded. */
    void renewed(Renewal renewal, Moment sent) {
        if (renewal.by() == Renewal.By.USER) {
            wanted = renewal.lockTimeout();
        }
        boolean isShorter = hasTimeout() && sure.compareTo(renewal.lockTimeout()) < 0;
        boolean isNewer = sent.nanos() - base.nanos() > 0;
        hold(renewal.overlaps() && isShorter ? sure : renewal.lockTimeout(), isNewer ? sent : base);
    }

    /** A renewal failed on its way. */
    void unanswered() {
        isUnanswered = true;
    }

    boolean hasTimeout() {
        return !sure.isZero();
    }

    Duration lockTimeout() {
        return sure;
    }

    Duration wantedTimeout() {
        return wanted;
    }

    long leftNanos() {
        if (!hasTimeout()) {
            return Long.MAX_VALUE;
        }
        long length = sure.toNanos();
        return length - Validity.marginNanos(length) - base.elapsedNanos(time);
    }

    /** Returns how long until a renewal is due. */
    long untilRenewalNanos(RenewalRule rule) {
        return rule.interval(sure).toNanos() - base.elapsedNanos(time);
    }

    /** Says why nothing is left. */
    LossReason overdue() {
        if (base.hasSlept(time, SLEPT_NANOS)) {
            return LossReason.SUSPENDED;
        }
        return isUnanswered ? LossReason.SERVER_UNREACHABLE : LossReason.EXPIRED;
    }
}
