package io.claviger.dynamodb;

import java.util.List;
import java.util.Optional;

/**
 * What an item says about a name.
 *
 * @param kind whose item it is
 * @param version changes whenever grants come or go, except by the item's deletion; empty = there is no item
 * @param capacity how many permits there are; says nothing while there are no grants
 * @param token the newest token; 0 = none known
 */
record View(Kind kind, String version, int capacity, long token, List<Grant> grants) {
    enum Kind {
        /** There is no item. */
        NOTHING,
        /** Of one holder at most, whose grant is the item itself. */
        SINGLE,
        /** Of several holders, each with a slot of its own. */
        SHARED,
        /** Something else that happens to have the same key; it is never changed. */
        FOREIGN
    }

    static final View NOTHING = new View(Kind.NOTHING, "", 1, 0, List.of());
    static final View FOREIGN = new View(Kind.FOREIGN, "", 1, 0, List.of());

    View {
        grants = List.copyOf(grants);
    }

    /** Finds the grant that a claim asked for. */
    Optional<Grant> grantOf(Claim claim) {
        return grants.stream().filter(claim::is).findFirst();
    }

    boolean has(Holding holding) {
        return grants.stream().anyMatch(holding::is);
    }
}
