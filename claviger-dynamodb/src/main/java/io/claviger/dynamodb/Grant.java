package io.claviger.dynamodb;

/**
 * A grant as it stands in an item.
 *
 * @param slot where in the item; empty = the item itself
 * @param version changes with every write of its holder; only who knows it may change the grant
 * @param leaseNanos for how long an unchanged version keeps others away
 * @param token 0 = none
 * @param label who holds it, for people; empty while it is handed off
 * @param actor for whom; empty = not said
 */
record Grant(String slot, String version, long leaseNanos, int permits, long token, String label, String actor) {

    Grant withVersion(String other) {
        return new Grant(slot, other, leaseNanos, permits, token, label, actor);
    }
}
