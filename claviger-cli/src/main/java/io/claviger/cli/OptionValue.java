package io.claviger.cli;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * The text that an option was given, and by whom.
 *
 * @param option the option's name on the command line
 * @param source the place, as a user would name it: {@code command line}, {@code environment variable CLAVIGER_LISTEN},
 *     {@code claviger.yaml, line 3}, {@code default}
 */
record OptionValue(String option, String text, String source) {
    /** The word that closes a port. */
    static final String OFF = "off";

    /** A flag may be given a value, so that the command line can also switch off what the environment switched on. */
    static final String FLAG_ARITY = "0..1";

    static final String TRUE_OR_FALSE = "true|false";

    private static final int MAX_PORT = 65_535;

    /** @throws BadOptionException unless the text is {@code true} or {@code false} */
    boolean flag() {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw bad("is neither true nor false");
        };
    }

    /**
     * A port, which may be 0 for any free one.
     *
     * @return empty for {@value #OFF}
     * @throws BadOptionException if it is neither
     */
    OptionalInt port() {
        if (text.equals(OFF)) {
            return OptionalInt.empty();
        }
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > MAX_PORT) {
            throw bad("is neither a port from 0 to " + MAX_PORT + " nor " + OFF);
        }
        return OptionalInt.of(Integer.parseInt(text));
    }

    /** @throws BadOptionException if it is no length of time */
    Duration duration() {
        if (text.startsWith("-")) {
            throw bad("is negative; a length of time is such as " + Durations.EXAMPLES);
        }
        return Durations.parse(text).orElseThrow(() -> bad("is no length of time such as " + Durations.EXAMPLES));
    }

    /** @throws BadOptionException if it is no whole number from 1 to 2,147,483,646 */
    int count() {
        // The greatest number of all is the capacity of reader-writer locks.
        if (!text.matches("[0-9]{1,10}") || text.matches("0+") || Long.parseLong(text) >= Integer.MAX_VALUE) {
            throw bad("is no whole number from 1 to " + (Integer.MAX_VALUE - 1));
        }
        return Integer.parseInt(text);
    }

    /** @throws BadOptionException if the text is empty or has blanks or control characters */
    String host() {
        if (text.isEmpty() || text.codePoints().anyMatch(c -> c <= ' ' || Character.isISOControl(c))) {
            throw bad("is no host name or address");
        }
        return text;
    }

    /** The refusal of this value, as {@code --text-port: '70000' REASON (source)}. */
    BadOptionException bad(String reason) {
        return new BadOptionException(option + ": '" + printable(text) + "' " + reason + " (" + source + ")");
    }

    /** Foreign text made fit for one line. */
    static String printable(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c)) {
                line.append(String.format("\\x%02x", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return line.toString();
    }
}
