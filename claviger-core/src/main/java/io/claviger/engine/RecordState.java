package io.claviger.engine;

/** A record of the key-value store. */
final class RecordState extends Timed {
    final String key;
    final Bytes value;
    final long version;
    final long endNanos;

    /** {@code endNanos} is the machine time at which it ends, or {@link Long#MAX_VALUE}. */
    RecordState(String key, Bytes value, long version, long endNanos) {
        this.key = key;
        this.value = value;
        this.version = version;
        this.endNanos = endNanos;
    }

    @Override
    long deadlineNanos() {
        return endNanos;
    }

    /** Returns what it takes, roughly: its content and what holds it together. */
    long size() {
        return 2L * key.length() + value.length() + Limits.RECORD_OVERHEAD_BYTES;
    }
}
