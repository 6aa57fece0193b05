package io.claviger.dynamodb;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the URI of a table. */
final class DynamoUri {
    static final String SCHEME = "dynamodb";

    private static final String FORM = SCHEME + ":TABLE?OPTION=VALUE&…";
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final List<String> OPTIONS =
            List.of("region", "endpoint", "layout", "token", "requests-per-second", "lease", "label", "partition");

    private DynamoUri() {}

    static DynamoConfig parse(String uri) {
        String start = SCHEME + ":";
        if (!uri.startsWith(start) || uri.length() == start.length()) {
            throw new IllegalArgumentException("'" + uri + "' names no table: " + FORM);
        }
        String rest = uri.substring(start.length());
        int question = rest.indexOf('?');
        DynamoConfig.Builder builder = DynamoConfig.builder(question < 0 ? rest : rest.substring(0, question));
        if (question >= 0) {
            options(rest.substring(question + 1)).forEach((name, value) -> apply(name, value, builder));
        }
        return builder.build();
    }

    private static Map<String, String> options(String query) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (!OPTIONS.contains(name)) {
                throw new IllegalArgumentException(
                        "'" + name + "' is no option of a table; there are " + String.join(", ", OPTIONS));
            }
            if (equals < 0 || equals == pair.length() - 1) {
                throw new IllegalArgumentException("the option '" + name + "' lacks a value: " + name + "=…");
            }
            if (options.put(name, decoded(name, pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("the option '" + name + "' is given twice");
            }
        }
        return options;
    }

    private static String decoded(String name, String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException(
                    name + ": '" + value + "' has a % that is not followed by two hexadecimal digits", bad);
        }
    }

    private static void apply(String name, String value, DynamoConfig.Builder builder) {
        switch (name) {
            case "region" -> builder.region(value);
            case "endpoint" -> builder.endpoint(endpoint(value));
            case "layout" -> builder.layout(layout(value));
            case "token" -> {
                if (!isOn(name, value)) {
                    builder.withoutTokens();
                }
            }
            case "requests-per-second" -> builder.requestsPerSecond(number(name, value));
            case "partition" -> builder.partition(value);
            case "lease" -> builder.lease(duration(name, value));
            default -> builder.label(value);
        }
    }

    private static URI endpoint(String value) {
        try {
            return new URI(value);
        } catch (URISyntaxException bad) {
            throw new IllegalArgumentException("endpoint: '" + value + "' is no address like https://HOST:PORT", bad);
        }
    }

    private static DynamoLayout layout(String value) {
        for (DynamoLayout layout : DynamoLayout.values()) {
            if (layout.name().toLowerCase(Locale.ROOT).equals(value)) {
                return layout;
            }
        }
        throw new IllegalArgumentException("layout: '" + value + "' is none of native, lynk, dynalock");
    }

    private static boolean isOn(String name, String value) {
        return switch (value) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new IllegalArgumentException(name + ": '" + value + "' is neither on nor off");
        };
    }

    private static double number(String name, String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException bad) {
            throw new IllegalArgumentException(name + ": '" + value + "' is no number", bad);
        }
    }

    /** Reads a duration such as {@code 500ms}, {@code 15s}, {@code 2m}. */
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
}
