package io.claviger.client;

import io.claviger.LossReason;
import io.claviger.spi.TimeSource;
import io.claviger.spi.Validity;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a session and the leases in it alive by one heartbeat, and knows until when it surely is.
 *
 * <p>It beats three times in the shortest time to live that counts: the session's, and those of leases that are held or waited
 * for. A waiting client beats too, so that a grant that comes late still counts from a young frame.
 */
final class Heart {
    private static final long BEATS = 3;

    /** A server that has not answered a heartbeat for so long, or a quarter of the session's time, gets another stream. */
    private static final long MIN_STALL_NANOS = 1_000_000_000L;

    /** Surely less than a beat: at the beat that follows an unanswered one there is time for another stream. */
    private static final long STALL_PART = 4;

    /** Only who was away for longer than this was suspended; less is a busy machine. */
    private static final long SLEPT_NANOS = 1_000_000_000L;

    private final ClientSession session;
    private final TimeSource time;
    private final long ttlNanos;

    /** All below are guarded by this. */
    private final TreeMap<Long, Integer> leases = new TreeMap<>();

    private @Nullable Moment base;
    private @Nullable Moment unansweredSince;
    private long unansweredFrame;
    private TimeSource.@Nullable Timer beat;
    private TimeSource.@Nullable Timer end;
    private long beatNanos;

    Heart(ClientSession session, TimeSource time, long ttlNanos) {
        this.session = session;
        this.time = time;
        this.ttlNanos = ttlNanos;
    }

    /** A lease of this length wants to be renewed. */
    synchronized void track(long leaseNanos) {
        if (leases.merge(leaseNanos, 1, Integer::sum) == 1 && base != null) {
            scheduleBeat();
        }
    }

    synchronized void untrack(long leaseNanos) {
        leases.computeIfPresent(leaseNanos, (length, count) -> count == 1 ? null : count - 1);
    }

    /** The session was opened by a frame of that moment. */
    synchronized void start(Moment sent) {
        base = sent;
        unansweredSince = null;
        scheduleEnd();
        scheduleBeat();
    }

    synchronized void stop() {
        base = null;
        unansweredSince = null;
        cancelBeat();
        if (end != null) {
            end.cancel();
            end = null;
        }
    }

    synchronized void streamEnded() {
        unansweredSince = null;
    }

    synchronized void beatAgain() {
        scheduleBeat();
    }

    /** The server has confirmed that the session, and what is held in it, was alive when a frame of that moment came. */
    synchronized void renewed(Moment sent) {
        if (base != null && sent.nanos() - base.nanos() > 0) {
            base = sent;
        }
    }

    synchronized void sent(long frame, Moment moment) {
        if (unansweredSince == null) {
            unansweredSince = moment;
            unansweredFrame = frame;
        }
    }

    synchronized void answered(long frame) {
        if (frame >= unansweredFrame) {
            unansweredSince = null;
        }
    }

    /** Returns the moment from which the newest confirmed renewal counts. */
    synchronized @Nullable Moment base() {
        return base;
    }

    synchronized long leftNanos() {
        if (ttlNanos == 0) {
            return base == null ? 0 : Long.MAX_VALUE;
        }
        return base == null ? 0 : ttlNanos - Validity.marginNanos(ttlNanos) - base.elapsedNanos(time);
    }

    private void scheduleBeat() {
        long shortest = ttlNanos == 0 ? Long.MAX_VALUE : ttlNanos;
        if (!leases.isEmpty()) {
            shortest = Math.min(shortest, leases.firstKey());
        }
        if (shortest == Long.MAX_VALUE) {
            cancelBeat();
            return;
        }
        long due = time.nanoTime() + shortest / BEATS;
        if (beat != null && beatNanos - due <= 0) {
            return;
        }
        cancelBeat();
        beatNanos = due;
        beat = time.schedule(this::beat, shortest / BEATS);
    }

    private void cancelBeat() {
        if (beat != null) {
            beat.cancel();
            beat = null;
        }
    }

    private void beat() {
        boolean over;
        boolean stalled;
        synchronized (this) {
            beat = null;
            if (base == null) {
                return;
            }
            over = leftNanos() <= 0;
            stalled = ttlNanos != 0
                    && unansweredSince != null
                    && unansweredSince.elapsedNanos(time) >= Math.max(MIN_STALL_NANOS, ttlNanos / STALL_PART);
            scheduleBeat();
        }
        if (over) {
            // This machine stood still, and the timer of the end with it: nobody may be told that all is well.
            endIfOver();
        } else if (stalled) {
            session.reconnection().onLoop(() -> session.dropStream("the server does not answer"));
        } else {
            session.heartbeat();
        }
    }

    private void scheduleEnd() {
        if (end != null) {
            end.cancel();
        }
        end = ttlNanos == 0 ? null : time.schedule(this::endIfOver, Math.max(0, leftNanos()));
    }

    private void endIfOver() {
        LossReason reason;
        synchronized (this) {
            if (base == null) {
                return;
            }
            long left = leftNanos();
            if (left > 0) {
                scheduleEnd();
                return;
            }
            reason = overdue(base, -left);
        }
        session.reconnection().onLoop(() -> {
            if (leftNanos() <= 0) {
                session.over(reason);
            }
        });
    }

    /** Says why validity is over: nobody answered, or this machine, or this process, stood still. */
    LossReason overdue(Moment since, long lateNanos) {
        return since.hasSlept(time, SLEPT_NANOS) || lateNanos > SLEPT_NANOS
                ? LossReason.SUSPENDED
                : LossReason.SERVER_UNREACHABLE;
    }
}
