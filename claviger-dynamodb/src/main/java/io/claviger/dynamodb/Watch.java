package io.claviger.dynamodb;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Since when this client has seen each grant of a name unchanged, on its own monotonic clock. Only who saw one version for the
 * whole length of its lease may take the grant away: the holder renews, or stops to rely on it, before that.
 */
final class Watch {
    private Map<Holding, Long> sinceNanos = Map.of();
    private @Nullable View view;

    /** Returns what was seen last; null = nothing yet. */
    @Nullable
    View view() {
        return view;
    }

    /** Takes note of what has just arrived. Its grants are counted from now, not from when the table sent them. */
    void see(View now, long nowNanos) {
        Map<Holding, Long> since = new HashMap<>();
        for (Grant grant : now.grants()) {
            Holding key = key(grant);
            since.put(key, sinceNanos.getOrDefault(key, nowNanos));
        }
        sinceNanos = since;
        view = now;
    }

    /** A grant of this client has another version now. */
    void renewed(String slot, String version, long nowNanos) {
        if (view != null) {
            List<Grant> grants = view.grants().stream()
                    .map(grant -> grant.slot().equals(slot) ? grant.withVersion(version) : grant)
                    .toList();
            String whole = slot.isEmpty() ? version : view.version();
            see(new View(view.kind(), whole, view.capacity(), view.token(), grants), nowNanos);
        }
    }

    /** Returns the grants whose leases have run out before the eyes of this client. */
    List<Holding> overdue(long nowNanos, Predicate<Grant> except) {
        return grants().stream()
                .filter(grant -> !except.test(grant) && leftNanos(grant, nowNanos) <= 0)
                .map(Watch::key)
                .toList();
    }

    /** Returns how long until one more grant can be taken away; {@link Long#MAX_VALUE} = none. */
    long nextOverdueNanos(long nowNanos, Predicate<Grant> except) {
        return grants().stream()
                .filter(grant -> !except.test(grant))
                .mapToLong(grant -> leftNanos(grant, nowNanos))
                .filter(left -> left > 0)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private List<Grant> grants() {
        return view == null ? List.of() : view.grants();
    }

    private long leftNanos(Grant grant, long nowNanos) {
        return grant.leaseNanos() - (nowNanos - sinceNanos.getOrDefault(key(grant), nowNanos));
    }

    private static Holding key(Grant grant) {
        return new Holding(grant.slot(), List.of(grant.version()));
    }
}
