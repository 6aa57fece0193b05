package io.claviger.cli.ldlm;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values as Go's standard library reads and writes them, with its words for what it does not understand. */
final class GoSyntax {
    private static final int MAX_DURATION_LENGTH = 100;
    private static final Pattern NUMBER = Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)([^0-9.]*)");
    private static final long MAX_UINT32 = 0xffff_ffffL;

    /** Nanoseconds of each unit. Both letters that stand for micro are common. */
    private static final Map<String, Long> UNITS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "\u00b5s", 1_000L,
            "\u03bcs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    private GoSyntax() {}

    /**
     * Reads a duration such as {@code 1m30s}.
     *
     * @throws IllegalArgumentException if it is none; the message is Go's
     */
    static Duration duration(String text) {
        String unsigned = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        if (unsigned.equals("0")) {
            return Duration.ZERO;
        }
        if (unsigned.isEmpty() || text.length() > MAX_DURATION_LENGTH) {
            throw invalidDuration(text);
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher number = NUMBER.matcher(unsigned);
        int at = 0;
        while (at < unsigned.length()) {
            if (!number.find(at) || number.start() != at) {
                throw invalidDuration(text);
            }
            String unit = number.group(2);
            if (unit.isEmpty()) {
                throw new IllegalArgumentException("time: missing unit in duration " + quoted(text));
            }
            Long factor = UNITS.get(unit);
            if (factor == null) {
                throw new IllegalArgumentException(
                        "time: unknown unit " + quoted(unit) + " in duration " + quoted(text));
            }
            nanos = nanos.add(new BigDecimal(number.group(1)).multiply(BigDecimal.valueOf(factor)));
            at = number.end();
        }
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw invalidDuration(text);
        }
        return Duration.ofNanos(text.startsWith("-") ? -nanos.longValue() : nanos.longValue());
    }

    /** Writes a duration that is not negative, such as {@code 1m30s}. */
    static String text(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos == 0) {
            return "0s";
        }
        if (nanos < UNITS.getOrDefault("s", 0L)) {
            String unit = nanos < 1_000 ? "ns" : nanos < 1_000_000 ? "\u00b5s" : "ms";
            return decimal(nanos, UNITS.getOrDefault(unit, 1L)) + unit;
        }
        StringBuilder text = new StringBuilder();
        if (duration.toHours() > 0) {
            text.append(duration.toHours()).append('h');
        }
        if (duration.toMinutes() > 0) {
            text.append(duration.toMinutesPart()).append('m');
        }
        long rest = nanos % 60_000_000_000L;
        return text.append(decimal(rest, 1_000_000_000L)).append('s').toString();
    }

    /**
     * Reads a truth value.
     *
     * @throws IllegalArgumentException if it is none; the message is Go's
     */
    static boolean bool(String text) {
        return switch (text) {
            case "1", "t", "T", "TRUE", "true", "True" -> true;
            case "0", "f", "F", "FALSE", "false", "False" -> false;
            default ->
                throw new IllegalArgumentException("strconv.ParseBool: parsing " + quoted(text) + ": invalid syntax");
        };
    }

    /**
     * Reads a whole number of 32 bits without a sign, in decimal or with the prefix {@code 0x}.
     *
     * @throws IllegalArgumentException if it is none; the message is Go's
     */
    static long uint32(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        boolean hexadecimal = lower.startsWith("0x");
        String digits = hexadecimal ? lower.substring(2) : lower;
        if (!digits.matches(hexadecimal ? "[0-9a-f]+" : "[0-9]+")) {
            throw new IllegalArgumentException("strconv.ParseUint: parsing " + quoted(text) + ": invalid syntax");
        }
        BigDecimal value = new BigDecimal(new java.math.BigInteger(digits, hexadecimal ? 16 : 10));
        if (value.compareTo(BigDecimal.valueOf(MAX_UINT32)) > 0) {
            throw new IllegalArgumentException("strconv.ParseUint: parsing " + quoted(text) + ": value out of range");
        }
        return value.longValue();
    }

    /** The text in quotation marks, fit for one line. */
    static String quoted(String text) {
        StringBuilder line = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                line.append('\\').appendCodePoint(c);
            } else if (Character.isISOControl(c)) {
                line.append(String.format("\\x%02x", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return line.append('"').toString();
    }

    private static String decimal(long nanos, long unit) {
        return BigDecimal.valueOf(nanos)
                .divide(BigDecimal.valueOf(unit))
                .stripTrailingZeros()
                .toPlainString();
    }

    private static IllegalArgumentException invalidDuration(String text) {
        return new IllegalArgumentException("time: invalid duration " + quoted(text));
    }
}
