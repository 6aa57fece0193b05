package io.claviger;

/**
 * Who leads an election. Immutable.
 *
 * @param candidate what its campaign called it; if the name is held otherwise than by a campaign, the actor of the grant, or
 *     else the label of its client
 * @param token the number of its leadership: of two leaders the later one has the greater token (SPEC S3)
 */
public record Leader(String candidate, FencingToken token) {}
