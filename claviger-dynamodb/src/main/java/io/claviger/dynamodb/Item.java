package io.claviger.dynamodb;

import io.claviger.engine.Bytes;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a table has under one key, or a map within that. Immutable. Values are {@link String}, {@link BigDecimal}, {@link
 * Bytes}, {@link Boolean}, {@link #NULL}, another {@link Item}, or a list of such, which a set is read as too.
 */
record Item(Map<String, Object> attributes) {
    /** The null of DynamoDB. */
    static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "NULL";
        }
    };

    /** Stands for a value of a type that is not known. */
    static final Object OTHER = new Object() {
        @Override
        public String toString() {
            return "OTHER";
        }
    };

    static final Item EMPTY = new Item(Map.of());

    Item {
        attributes = Map.copyOf(attributes);
    }

    boolean has(String name) {
        return attributes.containsKey(name);
    }

    @Nullable
    String text(String name) {
        return attributes.get(name) instanceof String text ? text : null;
    }

    String text(String name, String otherwise) {
        String text = text(name);
        return text == null ? otherwise : text;
    }

    @Nullable
    BigDecimal number(String name) {
        return attributes.get(name) instanceof BigDecimal number ? number : null;
    }

    /** Returns a number as a whole one, cut if it has a fraction and brought into range. */
    long whole(String name, long otherwise) {
        BigDecimal number = number(name);
        if (number == null) {
            return otherwise;
        }
        BigDecimal inRange = number.max(BigDecimal.valueOf(Long.MIN_VALUE)).min(BigDecimal.valueOf(Long.MAX_VALUE));
        return inRange.longValue();
    }

    @Nullable
    Item map(String name) {
        return attributes.get(name) instanceof Item map ? map : null;
    }

    /** Returns the same with another value, or without one. */
    Item with(String name, @Nullable Object value) {
        Map<String, Object> changed = new TreeMap<>(attributes);
        if (value == null) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        return new Item(changed);
    }
}
