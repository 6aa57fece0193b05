package io.claviger;

import io.claviger.json.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A string, a truth value or a number. */
final class ScalarShape implements Shape {
    private static final Shape STRING = new ScalarShape(
            "a string",
            value -> new Json.Text((String) value),
            json -> json instanceof Json.Text text ? text.content() : null);
    private static final Shape BOOLEAN = new ScalarShape(
            "true or false",
            value -> new Json.Truth((Boolean) value),
            json -> json instanceof Json.Truth truth ? truth.value() : null);
    private static final Shape BYTE = number("a whole number from -128 to 127", BigDecimal::byteValueExact);
    private static final Shape SHORT = number("a whole number from -32768 to 32767", BigDecimal::shortValueExact);
    private static final Shape INT = number("a whole number from -2^31 to 2^31 - 1", BigDecimal::intValueExact);
    private static final Shape LONG = number("a whole number from -2^63 to 2^63 - 1", BigDecimal::longValueExact);
    private static final Shape FLOAT =
            number("a number within the range of float", number -> finite(number.floatValue()));
    private static final Shape DOUBLE =
            number("a number within the range of double", number -> finite(number.doubleValue()));
    private static final Shape BIG_INTEGER =
            number("a whole number of up to " + Json.MAX_NUMBER_LENGTH + " digits", ScalarShape::whole);
    private static final Shape BIG_DECIMAL = number("a number", number -> number);

    private static final Map<Class<?>, Shape> BY_TYPE = Map.ofEntries(
            Map.entry(String.class, STRING),
            Map.entry(boolean.class, BOOLEAN),
            Map.entry(Boolean.class, BOOLEAN),
            Map.entry(byte.class, BYTE),
            Map.entry(Byte.class, BYTE),
            Map.entry(short.class, SHORT),
            Map.entry(Short.class, SHORT),
            Map.entry(int.class, INT),
            Map.entry(Integer.class, INT),
            Map.entry(long.class, LONG),
            Map.entry(Long.class, LONG),
            Map.entry(float.class, FLOAT),
            Map.entry(Float.class, FLOAT),
            Map.entry(double.class, DOUBLE),
            Map.entry(Double.class, DOUBLE),
            Map.entry(BigInteger.class, BIG_INTEGER),
            Map.entry(BigDecimal.class, BIG_DECIMAL));

    /** Reads what is of this shape; null = it is something else. */
    private interface Reader {
        @Nullable
        Object read(Json json);
    }

    private final String description;
    private final Function<Object, Json> writer;
    private final Reader reader;

    private ScalarShape(String description, Function<Object, Json> writer, Reader reader) {
        this.description = description;
        this.writer = writer;
        this.reader = reader;
    }

    private static Shape number(String description, Function<BigDecimal, Object> narrowed) {
        return new ScalarShape(
                description,
                ScalarShape::write,
                json -> json instanceof Json.Numeral number ? narrowed.apply(number.value()) : null);
    }

    static Optional<Shape> of(Class<?> type) {
        return Optional.ofNullable(BY_TYPE.get(type));
    }

    @Override
    public Json toJson(@Nullable Object value, Place place) {
        Object present = Shape.present(value, place);
        try {
            Json json = writer.apply(present);
            if (json instanceof Json.Numeral number && number.literal().length() > Json.MAX_NUMBER_LENGTH) {
                throw place.bad("a number has up to " + Json.MAX_NUMBER_LENGTH + " characters");
            }
            return json;
        } catch (NumberFormatException notFinite) {
            throw place.bad(present + " is no number of JSON", notFinite);
        }
    }

    @Override
    public Object fromJson(Json json, Place place) {
        Object value;
        try {
            value = reader.read(json);
        } catch (ArithmeticException | NumberFormatException unfit) {
            throw place.bad(description + " is expected, but this is another number", unfit);
        }
        if (value == null) {
            throw place.expected(description, json);
        }
        return value;
    }

    /** NaN and infinity are no {@code BigDecimal}, and so refused here. */
    private static Json write(Object value) {
        return Json.Numeral.of(value instanceof BigDecimal exact ? exact : new BigDecimal(value.toString()));
    }

    private static Float finite(float value) {
        if (Float.isInfinite(value)) {
            throw new ArithmeticException("beyond float");
        }
        return value;
    }

    private static Double finite(double value) {
        if (Double.isInfinite(value)) {
            throw new ArithmeticException("beyond double");
        }
        return value;
    }

    /** A short literal may stand for a number of gigabytes, or for a fraction that takes as much to be found one. */
    private static BigInteger whole(BigDecimal number) {
        if (number.signum() == 0) {
            return BigInteger.ZERO;
        }
        long digits = (long) number.precision() - number.scale();
        if (digits <= 0 || digits > Json.MAX_NUMBER_LENGTH) {
            throw new ArithmeticException("no whole number, or too long");
        }
        return number.toBigIntegerExact();
    }
}
