package io.claviger.lab;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What a program was called with, as {@code name=value} words. Each is taken once; what is left over is a mistake. */
final class Arguments {
    private final Map<String, String> given = new HashMap<>();

    /**
     * Reads the words.
     *
     * @throws IllegalArgumentException if one is not {@code name=value}
     */
    Arguments(String... words) {
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("not name=value: " + word);
            }
            given.put(word.substring(0, equals), word.substring(equals + 1));
        }
    }

    String text(String name, String absent) {
        String value = given.remove(name);
        return value == null ? absent : value;
    }

    /**
     * Takes a text that must be there.
     *
     * @throws IllegalArgumentException if it is not
     */
    String text(String name) {
        String value = given.remove(name);
        if (value == null) {
            throw new IllegalArgumentException("missing: " + name + "=");
        }
        return value;
    }

    /**
     * Takes a whole number.
     *
     * @throws IllegalArgumentException if it is not a number or lies outside
     */
    long number(String name, long absent, long min, long max) {
        String value = given.remove(name);
        return value == null ? absent : parse(name, value, min, max);
    }

    /** Takes whole numbers with commas between them; the rest as {@link #number}. */
    int[] numbers(String name, String absent, int min, int max) {
        return Arrays.stream(text(name, absent).split(",", -1))
                .mapToInt(value -> (int) parse(name, value, min, max))
                .toArray();
    }

    /**
     * To be called when all were taken.
     *
     * @throws IllegalArgumentException if some were not
     */
    void finish() {
        if (!given.isEmpty()) {
            throw new IllegalArgumentException("unknown: " + given.keySet());
        }
    }

    private static long parse(String name, String value, long min, long max) {
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // The same words as for a number out of range say what would be right.
        }
        throw new IllegalArgumentException(name + " is a number from " + min + " to " + max + ", not '" + value + "'");
    }
}
