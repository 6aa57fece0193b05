package io.claviger.server.http;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request, read by the rules of Protobuf's JSON as LDLM's gateway has them: an object, or nothing at all;
 * fields by either of their names, each once; null is absent; a number may be in quotes, and is whole; other fields are
 * skipped.
 */
final class JsonBody {
    /** What a number looks like; {@code BigDecimal} would also read {@code +1} and other alphabets' digits. */
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    /** The longest spelling of a number that we look at; reading digits costs the square of their number. */
    private static final int MAX_NUMBER_LENGTH = 64;

    /** Where it happened, in gson's messages. The rest of them is about gson. */
    private static final Pattern PLACE = Pattern.compile("at line \\d+ column \\d+");

    private final Set<Field> known;
    private final Map<Field, String> texts = new EnumMap<>(Field.class);
    private final Map<Field, Integer> numbers = new EnumMap<>(Field.class);

    private JsonBody(Set<Field> known) {
        this.known = known;
    }

    /** @throws BadBodyException if it is no such body; the message is for the client */
    static JsonBody read(byte[] utf8, Set<Field> known) throws BadBodyException {
        JsonBody body = new JsonBody(known);
        String text = decode(utf8);
        if (!text.isBlank()) {
            JsonReader reader = new JsonReader(new StringReader(text));
            reader.setStrictness(Strictness.STRICT);
            try {
                body.readAll(reader);
            } catch (IOException | IllegalStateException broken) {
                Matcher place = PLACE.matcher(String.valueOf(broken.getMessage()));
                throw new BadBodyException("the body is not valid JSON" + (place.find() ? " " + place.group() : ""));
            }
        }
        return body;
    }

    /** Returns the text of a field; empty if it is absent. */
    String text(Field field) {
        return texts.getOrDefault(field, "");
    }

    /** Returns the number in a field; null if it is absent. */
    @Nullable
    Integer number(Field field) {
        return numbers.get(field);
    }

    private static String decode(byte[] utf8) throws BadBodyException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new BadBodyException("the body is not UTF-8");
        }
    }

    private void readAll(JsonReader reader) throws IOException, BadBodyException {
        if (reader.peek() != JsonToken.BEGIN_OBJECT) {
            throw new BadBodyException("the body must be a JSON object");
        }
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            Field field = field(name);
            if (field == null || reader.peek() == JsonToken.NULL) {
                reader.skipValue();
            } else {
                readField(reader, field);
            }
        }
        reader.endObject();
        if (reader.peek() != JsonToken.END_DOCUMENT) {
            throw new IOException("more than one object");
        }
    }

    private @Nullable Field field(String name) {
        for (Field field : known) {
            if (field.isCalled(name)) {
                return field;
            }
        }
        return null;
    }

    private void readField(JsonReader reader, Field field) throws IOException, BadBodyException {
        if (texts.containsKey(field) || numbers.containsKey(field)) {
            throw new BadBodyException(field + " is there twice");
        }
        JsonToken token = reader.peek();
        if (field.isNumber() && (token == JsonToken.NUMBER || token == JsonToken.STRING)) {
            numbers.put(field, int32(field, reader.nextString()));
        } else if (!field.isNumber() && token == JsonToken.STRING) {
            texts.put(field, wellFormed(field, reader.nextString()));
        } else {
            throw new BadBodyException(field + " must be a " + (field.isNumber() ? "number" : "string"));
        }
    }

    private static int int32(Field field, String spelled) throws BadBodyException {
        if (spelled.length() <= MAX_NUMBER_LENGTH && NUMBER.matcher(spelled).matches()) {
            try {
                return new BigDecimal(spelled).intValueExact();
            } catch (ArithmeticException | NumberFormatException outOfRange) {
                // Told below.
            }
        }
        throw new BadBodyException(field + " must be a whole number from -2147483648 to 2147483647");
    }

    /** Half a character, which only an escape can be, is no text. */
    private static String wellFormed(Field field, String text) throws BadBodyException {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new BadBodyException(field + " has an unpaired surrogate");
        }
        return text;
    }
}
