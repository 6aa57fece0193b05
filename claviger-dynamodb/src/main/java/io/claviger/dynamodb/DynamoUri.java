package io.claviger.dynamodb;

import io.claviger.spi.AddressOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;

/** Reads the URI of a table. */
final class DynamoUri {
    static final String SCHEME = "dynamodb";

    private static final String FORM = SCHEME + ":TABLE?OPTION=VALUE&…";
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
        AddressOptions options = question < 0
                ? AddressOptions.none()
                : AddressOptions.parse(rest.substring(question + 1), "a table", OPTIONS);
        return apply(options, DynamoConfig.builder(question < 0 ? rest : rest.substring(0, question)))
                .build();
    }

    private static DynamoConfig.Builder apply(AddressOptions options, DynamoConfig.Builder builder) {
        options.text("region").ifPresent(builder::region);
        options.text("endpoint").ifPresent(value -> builder.endpoint(endpoint(value)));
        options.text("layout").ifPresent(value -> builder.layout(layout(value)));
        options.flag("token").filter(on -> !on).ifPresent(off -> builder.withoutTokens());
        options.text("requests-per-second")
                .ifPresent(value -> builder.requestsPerSecond(number("requests-per-second", value)));
        options.text("partition").ifPresent(builder::partition);
        options.duration("lease").ifPresent(builder::lease);
        options.text("label").ifPresent(builder::label);
        return builder;
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

    private static double number(String name, String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException bad) {
            throw new IllegalArgumentException(name + ": '" + value + "' is no number", bad);
        }
    }
}
