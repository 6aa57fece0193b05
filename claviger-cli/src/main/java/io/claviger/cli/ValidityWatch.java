package io.claviger.cli;

import io.claviger.Lease;
import io.claviger.LeaseLostException;
import io.claviger.LossReason;
import io.claviger.MultiLease;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a command may go on, also after the loss of its locks. A lost lease says nothing any more, but if it was taken
 * back it may still be used until the end that it had before: the server waits for that, or for our word. Not thread-safe.
 */
final class ValidityWatch {
    private static final Duration UNLIMITED = Duration.ofNanos(Long.MAX_VALUE);

    /** Commands are killed this much before the end, as it takes time to find them all. A fifth of a shorter grace. */
    private static final Duration KILL_LEAD = Duration.ofMillis(100);

    private static final int KILL_LEAD_PART = 5;

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final Duration FIRST_RENEWAL_LIMIT = Duration.ofSeconds(2);
    private static final int RENEW_PART = 4;

    private final MultiLease leases;
    private final Duration grace;
    private final Duration killLead;

    private HolderEvent.@Nullable Lost loss;
    private volatile boolean renewing;

    /** What was left at the last look before the loss, and when that was by both clocks. */
    private Duration left = UNLIMITED;

    private long lookNanos;
    private long lookWallMillis;

    /** The most that was ever left. */
    private Duration longest = Duration.ZERO;

    /** @param grace what a command gets between TERM and KILL */
    ValidityWatch(MultiLease leases, Duration grace) {
        this.leases = leases;
        this.grace = grace;
        Duration part = grace.dividedBy(KILL_LEAD_PART);
        this.killLead = part.compareTo(KILL_LEAD) < 0 ? part : KILL_LEAD;
    }

    /**
     * Whether there is time for a command to run before it must be told to stop. If there is not, the leases are renewed first.
     *
     * <p><b>Blocks</b> as long as that takes, but not for long.
     */
    boolean leavesTime() throws InterruptedException {
        if (untilStop().isNegative() || untilStop().isZero()) {
            long end = System.nanoTime() + FIRST_RENEWAL_LIMIT.toNanos();
            while (renewing && System.nanoTime() - end < 0) {
                Thread.sleep(LOOK_EVERY.toMillis());
            }
        }
        return untilStop().compareTo(Duration.ZERO) > 0;
    }

    /** How long until the command must be told to stop; not positive = now. */
    Duration untilStop() {
        look();
        if (left.equals(UNLIMITED)) {
            return UNLIMITED;
        }
        Duration spare = left.minus(grace);
        if (loss == null && spare.compareTo(renewAt()) <= 0) {
            renewEarly();
        }
        return spare;
    }

    /** How long until {@link #untilStop} is to be asked again. */
    Duration untilNextLook() {
        Duration spare = untilStop();
        if (spare.equals(UNLIMITED)) {
            return UNLIMITED;
        }
        Duration early = spare.minus(renewAt());
        return early.compareTo(LOOK_EVERY) > 0 ? early : LOOK_EVERY.compareTo(spare) < 0 ? LOOK_EVERY : spare;
    }

    /** How long until the command must be gone; not positive = now. */
    Duration untilKill() {
        look();
        if (left.equals(UNLIMITED)) {
            return UNLIMITED;
        }
        long monotonic = System.nanoTime() - lookNanos;
        long wall = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis() - lookWallMillis);
        // The larger, as the monotonic clock stands still while a machine is suspended.
        return left.minus(killLead).minusNanos(loss != null ? Math.max(monotonic, wall) : 0);
    }

    /** A lock was lost. After this {@link #untilKill} counts down from what was left before, or is over at once. */
    void lost(HolderEvent.Lost news) {
        if (loss == null) {
            loss = news;
            if (news.reason() == LossReason.EXPIRED || news.reason() == LossReason.SUSPENDED) {
                left = Duration.ZERO;
            }
        }
    }

    /** The first loss, if there was one. */
    Optional<HolderEvent.Lost> loss() {
        return Optional.ofNullable(loss);
    }

    private void look() {
        if (loss != null) {
            return;
        }
        Duration now = leases.validity();
        if (now.isZero()) {
            // The news may still be on the way to us.
            lost(firstLoss());
            return;
        }
        left = now;
        longest = now.compareTo(longest) > 0 ? now : longest;
        lookNanos = System.nanoTime();
        lookWallMillis = System.currentTimeMillis();
    }

    private HolderEvent.Lost firstLoss() {
        for (Lease lease : leases.leases()) {
            try {
                lease.checkpoint();
            } catch (LeaseLostException e) {
                return new HolderEvent.Lost(lease.name(), e.reason());
            }
        }
        throw new IllegalStateException("validity is over although no lock is lost");
    }

    /**
     * The client renews when a third is gone. If the grace is longer than what is left then, the command would be stopped
     * although all is well, so then the renewal is up to us.
     */
    private Duration renewAt() {
        return longest.minus(grace).dividedBy(RENEW_PART);
    }

    private void renewEarly() {
        if (renewing) {
            return;
        }
        renewing = true;
        // What comes of it is seen at the next look.
        var unused = CompletableFuture.allOf(
                        leases.leases().stream().map(Lease::renewAsync).toArray(CompletableFuture<?>[]::new))
                .whenComplete((done, failure) -> renewing = false);
    }
}
