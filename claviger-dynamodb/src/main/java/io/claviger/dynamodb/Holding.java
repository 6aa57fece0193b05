package io.claviger.dynamodb;

import java.util.List;

/**
 * A grant that may be taken away: of this client, under every version that it may have by now, or of somebody who let its lease
 * run out.
 */
record Holding(String slot, List<String> versions) {
    Holding {
        versions = List.copyOf(versions);
    }

    boolean is(Grant grant) {
        return slot.equals(grant.slot()) && versions.contains(grant.version());
    }
}
