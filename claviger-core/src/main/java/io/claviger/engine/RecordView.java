package io.claviger.engine;

/**
 * A record of the key-value store, as it stood at one index.
 *
 * @param version the index of the command that wrote it: it only grows, also over deletion and expiry
 * @param leftNanos what is left of its time to live; {@link Long#MAX_VALUE} if it has none
 */
public record RecordView(String key, Bytes value, long version, long leftNanos) {}
