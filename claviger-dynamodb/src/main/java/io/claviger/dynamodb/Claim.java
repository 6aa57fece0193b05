package io.claviger.dynamodb;

/**
 * What a write is to grant, if it happens.
 *
 * @param slot where in the item; empty = the item itself, which is for names with one permit
 * @param version new for every write, so that a write whose answer was lost is recognised
 * @param actor empty = not said
 */
record Claim(
        String name,
        String slot,
        String version,
        int permits,
        int capacity,
        long leaseNanos,
        String label,
        String actor) {

    boolean is(Grant grant) {
        return slot.equals(grant.slot()) && version.equals(grant.version());
    }
}
