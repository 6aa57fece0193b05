package io.claviger;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the shapes of types. A record that contains itself has one shape, which contains itself. */
final class Shapes {
    private final Map<Class<?>, RecordShape> records = new HashMap<>();

    Shape ofRecord(Class<?> type) {
        RecordShape known = records.get(type);
        if (known != null) {
            return known;
        }
        RecordShape shape = new RecordShape(type);
        records.put(type, shape);
        if (type.getTypeParameters().length != 0) {
            throw new IllegalArgumentException(type.getName() + " is generic, so its components have no one type");
        }
        for (RecordComponent component : type.getRecordComponents()) {
            shape.add(component, of(component.getGenericType(), type.getName() + "." + component.getName()));
        }
        return shape;
    }

    private Shape of(Type type, String where) {
        if (type instanceof Class<?> plain) {
            if (plain.isRecord()) {
                return ofRecord(plain);
            }
            return plain.isEnum()
                    ? Shape.OfEnum.of(plain)
                    : ScalarShape.of(plain).orElseThrow(() -> unsupported(type, where));
        }
        if (type instanceof ParameterizedType generic) {
            Type content = generic.getActualTypeArguments()[0];
            if (generic.getRawType() == List.class) {
                return new Shape.OfList(of(content, where));
            }
            if (generic.getRawType() == Optional.class) {
                Shape of = of(content, where);
                if (of instanceof Shape.OfOptional) {
                    throw new IllegalArgumentException(
                            where + " is an Optional of an Optional, which JSON cannot tell");
                }
                return new Shape.OfOptional(of);
            }
        }
        throw unsupported(type, where);
    }

    private static IllegalArgumentException unsupported(Type type, String where) {
        return new IllegalArgumentException(
                where + " is a " + type.getTypeName()
                        + "; a component is a String, a number, a boolean, an enum, a record, or a List or an Optional of such");
    }
}
