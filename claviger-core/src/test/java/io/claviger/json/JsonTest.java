package io.claviger.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void readsEveryKind() {
        Json json = Json.parse(
                " {\"a\" : [1, -2.5e+3, 0, true,\tfalse, null], \"\" : {}, \"s\":\"x\\u00e9\\n\\/\\\\\\\"😀\"}\r\n");
        assertThat(json)
                .isEqualTo(new Json.Members(Map.of(
                        "a",
                        new Json.Items(List.of(
                                new Json.Numeral("1"),
                                new Json.Numeral("-2.5e+3"),
                                new Json.Numeral("0"),
                                new Json.Truth(true),
                                new Json.Truth(false),
                                new Json.Null())),
                        "",
                        new Json.Members(Map.of()),
                        "s",
                        new Json.Text("xé\n/\\\"😀"))));
        assertThat(new Json.Numeral("-2.5e+3").value()).isEqualByComparingTo(new BigDecimal(-2500));
    }

    @Test
    void membersKeepTheirOrder() {
        String text = "{\"z\":1,\"a\":2,\"m\":[{\"y\":null,\"b\":\"\\u0001\"}]}";
        assertThat(Json.parse(text).write()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1", "\"\"", "null", "true", "[]", "{}", " 0.5 ", "-0", "[[[]]]", "\"\\ud83d\\ude00\"", "1E9"})
    void takesWhatIsADocument(String document) {
        assertThat(Json.parse(Json.parse(document).write())).isEqualTo(Json.parse(document));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``             | 1 | the document ends too early",
                "[1,2           | 5 | the document ends too early",
                "[1 2]          | 4 | ',' or ']' is expected",
                "[1,]           | 4 | a value is expected",
                "{\"a\":1,}     | 8 | a name in quotation marks",
                "{a:1}          | 2 | a name in quotation marks",
                "{\"a\" 1}      | 6 | ':' is expected",
                "{\"a\":1,\"a\":2} | 8 | \"a\" is there twice",
                "1 2            | 3 | nothing may follow",
                "01             | 2 | nothing may follow",
                "1.             | 3 | a digit is expected",
                "-              | 2 | a digit is expected",
                "1e             | 3 | a digit is expected",
                "+1             | 1 | a value is expected",
                "NaN            | 1 | a value is expected",
                "nul            | 1 | a value is expected",
                "'x'            | 1 | a value is expected",
                "\"x            | 3 | the document ends too early",
                "\"\\x\"        | 3 | no escape of JSON",
                "\"\\u12g4\"    | 6 | four hexadecimal digits",
                "\"\\ud800\"    | 2 | half of a surrogate pair",
                "\"\\udc00x\"   | 2 | half of a surrogate pair",
                "// c           | 1 | a value is expected"
            })
    void saysWhereAndWhyItIsNone(String document, int column, String problem) {
        assertThatThrownBy(() -> Json.parse(document))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 1, column " + column + ": ")
                .hasMessageContaining(problem);
    }

    @Test
    void linesAreCounted() {
        assertThatThrownBy(() -> Json.parse("[1,\n 2,\n x]")).hasMessageContaining("line 3, column 2");
        assertThatThrownBy(() -> Json.parse("\"a\nb\"")).hasMessageContaining("control character");
    }

    @Test
    void everythingHasALimit() {
        assertThat(Json.parse(nested(Json.MAX_DEPTH)).write()).isEqualTo(nested(Json.MAX_DEPTH));
        assertThatThrownBy(() -> Json.parse(nested(Json.MAX_DEPTH + 1))).hasMessageContaining("100 levels");
        assertThatThrownBy(() -> Json.parse(nested(100_000))).hasMessageContaining("100 levels");
        Json deep = Json.parse(nested(Json.MAX_DEPTH));
        Json deeper = new Json.Members(Map.of("x", deep));
        assertThatThrownBy(deeper::write).hasMessageContaining("100 levels");
        assertThat(Json.parse("1".repeat(Json.MAX_NUMBER_LENGTH))).isInstanceOf(Json.Numeral.class);
        assertThatThrownBy(() -> Json.parse("1".repeat(Json.MAX_NUMBER_LENGTH + 1)))
                .hasMessageContaining("1000");
        String longest = "\"" + "x".repeat(Json.MAX_LENGTH - 2) + "\"";
        assertThat(Json.parse(longest)).isInstanceOf(Json.Text.class);
        assertThatThrownBy(() -> Json.parse(longest + " "))
                .hasMessageContaining(String.valueOf(Json.MAX_LENGTH))
                .hasMessageContaining(String.valueOf(Json.MAX_LENGTH + 1));
    }

    private static String nested(int depth) {
        return "[".repeat(depth) + "]".repeat(depth);
    }
}
