package io.claviger;

import io.claviger.json.Json;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A record, as an object with a member for each component. */
final class RecordShape implements Shape {
    private final Class<?> type;
    private final Constructor<?> constructor;
    private final Map<String, Component> components = new LinkedHashMap<>();

    private record Component(Method accessor, Shape shape) {}

    RecordShape(Class<?> type) {
        this.type = type;
        Class<?>[] types = Stream.of(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
        } catch (NoSuchMethodException | InaccessibleObjectException hidden) {
            throw inaccessible(hidden);
        }
    }

    void add(RecordComponent component, Shape shape) {
        try {
            component.getAccessor().setAccessible(true);
        } catch (InaccessibleObjectException hidden) {
            throw inaccessible(hidden);
        }
        components.put(component.getName(), new Component(component.getAccessor(), shape));
    }

    private IllegalArgumentException inaccessible(Exception hidden) {
        return new IllegalArgumentException(
                type.getName() + " is not accessible: its module must open its package to this library", hidden);
    }

    @Override
    public Json toJson(@Nullable Object value, Place place) {
        Object present = Shape.present(value, place);
        Map<String, Json> members = new LinkedHashMap<>();
        components.forEach((name, component) -> {
            Place member = place.member(name);
            Json json = component.shape().toJson(read(component, present, member), member);
            if (!(json instanceof Json.Null)) {
                members.put(name, json);
            }
        });
        return new Json.Members(members);
    }

    private static @Nullable Object read(Component component, Object record, Place place) {
        try {
            return component.accessor().invoke(record);
        } catch (InvocationTargetException thrown) {
            throw place.bad("its accessor failed: " + thrown.getCause(), thrown);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public Object fromJson(Json json, Place place) {
        if (!(json instanceof Json.Members members)) {
            throw place.expected("an object", json);
        }
        for (String name : members.byName().keySet()) {
            if (!components.containsKey(name)) {
                throw place.member(name).bad("unknown; the members are " + components.keySet());
            }
        }
        Object[] arguments = new Object[components.size()];
        int next = 0;
        for (Map.Entry<String, Component> component : components.entrySet()) {
            Place member = place.member(component.getKey());
            Json found = members.byName().get(component.getKey());
            arguments[next++] = found == null
                    ? absent(component.getValue().shape(), member)
                    : component.getValue().shape().fromJson(found, member);
        }
        return construct(arguments, place);
    }

    private static Object absent(Shape shape, Place member) {
        Object meaning = shape.whenAbsent();
        if (meaning == null) {
            throw member.bad("missing");
        }
        return meaning;
    }

    private Object construct(Object[] arguments, Place place) {
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException thrown) {
            throw place.bad(type.getSimpleName() + " refuses it: " + thrown.getCause(), thrown);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
