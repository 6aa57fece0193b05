package io.claviger.dynamodb;

import io.claviger.Value;
import io.claviger.engine.Bytes;
import io.claviger.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Values as dynalock's {@code payload}, both ways.
 *
 * <p><b>Written:</b> bytes as S in base64, as dynalock's {@code WriteWithBytes} does, and above {@link #MAX_BASE64_BYTES} bytes as B, since an item has
 * 400 KB at most; text as S; a JSON object as M, as dynalock's structs, if DynamoDB can hold it (numbers of up to 38 digits, no empty name, at
 * most {@link #MAX_DEPTH} levels), and every other JSON document as S. An M comes back without blanks, its members sorted by name and its numbers in
 * plain digits. Beside it {@code form} says what it is meant to be.
 *
 * <p><b>Read</b> of others, who leave no form: S as bytes if it is base64, as {@code BytesValue} does, and else as text; B as bytes; M, L, N, sets,
 * BOOL and NULL as JSON, B in it as a text in base64; nothing as no bytes.
 */
final class Payload {
    /** The longest bytes that are written in base64. */
    static final int MAX_BASE64_BYTES = 290_000;

    /** How deep a document may be that is written as M. */
    static final int MAX_DEPTH = 30;

    private static final int MAX_DIGITS = 38;
    private static final int LEAST_EXPONENT = -130;
    private static final int GREATEST_EXPONENT = 125;

    private Payload() {}

    static String form(Value value) {
        return name(value.form());
    }

    static Object encode(Value value) {
        return switch (value.form()) {
            case TEXT -> value.asText();
            case JSON -> document(value.asText());
            case BYTES ->
                value.length() <= MAX_BASE64_BYTES
                        ? Base64.getEncoder().encodeToString(value.asBytes())
                        : Bytes.copyOf(value.asBytes());
        };
    }

    private static Object document(String text) {
        Json document = Json.parse(text);
        Optional<Object> map = document instanceof Json.Members ? attribute(document, 1) : Optional.empty();
        return map.orElse(text);
    }

    /** Returns empty if DynamoDB cannot hold it. */
    private static Optional<Object> attribute(Json json, int depth) {
        if (depth > MAX_DEPTH) {
            return Optional.empty();
        } else if (json instanceof Json.Members members) {
            Map<String, Object> map = new HashMap<>();
            for (Map.Entry<String, Json> member : members.byName().entrySet()) {
                Optional<Object> value = attribute(member.getValue(), depth + 1);
                if (value.isEmpty() || member.getKey().isEmpty()) {
                    return Optional.empty();
                }
                map.put(member.getKey(), value.get());
            }
            return Optional.of(new Item(map));
        } else if (json instanceof Json.Items items) {
            List<Object> list = new ArrayList<>();
            for (Json each : items.list()) {
                Optional<Object> value = attribute(each, depth + 1);
                if (value.isEmpty()) {
                    return Optional.empty();
                }
                list.add(value.get());
            }
            return Optional.of(List.copyOf(list));
        } else if (json instanceof Json.Numeral numeral) {
            return number(numeral).map(number -> number);
        } else if (json instanceof Json.Text string) {
            return Optional.of(string.content());
        }
        return Optional.of(json instanceof Json.Truth truth ? (Object) truth.value() : Item.NULL);
    }

    private static Optional<BigDecimal> number(Json.Numeral numeral) {
        BigDecimal number;
        try {
            number = numeral.value().stripTrailingZeros();
        } catch (ArithmeticException | NumberFormatException tooLarge) {
            return Optional.empty();
        }
        long exponent = (long) number.precision() - number.scale() - 1;
        boolean fits = number.signum() == 0
                || (number.precision() <= MAX_DIGITS && exponent >= LEAST_EXPONENT && exponent <= GREATEST_EXPONENT);
        return fits ? Optional.of(number) : Optional.empty();
    }

    /**
     * Reads a payload.
     *
     * @param form what our own client said; empty = it was written by another
     */
    static Value decode(@Nullable Object payload, String form) {
        if (payload instanceof String text) {
            return ofText(text, form);
        } else if (payload instanceof Bytes bytes) {
            return Value.bytes(bytes.toArray());
        } else if (payload == null || payload == Item.OTHER) {
            return Value.bytes(new byte[0]);
        }
        String written = json(payload).write();
        try {
            return Value.json(written);
        } catch (IllegalArgumentException beyondLimits) {
            // It is too long or too deep for a document here; nothing of it is lost as a text.
            return Value.text(written);
        }
    }

    private static Value ofText(String text, String form) {
        if (form.equals(name(Value.Form.TEXT))) {
            return Value.text(text);
        } else if (form.equals(name(Value.Form.JSON))) {
            return Value.json(text);
        }
        return base64(text).map(Value::bytes).orElseGet(() -> Value.text(text));
    }

    private static String name(Value.Form form) {
        return form.name().toLowerCase(Locale.ROOT);
    }

    /** Reads bytes as dynalock's {@code BytesValue}. */
    static Optional<byte[]> bytes(Object payload) {
        if (payload instanceof String text) {
            return base64(text);
        } else if (payload instanceof Bytes raw) {
            return Optional.of(raw.toArray());
        } else if (payload instanceof List<?> list && list.stream().allMatch(each -> each instanceof BigDecimal)) {
            byte[] bytes = new byte[list.size()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = ((BigDecimal) list.get(i)).byteValue();
            }
            return Optional.of(bytes);
        }
        return Optional.empty();
    }

    /** Reads base64 as dynalock does: with its padding. */
    static Optional<byte[]> base64(String text) {
        if (text.length() % 4 != 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException plain) {
            return Optional.empty();
        }
    }

    /** Returns what an item has, as a document: members sorted by name, bytes in base64. */
    static Json json(Object value) {
        if (value instanceof Item map) {
            Map<String, Json> members = new LinkedHashMap<>();
            new TreeMap<>(map.attributes()).forEach((name, each) -> members.put(name, json(each)));
            return new Json.Members(members);
        } else if (value instanceof List<?> list) {
            return new Json.Items(list.stream().map(Payload::json).toList());
        } else if (value instanceof BigDecimal number) {
            return new Json.Numeral(number.toPlainString());
        } else if (value instanceof String text) {
            return new Json.Text(text);
        } else if (value instanceof Boolean truth) {
            return new Json.Truth(truth);
        } else if (value instanceof Bytes bytes) {
            return new Json.Text(Base64.getEncoder().encodeToString(bytes.toArray()));
        }
        return new Json.Null();
    }
}
