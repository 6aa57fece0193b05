package io.claviger;

/**
 * How objects of a type stand in a {@link KeyValueStore}. Implementations are immutable and thread-safe. {@link RecordCodec} makes
 * one of a Java record.
 */
public interface ValueCodec<T> {

    /**
     * Returns an object as a value.
     *
     * @throws IllegalArgumentException if it cannot be one, saying what of it and why
     */
    Value encode(T object);

    /**
     * Returns the object that a value stands for, whatever the value's form.
     *
     * @throws IllegalArgumentException if it stands for none, saying where and why
     */
    T decode(Value value);
}
