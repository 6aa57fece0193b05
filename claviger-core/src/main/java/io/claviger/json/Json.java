package io.claviger.json;

import io.claviger.engine.Limits;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON document or a part of one (RFC 8259). Immutable.
 *
 * <p>Reading is strict: no comments, no trailing commas, no name twice in an object, no half of a surrogate pair, which could not
 * be written as UTF-8.
 */
public sealed interface Json {
    /** The most characters of a document: as many as a value of the key-value store has bytes. */
    int MAX_LENGTH = Limits.MAX_VALUE_BYTES;

    /** How many objects and arrays may stand one in another. */
    int MAX_DEPTH = 100;

    /** The most characters of a number. */
    int MAX_NUMBER_LENGTH = 1_000;

    /** An object; its members keep their order. */
    record Members(Map<String, Json> byName) implements Json {
        /** Makes one of a copy. */
        public Members {
            byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
        }
    }

    /** An array. */
    record Items(List<Json> list) implements Json {
        /** Makes one of a copy. */
        public Items {
            list = List.copyOf(list);
        }
    }

    /** A string. */
    record Text(String content) implements Json {}

    /** A number, as it is written: how large it may be and how exact is for the reader to say. */
    record Numeral(String literal) implements Json {
        /** Makes one of a number. */
        public static Numeral of(BigDecimal value) {
            return new Numeral(value.toString());
        }

        /** Returns its exact value. Beware of calculating with it: its exponent may be huge. */
        public BigDecimal value() {
            return new BigDecimal(literal);
        }
    }

    /** {@code true} or {@code false}. */
    record Truth(boolean value) implements Json {}

    /** {@code null}. */
    record Null() implements Json {}

    /**
     * Reads a document.
     *
     * @throws IllegalArgumentException if it is not one whole document, or beyond a limit, saying where and why
     */
    static Json parse(String document) {
        return new JsonReader(document).read();
    }

    /**
     * Writes the document without blanks.
     *
     * @throws IllegalArgumentException if it is deeper than {@link #MAX_DEPTH}
     */
    default String write() {
        return new JsonText().add(this).toString();
    }

    /** Returns what kind of thing this is, for messages: {@code "an object"}. */
    default String kind() {
        if (this instanceof Members) {
            return "an object";
        } else if (this instanceof Items) {
            return "an array";
        } else if (this instanceof Text) {
            return "a string";
        } else if (this instanceof Numeral) {
            return "a number";
        }
        return this instanceof Truth ? "true or false" : "null";
    }
}
