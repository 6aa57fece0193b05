package io.claviger.spi;

import io.claviger.PutOptions;
import io.claviger.Value;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A record that is to be written. The values have been checked.
 *
 * @param expectedVersion which version the record must have, {@link io.claviger.KeyValueStore#ABSENT} = there must be none;
 *     empty = whichever
 * @param guard which grant must be held; empty = none
 */
public record PutRequest(
        String key, Value value, PutOptions options, OptionalLong expectedVersion, Optional<WriteGuard> guard) {}
