package io.claviger.dynamodb;

import io.claviger.engine.Bytes;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
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
        } else if (value instanceof Bytes bytes) {
            return AttributeValue.fromB(SdkBytes.fromByteArray(bytes.toArray()));
        } else if (value instanceof Boolean truth) {
            return AttributeValue.fromBool(truth);
        } else if (value instanceof List<?> list) {
            return AttributeValue.fromL(list.stream().map(Attributes::of).toList());
        } else if (value == Item.NULL) {
            return AttributeValue.fromNul(true);
        }
        throw new IllegalArgumentException("no value of an item: " + value.getClass());
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

    private static Bytes bytes(SdkBytes bytes) {
        return Bytes.copyOf(bytes.asByteArrayUnsafe());
    }

    static Object value(AttributeValue value) {
        return switch (value.type()) {
            case S -> value.s();
            case N -> new BigDecimal(value.n());
            case M -> item(value.m());
            case B -> bytes(value.b());
            case BOOL -> value.bool();
            case NUL -> Item.NULL;
            case L -> value.l().stream().map(Attributes::value).toList();
            case SS -> List.copyOf(value.ss());
            case NS -> value.ns().stream().map(BigDecimal::new).toList();
            case BS -> value.bs().stream().map(Attributes::bytes).toList();
            default -> Item.OTHER;
        };
    }
}
