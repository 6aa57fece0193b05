package io.claviger.engine;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * For whom claims are, where that was told. Kept beside the claims, so that those without an actor, which are most, do not
 * pay for it.
 */
final class Actors {
    // Linked, so that no iteration could ever depend on the order of hashes; Java's own are enough for few.
    private final Map<OwnerKey, String> names = new LinkedHashMap<>();
    private final Map<String, Set<Claim>> claims = new LinkedHashMap<>();

    void add(Claim claim, String actor) {
        names.put(claim.key(), actor);
        claims.computeIfAbsent(actor, name -> new LinkedHashSet<>()).add(claim);
    }

    void remove(Claim claim) {
        String actor = names.remove(claim.key());
        Set<Claim> all = actor == null ? null : claims.get(actor);
        if (all != null && all.remove(claim) && all.isEmpty()) {
            claims.remove(actor);
        }
    }

    /** Returns the actor of a claim; empty = not told. */
    String of(Claim claim) {
        return claim.hasActor() ? names.getOrDefault(claim.key(), "") : "";
    }

    /** Returns the claims of an actor, in no order that means anything. */
    Set<Claim> claimsOf(String actor) {
        return claims.getOrDefault(actor, Set.of());
    }

    int size() {
        return names.size();
    }
}
