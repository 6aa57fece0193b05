package io.claviger.dynamodb;

import io.claviger.LossReason;
import io.claviger.spi.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Knows under which versions a grant may stand in the table, and gives it new ones. Used on the loop only.
 *
 * <p>A renewal whose answer is lost has perhaps given the grant its version. So every version that was sent and not answered is
 * remembered, and the next write, be it a renewal or the release, is for all of them. A release therefore need not wait for a
 * renewal that is under way: whichever comes first, the other one knows about it or is refused.
 */
final class Renewer {
    /** When so many versions are unanswered, the table must answer a read before another one is sent. Twice as many are remembered. */
    static final int MAX_UNANSWERED = 30;

    /** In this part of its lease a grant is renewed. */
    private static final long PART = 3;

    private static final long MAX_PAUSE_PART = 8;

    private final DynamoLease lease;
    private final LockQueue queue;
    private final DynamoBackend backend;
    private final String slot;
    private String version;
    private final List<String> unanswered = new ArrayList<>();
    private List<CompletableFuture<Void>> asking = new ArrayList<>();
    private TimeSource.@Nullable Timer retry;
    private volatile boolean underWay;
    private volatile int failures;

    Renewer(DynamoLease lease, LockQueue queue, String slot, String version) {
        this.lease = lease;
        this.queue = queue;
        this.backend = queue.backend();
        this.slot = slot;
        this.version = version;
    }

    Holding holding() {
        List<String> versions = new ArrayList<>(unanswered);
        versions.add(version);
        return new Holding(slot, versions);
    }

    /** A write that gives the grant this version was sent elsewhere, and perhaps done. */
    void alsoKnownAs(String other) {
        unanswered.add(other);
    }

    /** Whether the table has failed to answer the last renewal, or not answered it yet. For any thread. */
    boolean isInTrouble() {
        return failures > 0 || underWay;
    }

    /** Renews; the future is told when a renewal is confirmed that was sent from now on. */
    void renew(CompletableFuture<Void> told) {
        asking.add(told);
        renew();
    }

    /** Renews, unless a renewal is under way. */
    void renew() {
        if (!lease.isHeld()) {
            tellAll();
            return;
        }
        if (underWay) {
            return;
        }
        underWay = true;
        if (unanswered.size() < MAX_UNANSWERED) {
            send();
        } else {
            backend.read(queue.name(), timeoutNanos(), this::looked);
        }
    }

    /** So much is uncertain that more is only added when the table answers at all. */
    private void looked(Outcome outcome) {
        if (outcome instanceof Outcome.Done && lease.isHeld()) {
            send();
            return;
        }
        underWay = false;
        if (lease.isHeld()) {
            retry();
        } else {
            tellAll();
        }
    }

    private void send() {
        long leaseNanos = lease.leaseNanos();
        String next = backend.chance().version();
        Write write = backend.layout()
                .renew(
                        queue.name(),
                        holding(),
                        next,
                        leaseNanos,
                        backend.settings().label(),
                        lease.actor());
        unanswered.add(next);
        if (unanswered.size() > 2 * MAX_UNANSWERED) {
            unanswered.remove(0);
        }
        List<CompletableFuture<Void>> asked = asking;
        asking = new ArrayList<>();
        Sent sent = Sent.now(backend.time());
        backend.write(write, timeoutNanos(), outcome -> answered(next, sent, asked, outcome));
    }

    private long timeoutNanos() {
        return Math.min(backend.callNanos(lease.leaseNanos()), Math.max(1, lease.leftNanos()));
    }

    private void answered(String sentVersion, Sent sent, List<CompletableFuture<Void>> asked, Outcome outcome) {
        underWay = false;
        if (outcome instanceof Outcome.Done || isMine(outcome, sentVersion)) {
            renewed(sentVersion, sent, asked);
            return;
        }
        asking.addAll(0, asked);
        if (!lease.isHeld()) {
            tellAll();
        } else if (outcome instanceof Outcome.Refused refused) {
            refused(backend.layout().view(refused.item()));
        } else if (outcome instanceof Outcome.Failed failed) {
            if (failed.kind() != Outcome.Kind.PERHAPS_DONE) {
                unanswered.remove(sentVersion);
            }
            retry();
        }
    }

    private boolean isMine(Outcome outcome, String sentVersion) {
        return outcome instanceof Outcome.Refused refused
                && backend.layout().view(refused.item()).has(new Holding(slot, List.of(sentVersion)));
    }

    private void renewed(String confirmed, Sent sent, List<CompletableFuture<Void>> asked) {
        version = confirmed;
        unanswered.clear();
        failures = 0;
        queue.renewed(slot, confirmed);
        lease.renewed(sent);
        if (lease.isHeld()) {
            asked.forEach(told -> told.complete(null));
        } else {
            asking.addAll(asked);
            tellAll();
        }
        if (!asking.isEmpty()) {
            renew();
        }
    }

    /** Somebody else has written, so the grant is gone; unless it was a copy of a write of our own. */
    private void refused(View view) {
        if (view.has(holding())) {
            retry();
            return;
        }
        Optional<Grant> other = view.grants().stream()
                .filter(grant -> grant.slot().equals(slot))
                .findFirst();
        lease.gone(other.isPresent() ? LossReason.EXPIRED : LossReason.RELEASED);
        tellAll();
    }

    private void retry() {
        int failed = failures + 1;
        failures = failed;
        long most = lease.leaseNanos() / MAX_PAUSE_PART;
        long pause = Math.min(most, Pace.pauseNanos(failed, backend.chance()));
        if (retry != null) {
            // One at a time, however often the holder asks for a renewal.
            retry.cancel();
        }
        retry = backend.onLoopAfter(this::renewIfInTrouble, pause);
    }

    private void renewIfInTrouble() {
        if (failures > 0) {
            renew();
        }
    }

    /** Whoever asked for a renewal is told that there is nothing to renew any more. */
    void tellAll() {
        List<CompletableFuture<Void>> all = asking;
        asking = new ArrayList<>();
        all.forEach(told -> told.completeExceptionally(lease.whyNotHeld()));
    }

    /** Returns how long after a confirmed renewal the next one is due. */
    long periodNanos() {
        // A little less each time, so that leases taken together are not renewed together for ever.
        long period = lease.leaseNanos() / PART;
        return period - (long) (backend.chance().fraction() * period / PART);
    }
}
