package io.claviger.cli;

import io.claviger.Entry;
import io.claviger.Value;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Records as JSON: a value that is text as such, any other in Base64. */
final class StoreJson {
    private StoreJson() {}

    static void entry(JsonWriter document, Entry entry) {
        String text = text(entry.value());
        document.beginObject()
                .field("key", entry.key())
                .field("version", entry.version())
                .seconds("ends_in_seconds", entry.timeLeft().orElse(null))
                .field("value", text)
                .field(
                        "value_base64",
                        text == null
                                ? Base64.getEncoder()
                                        .encodeToString(entry.value().asBytes())
                                : null)
                .endObject();
    }

    /** The value as text, or null. */
    static @Nullable String text(Value value) {
        try {
            return value.asText();
        } catch (IllegalStateException notText) {
            return null;
        }
    }
}
