package io.claviger.json;

import java.util.Map;

/** Writes one document. Not thread-safe. */
final class JsonText {
    private static final int FIRST_PLAIN = 0x20;

    private final StringBuilder out = new StringBuilder();
    private int depth;

    JsonText add(Json json) {
        if (json instanceof Json.Members members) {
            enter();
            out.append('{');
            String separator = "";
            for (Map.Entry<String, Json> member : members.byName().entrySet()) {
                out.append(separator);
                string(member.getKey());
                out.append(':');
                add(member.getValue());
                separator = ",";
            }
            out.append('}');
            depth--;
        } else if (json instanceof Json.Items items) {
            enter();
            out.append('[');
            String separator = "";
            for (Json item : items.list()) {
                out.append(separator);
                add(item);
                separator = ",";
            }
            out.append(']');
            depth--;
        } else if (json instanceof Json.Text text) {
            string(text.content());
        } else if (json instanceof Json.Numeral number) {
            out.append(number.literal());
        } else {
            out.append(json instanceof Json.Truth truth ? Boolean.toString(truth.value()) : "null");
        }
        return this;
    }

    @Override
    public String toString() {
        return out.toString();
    }

    private void enter() {
        if (++depth > Json.MAX_DEPTH) {
            throw new IllegalArgumentException("a JSON document is up to " + Json.MAX_DEPTH + " levels deep");
        }
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < FIRST_PLAIN) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
