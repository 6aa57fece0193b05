package io.claviger;

import java.util.Optional;

/**
 * One grant, as others see it. Immutable.
 *
 * @param token the number of the grant
 * @param permits how many permits it has; {@link Integer#MAX_VALUE} if it is the writer of a reader-writer lock
 * @param actor for whom it is, if its holder said so; see {@link LockOptions#withActor}
 * @param label who its client is, for people, such as host and process; empty if it was handed off and nobody has adopted it yet
 */
public record Holder(FencingToken token, int permits, Optional<String> actor, String label) {}
