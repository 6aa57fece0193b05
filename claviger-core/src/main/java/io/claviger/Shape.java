package io.claviger;

import io.claviger.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the values of one Java type stand in JSON, both ways. */
interface Shape {

    /** @throws IllegalArgumentException if it cannot be written */
    Json toJson(@Nullable Object value, Place place);

    /** @throws IllegalArgumentException if it is of another shape */
    Object fromJson(Json json, Place place);

    /** Returns what it means that a member of this shape is not there; nothing if it has to be. */
    default @Nullable Object whenAbsent() {
        return null;
    }

    /** Refuses null, which JSON has no place for here. */
    static Object present(@Nullable Object value, Place place) {
        if (value == null) {
            throw place.bad("null cannot be written; an Optional may be empty");
        }
        return value;
    }

    /** A list. */
    record OfList(Shape item) implements Shape {
        @Override
        public Json toJson(@Nullable Object value, Place place) {
            List<Json> items = new ArrayList<>();
            for (Object next : (List<?>) present(value, place)) {
                items.add(item.toJson(next, place.item(items.size())));
            }
            return new Json.Items(items);
        }

        @Override
        public Object fromJson(Json json, Place place) {
            if (!(json instanceof Json.Items items)) {
                throw place.expected("an array", json);
            }
            List<Object> list = new ArrayList<>();
            for (Json next : items.list()) {
                list.add(item.fromJson(next, place.item(list.size())));
            }
            return List.copyOf(list);
        }
    }

    /** What may be missing. */
    record OfOptional(Shape content) implements Shape {
        @Override
        public Json toJson(@Nullable Object value, Place place) {
            Optional<?> optional = (Optional<?>) present(value, place);
            return optional.isPresent() ? content.toJson(optional.get(), place) : new Json.Null();
        }

        @Override
        public Object fromJson(Json json, Place place) {
            return json instanceof Json.Null ? Optional.empty() : Optional.of(content.fromJson(json, place));
        }

        @Override
        public Object whenAbsent() {
            return Optional.empty();
        }
    }

    /** An enum, by the names of its constants. */
    record OfEnum(Map<String, Object> byName) implements Shape {
        static OfEnum of(Class<?> type) {
            Map<String, Object> byName = new LinkedHashMap<>();
            for (Object constant : type.getEnumConstants()) {
                byName.put(((Enum<?>) constant).name(), constant);
            }
            return new OfEnum(byName);
        }

        @Override
        public Json toJson(@Nullable Object value, Place place) {
            return new Json.Text(((Enum<?>) present(value, place)).name());
        }

        @Override
        public Object fromJson(Json json, Place place) {
            if (!(json instanceof Json.Text text)) {
                throw place.expected("a string", json);
            }
            Object constant = byName.get(text.content());
            if (constant == null) {
                throw place.bad("one of " + byName.keySet() + " is expected, but this is another string");
            }
            return constant;
        }
    }
}
