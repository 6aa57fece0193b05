package io.claviger.dynamodb;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Between the SDK's values and ours. */
final class Attributes {
    private Attributes() {}

    static AttributeValue of(Object value) {
        if (value instanceof String text) {
            return AttributeValue.fromS(text);
        } else if (value instanceof BigDecimal number) {
            return AttributeValue.fromN(number.toPlainString());
        } else if (value instanceof Item map) {
            return AttributeValue.fromM(of(map));
        }
        throw new IllegalArgumentException("no value that locks use: " + value.getClass());
    }

    static Map<String, AttributeValue> of(Item item) {
        Map<String, AttributeValue> attributes = new HashMap<>();
        item.attributes().forEach((name, value) -> attributes.put(name, of(value)));
        return attributes;
    }

    static Item item(Map<String, AttributeValue> attributes) {
        Map<String, Object> item = new HashMap<>();
        attributes.forEach((name, value) -> item.put(name, value(value)));
        return new Item(item);
    }

    private static Object value(AttributeValue value) {
        return switch (value.type()) {
            case S -> value.s();
            case N -> new BigDecimal(value.n());
            case M -> item(value.m());
            default -> Item.OTHER;
        };
    }
}
