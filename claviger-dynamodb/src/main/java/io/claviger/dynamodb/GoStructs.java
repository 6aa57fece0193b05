package io.claviger.dynamodb;

import io.claviger.RecordCodec;
import io.claviger.Value;
import io.claviger.json.Json;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The structs of Go programs as Java records, both ways: what dynalock's {@code MarshalStruct} and {@code UnmarshalStruct} are for.
 *
 * <p>They are read as in Go: names may differ in upper and lower case, unknown ones are left out, and NULL is an empty list.
 */
final class GoStructs {
    private GoStructs() {}

    static AttributeValue marshal(Record in) {
        if (Payload.encode(encode(in.getClass(), in)) instanceof Item map) {
            return AttributeValue.fromM(Attributes.of(map));
        }
        throw new IllegalArgumentException(in.getClass().getSimpleName()
                + " cannot be an item's map: DynamoDB has numbers of at most 38 digits, and at most "
                + Payload.MAX_DEPTH + " levels");
    }

    private static <T extends Record> Value encode(Class<T> type, Record in) {
        return RecordCodec.of(type).encode(type.cast(in));
    }

    static <T extends Record> T unmarshal(AttributeValue item, Class<T> type) {
        if (!(Attributes.value(item) instanceof Item map)) {
            throw new IllegalArgumentException(
                    "a " + type.getSimpleName() + " is an M, but this is of type " + item.type());
        }
        RecordCodec<T> codec = RecordCodec.of(type);
        return codec.decode(Value.json(fitted(Payload.json(map), type).write()));
    }

    /** Gives members the names that the components have. What is of another shape is left for the codec to refuse. */
    private static Json fitted(Json json, Type type) {
        if (type instanceof Class<?> plain && plain.isRecord() && json instanceof Json.Members members) {
            return fitted(members, plain);
        } else if (type instanceof ParameterizedType generic) {
            Type content = generic.getActualTypeArguments()[0];
            if (generic.getRawType() == Optional.class) {
                return fitted(json, content);
            } else if (generic.getRawType() == List.class && json instanceof Json.Items items) {
                return new Json.Items(
                        items.list().stream().map(each -> fitted(each, content)).toList());
            } else if (generic.getRawType() == List.class && json instanceof Json.Null) {
                return new Json.Items(List.of());
            }
        }
        return json;
    }

    private static Json fitted(Json.Members members, Class<?> record) {
        Map<String, Json> byName = new LinkedHashMap<>();
        for (RecordComponent component : record.getRecordComponents()) {
            find(members, component.getName())
                    .ifPresent(json -> byName.put(component.getName(), fitted(json, component.getGenericType())));
        }
        return new Json.Members(byName);
    }

    private static Optional<Json> find(Json.Members members, String name) {
        Optional<Json> exactly = Optional.ofNullable(members.byName().get(name));
        return exactly.or(() -> members.byName().entrySet().stream()
                .filter(member -> member.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst());
    }
}
