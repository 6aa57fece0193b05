package io.claviger.spi;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The options of an address, behind its question mark: {@code NAME=VALUE&NAME=VALUE}, in which {@code %} and {@code +} mean what they
 * mean in the query of a web address. Immutable. Example:
 *
 * <pre>{@code
 * AddressOptions options = AddressOptions.parse("lease=20s&token=off", "a table", List.of("lease", "token"));
 * options.duration("lease").ifPresent(builder::lease);
 * }</pre>
 *
 * <p>Everything that is wrong is an {@link IllegalArgumentException} with one line that says what would be right.
 */
public final class AddressOptions {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

    private final Map<String, String> values;

    private AddressOptions(Map<String, String> values) {
        this.values = values;
    }

    /** Returns the options of an address that has none. */
    public static AddressOptions none() {
        return new AddressOptions(Map.of());
    }

    /**
     * Reads options.
     *
     * @param place what the address is of, for messages, such as {@code a table}
     * @param known the names that there are
     * @throws IllegalArgumentException if a name is unknown or given twice, or has no value
     */
    public static AddressOptions parse(String query, String place, List<String> known) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "'" + name + "' is no option of " + place + "; there are " + String.join(", ", known));
            }
            // Else an option that a script leaves empty would be as if it was not there: no encryption, for instance.
            if (equals < 0 || equals == pair.length() - 1) {
                throw new IllegalArgumentException("the option '" + name + "' lacks a value: " + name + "=…");
            }
            if (values.put(name, decoded(name, pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("the option '" + name + "' is given twice");
            }
        }
        return new AddressOptions(values);
    }

    private static String decoded(String name, String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException(
                    name + ": '" + value + "' has a % that is not followed by two hexadecimal digits", bad);
        }
    }

    /** Returns the value of an option; empty = it is not given. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * Returns the length of time that an option gives, such as {@code 500ms}, {@code 15s}, {@code 2m}, {@code 1h}; empty = it is not given.
     *
     * @throws IllegalArgumentException if it is none
     */
    public Optional<Duration> duration(String name) {
        return text(name).map(text -> duration(name, text));
    }

    private static Duration duration(String name, String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(name + ": '" + text + "' is no duration such as 500ms, 15s or 2m");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    /**
     * Returns what an option says that is {@code on} or {@code off}; empty = it is not given.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public Optional<Boolean> flag(String name) {
        return text(name).map(text -> switch (text) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new IllegalArgumentException(name + ": '" + text + "' is neither on nor off");
        });
    }
}
