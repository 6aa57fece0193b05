package io.claviger.lab;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A request to a driver, by what its fields mean. */
record Ask(JsonObject json) {
    private static final int NANO_DIGITS = 9;

    String text(String field) {
        return find(field).map(JsonElement::getAsString).orElseThrow(() -> new IllegalArgumentException("no " + field));
    }

    Optional<String> findText(String field) {
        return find(field).map(JsonElement::getAsString);
    }

    int whole(String field) {
        return Integer.parseInt(text(field));
    }

    boolean flag(String field) {
        return find(field).map(JsonElement::getAsBoolean).orElse(false);
    }

    Optional<Duration> seconds(String field) {
        return find(field)
                .map(JsonElement::getAsBigDecimal)
                .map(seconds ->
                        Duration.ofNanos(seconds.movePointRight(NANO_DIGITS).longValue()));
    }

    Optional<JsonElement> find(String field) {
        return Optional.ofNullable(json.get(field));
    }

    /** The section that all contenders go through. */
    MarkedSection section() {
        BigDecimal seconds = new BigDecimal(text("section"));
        return new MarkedSection(
                Path.of(text("file")), seconds.movePointRight(3).longValue());
    }
}
