package io.claviger;

import io.claviger.engine.Limits;
import io.claviger.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The value of a record: bytes, of which its {@link #form()} says how they are meant. Immutable; two values are equal if their
 * bytes are, whatever their forms.
 *
 * <p>Stores that know forms, such as tables with typed attributes, keep the form. Those that keep bytes alone, {@code local:} and
 * servers, give every value back in the form {@link Form#BYTES}; {@link #asText()} and codecs read it all the same.
 */
public final class Value {
    /** What the bytes are meant to be. */
    public enum Form {
        /** Any bytes. */
        BYTES,
        /** Text in UTF-8. */
        TEXT,
        /** One JSON document in UTF-8. */
        JSON
    }

    private final Form form;
    private final byte[] content;

    private Value(Form form, byte[] content) {
        this.form = form;
        this.content = content;
    }

    /** Returns a value of a copy of the bytes. */
    public static Value bytes(byte[] bytes) {
        return new Value(Form.BYTES, bytes.clone());
    }

    /**
     * Returns a text.
     *
     * @throws IllegalArgumentException if it is not well-formed Unicode
     */
    public static Value text(String text) {
        return new Value(Form.TEXT, utf8(text));
    }

    /**
     * Returns a JSON document, as it is written.
     *
     * @param document up to {@link Json#MAX_LENGTH} characters and {@link Json#MAX_DEPTH} levels deep
     * @throws IllegalArgumentException if it is not one whole JSON document, saying where and why
     */
    public static Value json(String document) {
        Json.parse(document);
        return new Value(Form.JSON, utf8(document));
    }

    /** Returns what the bytes are meant to be. */
    public Form form() {
        return form;
    }

    /** Returns how many bytes it has. */
    public int length() {
        return content.length;
    }

    /** Returns a copy of the bytes. */
    public byte[] asBytes() {
        return content.clone();
    }

    /**
     * Returns the bytes read as UTF-8.
     *
     * @throws IllegalStateException if they are none
     */
    public String asText() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new IllegalStateException(
                    "the " + content.length + " bytes of this value are no text in UTF-8", notUtf8);
        }
    }

    /**
     * Returns what a codec makes of it.
     *
     * @throws IllegalArgumentException if the value is none of the codec's
     */
    public <T> T as(ValueCodec<T> codec) {
        return codec.decode(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Value value && Arrays.equals(content, value.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /** Does not show the bytes: they may be a secret. */
    @Override
    public String toString() {
        return "Value[" + form + ", " + content.length + " bytes]";
    }

    private static byte[] utf8(String text) {
        if (!Limits.isWellFormed(text, Integer.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "a text is well-formed Unicode, but this one has half of a surrogate pair");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
