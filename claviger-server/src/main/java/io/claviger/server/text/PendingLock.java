package io.claviger.server.text;

import io.claviger.engine.Event;
import io.claviger.engine.OwnerKey;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A lock request of session mode until its one answer. The limit of its wait and a cancel withdraw it; a grant that
 * crosses the limit is given to the client after all, one that crosses a cancel is released (S9).
 */
final class PendingLock {
    private final SessionMode mode;
    private final byte[] id;
    private final OwnerKey key;
    private final long waitNanos;
    private @Nullable Future<?> timer;
    private boolean answered;
    private boolean cancelled;
    private boolean outcomeUnknown;

    PendingLock(SessionMode mode, byte[] id, OwnerKey key, long waitNanos) {
        this.mode = mode;
        this.id = id;
        this.key = key;
        this.waitNanos = waitNanos;
    }

    byte[] id() {
        return id;
    }

    OwnerKey key() {
        return key;
    }

    boolean isAnswered() {
        return answered;
    }

    /** Takes the reply to the acquire. */
    void asked(Event.Reply reply) {
        if (answered || cancelled) {
            return;
        }
        if (reply instanceof Event.Granted granted) {
            answered();
            mode.granted(granted, id);
        } else if (reply instanceof Event.Queued) {
            timer = mode.connection().after(waitNanos, TimeUnit.NANOSECONDS, this::limitReached);
        } else if (reply instanceof Event.NotGranted) {
            answered();
            mode.notGranted(id);
        } else {
            answered();
            mode.refuse(Reasons.of(reply), id);
        }
    }

    /** Takes the grant of a request that waited. A cancelled one hears of it from its withdrawal. */
    void grantedAtLast(Event.Granted granted) {
        if (!answered && !cancelled) {
            answered();
            mode.granted(granted, id);
        }
    }

    void cancel() {
        if (cancelled) {
            // Asked twice, answered once.
            return;
        }
        cancelled = true;
        watchOutcome();
        mode.withdraw(key, reply -> {
            if (reply instanceof Event.Granted) {
                mode.giveBack(key, this::cancelApplied);
            } else {
                cancelApplied();
            }
        });
    }

    void abandon() {
        answered = true;
        stopTimer();
    }

    private void limitReached() {
        if (answered || cancelled) {
            return;
        }
        watchOutcome();
        mode.withdraw(key, this::limitApplied);
    }

    private void limitApplied(Event.Reply reply) {
        if (answered) {
            // We said that we do not know, so the client cannot hold it.
            if (reply instanceof Event.Granted && outcomeUnknown) {
                mode.giveBack(key, () -> {});
            }
            return;
        }
        if (cancelled) {
            return;
        }
        answered();
        if (reply instanceof Event.Granted granted) {
            mode.granted(granted, id);
        } else {
            mode.notGranted(id);
        }
    }

    /** A withdrawal that is not applied soon must not become a hang. */
    private void watchOutcome() {
        stopTimer();
        timer = mode.connection().after(TextLimits.OUTCOME_MILLIS, TimeUnit.MILLISECONDS, () -> {
            if (!answered) {
                outcomeUnknown = true;
                answered();
                mode.refuse("outcome unknown", id);
            }
        });
    }

    private void cancelApplied() {
        if (!answered) {
            answered();
            mode.cancelled(id);
        }
    }

    private void answered() {
        answered = true;
        stopTimer();
        mode.forget(this);
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
