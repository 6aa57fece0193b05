package io.claviger.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether a waiting claim can ever be granted without anybody giving up.
 *
 * <p>It collects every waiting claim that the first one depends on, then takes out, until nothing changes, those that can be
 * granted: the one before it in the queue can be granted, and enough of the holders can go on to their release. A holder can
 * go on unless its party waits and none of the party's waits can be granted; whoever has no party can. What is left is stuck
 * for good: no release by anybody outside could grant it. (This is the reduction of a resource-allocation graph; Holt, "Some
 * deadlock properties of computer systems", 1972.)
 *
 * <p>It looks at no more than {@link Limits#MAX_DEADLOCK_SEARCH} claims; beyond that it finds nothing. Its result depends on
 * no hash order, since every replica must come to the same.
 */
final class DeadlockSearch {
    /** Tells to whom a claim belongs, and what else that one waits for. */
    private interface Parties {
        /** Returns who waits or holds; nothing if nobody can say, and then it is taken to be free to go on. */
        @Nullable
        Object of(Claim claim);

        /** Returns the claims of the same party, perhaps with some of others among them. */
        Iterable<Claim> claimsOf(Claim member);

        String nameOf(Claim claim);
    }

    private final Parties parties;

    /** The waiting claims that matter, and whether each can be granted. */
    private final Map<Claim, Boolean> waits = new LinkedHashMap<>();

    /** The waits of each party. */
    private final Map<Object, List<Claim>> waitsOf = new LinkedHashMap<>();

    private int looked;

    private DeadlockSearch(Parties parties) {
        this.parties = parties;
    }

    /** Searches by the actors that were told. Sure of what it finds. */
    static DeadlockSearch amongActors(MachineState state) {
        return new DeadlockSearch(new ByActor(state.actors));
    }

    /** Takes every session as an actor for its requests without one. What it finds is a suspicion. */
    static DeadlockSearch amongSessions(MachineState state) {
        return new DeadlockSearch(new BySession(state.actors));
    }

    /** Returns a cycle that the waiting claim leads into; empty if it can be granted, or the search went too far. */
    List<Event.Wait> cycleFrom(Claim start) {
        if (!collect(start)) {
            return List.of();
        }
        List<Claim> undecided = new ArrayList<>(waits.keySet());
        // Backwards: what stands at the head of a queue was found last, so one pass goes through a whole queue.
        Collections.reverse(undecided);
        while (isStuck(start) && undecided.removeIf(this::isGranted)) {
            // Each that is granted may let others through, also such as were looked at before it.
        }
        return isStuck(start) ? cycle(start) : List.of();
    }

    private boolean isGranted(Claim wait) {
        boolean granted = canBeGranted(wait);
        waits.put(wait, granted);
        return granted;
    }

    private boolean collect(Claim start) {
        Deque<Claim> open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty()) {
            Claim wait = open.remove();
            if (waits.putIfAbsent(wait, false) != null) {
                continue;
            }
            if (looked > Limits.MAX_DEADLOCK_SEARCH) {
                return false;
            }
            Claim before = before(wait);
            if (before != null) {
                open.add(before);
            }
            addWaitsOf(wait, open);
            Claim holder = wait.lock.holders;
            for (Claim next = holder; next != null; next = next.lockNext == holder ? null : next.lockNext) {
                if (++looked > Limits.MAX_DEADLOCK_SEARCH) {
                    return false;
                }
                addWaitsOf(next, open);
            }
        }
        return looked <= Limits.MAX_DEADLOCK_SEARCH;
    }

    private void addWaitsOf(Claim member, Deque<Claim> open) {
        Object party = parties.of(member);
        if (party == null || waitsOf.containsKey(party)) {
            return;
        }
        List<Claim> waiting = new ArrayList<>();
        for (Claim claim : parties.claimsOf(member)) {
            if (++looked > Limits.MAX_DEADLOCK_SEARCH) {
                break;
            }
            if (claim.waits() && party.equals(parties.of(claim))) {
                waiting.add(claim);
            }
        }
        waiting.sort(Comparator.comparingLong(claim -> -claim.number));
        waitsOf.put(party, waiting);
        open.addAll(waiting);
    }

    private boolean canBeGranted(Claim wait) {
        Claim before = before(wait);
        if (before != null && isStuck(before)) {
            return false;
        }
        long stuck = 0;
        Claim holder = wait.lock.holders;
        for (Claim next = holder; next != null; next = next.lockNext == holder ? null : next.lockNext) {
            stuck += isStuckHolder(next) ? next.permits : 0;
        }
        return stuck + wait.permits <= wait.lock.capacity;
    }

    private boolean isStuck(Claim wait) {
        return Boolean.FALSE.equals(waits.get(wait));
    }

    private boolean isStuckHolder(Claim holder) {
        // It ends by itself when its validity does, whatever its party waits for.
        if (holder.isRevoked() && holder.leaseNanos != 0) {
            return false;
        }
        Object party = parties.of(holder);
        List<Claim> waiting = party == null ? List.of() : waitsOf.getOrDefault(party, List.of());
        return !waiting.isEmpty() && waiting.stream().allMatch(this::isStuck);
    }

    /** Goes from stuck to stuck until it comes back to where it has been. */
    private List<Event.Wait> cycle(Claim start) {
        List<Claim> path = new ArrayList<>();
        Set<Claim> been = new LinkedHashSet<>();
        Claim wait = start;
        while (been.add(wait)) {
            path.add(wait);
            wait = next(wait);
        }
        return path.subList(path.indexOf(wait), path.size()).stream()
                .map(claim -> new Event.Wait(parties.nameOf(claim), claim.lock.name))
                .toList();
    }

    /**
     * Returns what a stuck wait waits for: the wait of a stuck holder. There is always one, since the first stuck wait of a
     * queue is stuck for the holders alone.
     */
    private Claim next(Claim wait) {
        Claim holder = wait.lock.holders;
        for (Claim next = holder; next != null; next = next.lockNext == holder ? null : next.lockNext) {
            if (isStuckHolder(next)) {
                return Objects.requireNonNull(waitsOf.get(parties.of(next))).get(0);
            }
        }
        throw new IllegalStateException("stuck, but no holder is: " + wait.lock.name);
    }

    private static @Nullable Claim before(Claim wait) {
        LockState.WaitQueue queue = wait.lock.queue;
        return queue == null || queue.head == wait ? null : wait.lockPrevious;
    }

    private record ByActor(Actors actors) implements Parties {
        @Override
        public @Nullable Object of(Claim claim) {
            return claim.hasActor() ? actors.of(claim) : null;
        }

        @Override
        public Iterable<Claim> claimsOf(Claim member) {
            return actors.claimsOf(actors.of(member));
        }

        @Override
        public String nameOf(Claim claim) {
            return actors.of(claim);
        }
    }

    private record BySession(Actors actors) implements Parties {
        @Override
        public Object of(Claim claim) {
            return claim.hasActor() ? actors.of(claim) : claim.session;
        }

        @Override
        public Iterable<Claim> claimsOf(Claim member) {
            if (member.hasActor()) {
                return actors.claimsOf(actors.of(member));
            }
            List<Claim> claims = new ArrayList<>();
            Claim first = member.session.claims;
            for (Claim claim = first;
                    claim != null && claims.size() <= Limits.MAX_DEADLOCK_SEARCH;
                    claim = claim.sessionNext == first ? null : claim.sessionNext) {
                claims.add(claim);
            }
            return claims;
        }

        @Override
        public String nameOf(Claim claim) {
            return claim.hasActor() ? actors.of(claim) : claim.session.label;
        }
    }
}
