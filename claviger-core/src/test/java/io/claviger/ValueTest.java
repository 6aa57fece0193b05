package io.claviger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ValueTest {
    @Test
    void isEqualByItsBytes() {
        assertThat(Value.text("42"))
                .isEqualTo(Value.json("42"))
                .isEqualTo(Value.bytes("42".getBytes(UTF_8)))
                .hasSameHashCodeAs(Value.json("42"))
                .isNotEqualTo(Value.text("43"))
                .isNotEqualTo("42");
    }

    @Test
    void knowsItsForm() {
        assertThat(Value.text("é").form()).isEqualTo(Value.Form.TEXT);
        assertThat(Value.json("{}").form()).isEqualTo(Value.Form.JSON);
        assertThat(Value.bytes(new byte[3]).form()).isEqualTo(Value.Form.BYTES);
        assertThat(Value.text("é").length()).isEqualTo(2);
        assertThat(Value.text("é😀").asText()).isEqualTo("é😀");
    }

    @Test
    void doesNotChange() {
        byte[] bytes = {1, 2};
        Value value = Value.bytes(bytes);
        bytes[0] = 9;
        value.asBytes()[1] = 9;
        assertThat(value.asBytes()).containsExactly(1, 2);
    }

    @Test
    void hidesItsContent() {
        assertThat(Value.text("secret")).hasToString("Value[TEXT, 6 bytes]");
    }

    @Test
    void whatIsNoTextIsNamed() {
        assertThatThrownBy(() -> Value.bytes(new byte[] {(byte) 0xff}).asText())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no text in UTF-8");
        assertThatThrownBy(() -> Value.text("a\ud800"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("surrogate");
        assertThatThrownBy(() -> Value.json("{\"a\":}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 1, column 6");
        assertThatThrownBy(() -> Value.json("")).isInstanceOf(IllegalArgumentException.class);
    }
}
