package io.claviger.testkit;

import io.claviger.engine.Event;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Plays on what could happen to some claims if nobody asked for anything more and nobody gave up: whoever can go on releases,
 * and what is free is granted. It is how {@link NaiveMachine} decides whether a wait would ever end.
 */
final class NaiveDeadlock {
    private final List<NaiveClaim> claims;
    private final Set<NaiveClaim> granted = new HashSet<>();
    private final Set<NaiveClaim> released = new HashSet<>();

    NaiveDeadlock(List<NaiveClaim> claims) {
        this.claims = List.copyOf(claims);
        for (int before = -1; before < granted.size() + released.size(); ) {
            before = granted.size() + released.size();
            claims.stream().filter(this::canRelease).forEach(released::add);
            claims.stream().filter(this::canBeGranted).forEach(granted::add);
        }
    }

    boolean isStuck(NaiveClaim waiter) {
        return !granted.contains(waiter);
    }

    /** Whether each wait is a stuck one, for something that the actor of the next wait holds for good. */
    boolean isCycle(List<Event.Wait> cycle) {
        for (int i = 0; i < cycle.size(); i++) {
            Event.Wait wait = cycle.get(i);
            String next = cycle.get((i + 1) % cycle.size()).actor();
            boolean waits = of(wait.name(), wait.actor()).anyMatch(claim -> !claim.holds() && isStuck(claim));
            boolean holds = of(wait.name(), next).anyMatch(claim -> claim.holds() && !released.contains(claim));
            if (!waits || !holds) {
                return false;
            }
        }
        return !cycle.isEmpty() && new HashSet<>(cycle).size() == cycle.size();
    }

    private Stream<NaiveClaim> of(String name, String actor) {
        return claims.stream()
                .filter(claim -> claim.asked.name().equals(name))
                .filter(claim -> claim.asked.actor().equals(actor));
    }

    private boolean canRelease(NaiveClaim claim) {
        if (!claim.holds() && !granted.contains(claim)) {
            return false;
        }
        String actor = claim.asked.actor();
        List<NaiveClaim> waits = claims.stream()
                .filter(other -> !other.holds() && other.asked.actor().equals(actor))
                .toList();
        return actor.isEmpty()
                || waits.isEmpty()
                || waits.stream().anyMatch(granted::contains)
                || (claim.revoked && claim.deadline() != Long.MAX_VALUE);
    }

    private boolean canBeGranted(NaiveClaim waiter) {
        if (waiter.holds()) {
            return false;
        }
        long used = 0;
        for (NaiveClaim other : claims) {
            if (other == waiter) {
                break;
            }
            boolean sameName = other.asked.name().equals(waiter.asked.name());
            if (sameName && !other.holds() && !granted.contains(other)) {
                return false;
            }
        }
        for (NaiveClaim other : claims) {
            boolean holds = (other.holds() || granted.contains(other)) && !released.contains(other);
            used += holds && other != waiter && other.asked.name().equals(waiter.asked.name())
                    ? other.asked.permits()
                    : 0;
        }
        return used + waiter.asked.permits() <= waiter.asked.capacity();
    }
}
