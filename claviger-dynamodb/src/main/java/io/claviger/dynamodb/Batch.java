package io.claviger.dynamodb;

import java.util.ArrayList;
import java.util.List;

/**
 * What one write takes away: no more than can be said in it. DynamoDB's expressions have up to 4,096 bytes with 300 operators, and up to 100 values
 * behind an {@code IN}; what is longer is refused however often it is sent.
 */
final class Batch {
    /** Each takes some 35 bytes of a condition. */
    static final int MAX_HOLDINGS = 40;

    /** Each takes 6 bytes; all may stand behind one {@code IN}. */
    static final int MAX_VERSIONS = 90;

    private final List<Holding> holdings = new ArrayList<>();
    private int versions;

    /** Adds one if there is room for it. */
    void add(Holding holding) {
        int more = holding.versions().size();
        if (holdings.size() < MAX_HOLDINGS && versions + more <= MAX_VERSIONS) {
            holdings.add(holding);
            versions += more;
        }
    }

    List<Holding> holdings() {
        return List.copyOf(holdings);
    }

    boolean takes(Grant grant) {
        return holdings.stream().anyMatch(holding -> holding.is(grant));
    }

    /** Whether this one was added. */
    boolean has(Holding holding) {
        return holdings.contains(holding);
    }
}
