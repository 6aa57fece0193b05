package io.claviger.client;

import io.claviger.LossReason;
import io.claviger.spi.AcquireRequest;
import io.claviger.spi.TimeSource;
import io.claviger.spi.Validity;
import org.jspecify.annotations.Nullable;

/** Until when a grant is surely held: the earlier end of its lease and of its session. */
final class LeaseTime {
    private final ClientSession session;
    private final TimeSource time;
    private final long leaseNanos;
    private final boolean manual;

    LeaseTime(RemoteBackend backend, AcquireRequest request) {
        this.session = backend.session();
        this.time = backend.time();
        this.leaseNanos = Commands.leaseNanos(request);
        this.manual = Commands.isManual(request);
    }

    boolean hasLease() {
        return leaseNanos != 0;
    }

    /** Whether the heartbeat renews it. */
    boolean isShared() {
        return leaseNanos != 0 && !manual;
    }

    /**
     * Returns how long the holder may still act.
     *
     * @param own the moment from which the grant's own renewal counts; absent = nobody can say
     */
    long leftNanos(@Nullable Moment own) {
        long ofSession = session.leftNanos();
        if (leaseNanos == 0) {
            return ofSession;
        }
        Moment since = renewedAt(own);
        if (since == null) {
            return 0;
        }
        return Math.min(ofSession, leaseNanos - Validity.marginNanos(leaseNanos) - since.elapsedNanos(time));
    }

    /** Whether half of the lease is gone, so that whoever gets it now should get a fresh one. */
    boolean isHalfGone(@Nullable Moment own) {
        return leaseNanos != 0 && leftNanos(own) < leaseNanos / 2;
    }

    /** Says why the time is over although nobody said so. */
    LossReason overdueReason(@Nullable Moment own) {
        if (manual) {
            return LossReason.EXPIRED;
        }
        Moment since = renewedAt(own);
        return since == null ? LossReason.SERVER_UNREACHABLE : session.heart().overdue(since, -leftNanos(own));
    }

    /** Returns from when the lease counts: its own renewal or that of the session, whichever was later. */
    private @Nullable Moment renewedAt(@Nullable Moment own) {
        Moment shared = manual ? null : session.heart().base();
        if (own == null || shared == null) {
            return own == null ? shared : own;
        }
        return own.nanos() - shared.nanos() > 0 ? own : shared;
    }
}
