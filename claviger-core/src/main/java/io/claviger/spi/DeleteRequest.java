package io.claviger.spi;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A record that is to be deleted. The values have been checked.
 *
 * @param expectedVersion which version the record must have, positive; empty = whichever
 * @param guard which grant must be held; empty = none
 */
public record DeleteRequest(String key, OptionalLong expectedVersion, Optional<WriteGuard> guard) {}
