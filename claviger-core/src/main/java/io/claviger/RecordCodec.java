package io.claviger;

import io.claviger.json.Json;

/**
 * Java records as JSON objects: each component is a member of its name.
 *
 * <p><b>Shapes.</b> Components are {@code String}, a primitive number or its wrapper, {@code BigInteger}, {@code BigDecimal}, {@code
 * boolean}, an enum by its name, a record, a {@code List} of such, or an {@code Optional} of such, which is left out when it is empty.
 * A record may contain itself that way.
 *
 * <p><b>Strict.</b> A member that is missing, unknown, there twice, of another kind, or a number that does not fit is an error that
 * says where: {@code $.items[2].price: a number is expected, but this is a string}.
 *
 * <p>Thread-safe. Example:
 *
 * <pre>{@code
 * record Mode(String name, int level) {}
 *
 * ValueCodec<Mode> codec = RecordCodec.of(Mode.class);
 * store.put("config/mode", codec.encode(new Mode("quiet", 3)));
 * Mode mode = store.get("config/mode").orElseThrow().value().as(codec);
 * }</pre>
 */
public final class RecordCodec<T extends Record> implements ValueCodec<T> {
    private final Class<T> type;
    private final Shape shape;

    private RecordCodec(Class<T> type, Shape shape) {
        this.type = type;
        this.shape = shape;
    }

    /**
     * Returns the codec of a record.
     *
     * @throws IllegalArgumentException if it has a component of another type than those above, or is not accessible to us, saying which
     */
    public static <T extends Record> RecordCodec<T> of(Class<T> type) {
        return new RecordCodec<>(type, new Shapes().ofRecord(type));
    }

    /** {@inheritDoc} The value has the form {@link Value.Form#JSON}. */
    @Override
    public Value encode(T object) {
        return Value.json(shape.toJson(object, Place.ROOT).write());
    }

    @Override
    public T decode(Value value) {
        String text;
        try {
            text = value.asText();
        } catch (IllegalStateException notText) {
            throw new IllegalArgumentException(String.valueOf(notText.getMessage()), notText);
        }
        return type.cast(shape.fromJson(Json.parse(text), Place.ROOT));
    }
}
