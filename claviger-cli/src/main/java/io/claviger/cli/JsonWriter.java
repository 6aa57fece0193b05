package io.claviger.cli;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON document as it comes, so that a listing of any length needs no memory. The caller opens and closes in
 * pairs. Not thread-safe.
 */
final class JsonWriter {
    private static final int MILLIS_DIGITS = 3;

    private final PrintWriter out;
    private boolean first = true;

    JsonWriter(PrintWriter out) {
        this.out = out;
    }

    JsonWriter beginObject() {
        return begin('{');
    }

    JsonWriter endObject() {
        return end('}');
    }

    JsonWriter beginArray() {
        return begin('[');
    }

    JsonWriter endArray() {
        return end(']');
    }

    /** The name of the value that comes next. */
    JsonWriter name(String name) {
        separate();
        string(name);
        out.print(':');
        first = true;
        return this;
    }

    /** A field whose value is a text, or null. */
    JsonWriter field(String name, @Nullable String value) {
        name(name);
        first = false;
        if (value == null) {
            out.print("null");
        } else {
            string(value);
        }
        return this;
    }

    JsonWriter field(String name, long value) {
        return raw(name, Long.toString(value));
    }

    JsonWriter field(String name, boolean value) {
        return raw(name, Boolean.toString(value));
    }

    /** A field with a number of three decimals at most; one that is no number, such as 0/0, is null. */
    JsonWriter field(String name, double value) {
        return raw(
                name,
                Double.isFinite(value)
                        ? plain(BigDecimal.valueOf(value).setScale(MILLIS_DIGITS, java.math.RoundingMode.HALF_UP))
                        : "null");
    }

    /** A field whose value is a length of time in seconds with three decimals at most, or null. */
    JsonWriter seconds(String name, @Nullable Duration value) {
        return raw(name, value == null ? "null" : plain(BigDecimal.valueOf(value.toMillis(), MILLIS_DIGITS)));
    }

    /** Ends the document. */
    void endDocument() {
        out.println();
        out.flush();
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    private JsonWriter raw(String name, String value) {
        name(name);
        out.print(value);
        first = false;
        return this;
    }

    private JsonWriter begin(char bracket) {
        separate();
        out.print(bracket);
        first = true;
        return this;
    }

    private JsonWriter end(char bracket) {
        out.print(bracket);
        first = false;
        return this;
    }

    private void separate() {
        if (!first) {
            out.print(',');
        }
        first = false;
    }

    private void string(String text) {
        out.print('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.print('\\');
                out.print(c);
            } else if (Character.isISOControl(c) || (Character.isSurrogate(c) && isAlone(text, i))) {
                out.print(String.format("\\u%04x", (int) c));
            } else {
                out.print(c);
            }
        }
        out.print('"');
    }

    private static boolean isAlone(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                ? at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1))
                : at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
    }
}
