package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import io.claviger.protocol.ldlm.LockResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of Protobuf's JSON, as LDLM's gateway has them. */
class JsonBodyTest {
    private static JsonBody read(String json) throws BadBodyException {
        return JsonBody.read(json.getBytes(StandardCharsets.UTF_8), Field.OF_LOCK);
    }

    private static void assertBad(String json, String message) {
        assertThatThrownBy(() -> read(json)).isInstanceOfSatisfying(BadBodyException.class, bad -> {
            assertThat(bad.answer().status()).isEqualTo(400);
            assertThat(JsonParser.parseString(bad.answer().body())
                            .getAsJsonObject()
                            .get("message")
                            .getAsString())
                    .isEqualTo(message);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \r\n\t", "{}", "{\"name\":null,\"size\":null}", "{\"other\":[{}, 1e400]}"})
    void whatIsAbsentHasItsDefault(String json) throws BadBodyException {
        JsonBody body = read(json);
        assertThat(body.text(Field.NAME)).isEmpty();
        assertThat(body.number(Field.SIZE)).isNull();
        assertThat(body.number(Field.LOCK_TIMEOUT)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lock_timeout_seconds", "lockTimeoutSeconds", "lock\\u005ftimeout_seconds"})
    void fieldsHaveTwoNames(String name) throws BadBodyException {
        assertThat(read("{\"" + name + "\":7}").number(Field.LOCK_TIMEOUT)).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "-0,0",
        "1,1",
        "\"1\",1",
        "\"-5\",-5",
        "1.0,1",
        "1e2,100",
        "\"1.5e1\",15",
        "2147483647,2147483647",
        "\"-2147483648\",-2147483648"
    })
    void numbersMayBeInQuotes(String json, int expected) throws BadBodyException {
        assertThat(read("{\"size\":" + json + "}").number(Field.SIZE)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2147483648",
                "-2147483649",
                "1.5",
                "\"\"",
                "\" 1\"",
                "\"1 \"",
                "\"+1\"",
                "\"0x1\"",
                "\"01\"",
                "\".5\"",
                "\"1.\"",
                "\"\u0661\"",
                "1e10",
                "1e-1",
                "1e999999999",
                "1e-999999999",
                "\"1e9999999999\"",
                "\"NaN\""
            })
    void numbersAreWholeAndOf32Bits(String json) {
        assertBad("{\"size\":" + json + "}", "size must be a whole number from -2147483648 to 2147483647");
    }

    @Test
    void aNumberOfManyDigitsIsNotRead() {
        String digits = "9".repeat(400_000);
        assertBad("{\"size\":\"" + digits + "\"}", "size must be a whole number from -2147483648 to 2147483647");
        assertThatThrownBy(() -> read("{\"size\":" + digits + "}")).isInstanceOf(BadBodyException.class);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`{\"name\":1}`, name must be a string",
                "`{\"name\":true}`, name must be a string",
                "`{\"name\":{}}`, name must be a string",
                "`{\"size\":true}`, size must be a number",
                "`{\"size\":[1]}`, size must be a number",
                "`[]`, the body must be a JSON object",
                "`null`, the body must be a JSON object",
                "`\"text\"`, the body must be a JSON object",
                "`{\"name\":\"a\",\"name\":\"b\"}`, name is there twice",
                "`{\"lock_timeout_seconds\":1,\"lockTimeoutSeconds\":1}`, lock_timeout_seconds is there twice",
                "`{\"name\":\"\\ud800\"}`, name has an unpaired surrogate",
                "`{} {}`, the body is not valid JSON at line 1 column 5"
            })
    void whatIsWrongIsNamed(String json, String message) {
        assertBad(json, message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "}",
                "{\"name\"}",
                "{\"name\":}",
                "{\"name\":\"a\",}",
                "{name:\"a\"}",
                "{'name':'a'}",
                "{\"size\":01}",
                "{\"size\":NaN}",
                "{\"size\":+1}",
                "{\"x\":TRUE}",
                "{\"name\":\"a\nb\"}",
                "{\"name\":\"\\x\"}",
                "{/**/}",
                "{\"a\":1}x",
                "{\"x\":\"\\u12\"}",
                ")]}'\n{}"
            })
    void onlyJsonIsJson(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOfSatisfying(
                        BadBodyException.class,
                        bad -> assertThat(bad.answer().body())
                                .containsAnyOf("the body is not valid JSON at line", "the body must be a JSON object"));
    }

    @Test
    void theDepthIsBounded() {
        assertThatThrownBy(() -> read("{\"x\":" + "[".repeat(100_000) + "}")).isInstanceOf(BadBodyException.class);
    }

    @Test
    void onlyUtf8IsRead() {
        assertThatThrownBy(() -> JsonBody.read(new byte[] {'{', (byte) 0xff, '}'}, Field.OF_LOCK))
                .hasMessageContaining("the body is not UTF-8");
    }

    @Test
    void aFieldOfAnotherMessageIsNoField() throws BadBodyException {
        JsonBody body =
                JsonBody.read("{\"size\":\"x\",\"name\":\"a\"}".getBytes(StandardCharsets.UTF_8), Field.OF_UNLOCK);
        assertThat(body.text(Field.NAME)).isEqualTo("a");
    }

    @Test
    void whatIsWrittenIsJson() {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 0x300; c++) {
            all.append(c);
        }
        String name = all + "\u2028\ud83d\udd12";
        String body =
                JsonText.of(LockResponse.newBuilder().setName(name).build()).body();
        assertThat(JsonParser.parseString(body).getAsJsonObject().get("name").getAsString())
                .isEqualTo(name);
        assertThat(body.chars()).noneMatch(c -> c < ' ');
    }
}
