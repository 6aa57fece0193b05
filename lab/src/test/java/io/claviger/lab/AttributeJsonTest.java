package io.claviger.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttributeJsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"S\":\"text\"}",
                "{\"N\":\"17.5\"}",
                "{\"B\":\"//4APw==\"}",
                "{\"BOOL\":false}",
                "{\"NULL\":true}",
                "{\"L\":[{\"N\":\"1\"},{\"L\":[]}]}",
                "{\"M\":{\"a\":{\"S\":\"\"},\"b\":{\"M\":{}}}}",
            })
    void whatIsReadIsWrittenTheSame(String text) {
        assertThat(AttributeJson.write(AttributeJson.read(JsonParser.parseString(text))))
                .hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"SS\":[\"a\"]}", "{\"T\":1}"})
    void otherKindsAreNamedInTheFailure(String text) {
        assertThatThrownBy(() -> AttributeJson.read(JsonParser.parseString(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cannot read ");
    }
}
