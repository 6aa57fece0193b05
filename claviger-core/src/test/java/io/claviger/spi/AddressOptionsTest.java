package io.claviger.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressOptionsTest {
    private static final List<String> KNOWN = List.of("lease", "token", "label");

    private static AddressOptions parse(String query) {
        return AddressOptions.parse(query, "a table", KNOWN);
    }

    @Test
    void optionsAreDecodedAndTyped() {
        AddressOptions options = parse("label=a+b%26c%3D%C3%A9&lease=1500ms&token=off");
        assertThat(options.text("label")).contains("a b&c=é");
        assertThat(options.duration("lease")).contains(Duration.ofMillis(1_500));
        assertThat(options.flag("token")).contains(false);
        assertThat(parse("token=on").flag("token")).contains(true);
        assertThat(parse("token=on").text("label")).isEmpty();
        assertThat(AddressOptions.none().duration("lease")).isEmpty();
        assertThat(AddressOptions.none().flag("token")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"15s, PT15S", "2m, PT2M", "3h, PT3H", "0ms, PT0S"})
    void lengthsOfTimeHaveUnits(String text, Duration length) {
        assertThat(parse("lease=" + text).duration("lease")).contains(length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "\"\"              | '' is no option of a table; there are lease, token, label",
                "colour=red      | 'colour' is no option of a table; there are lease, token, label",
                "label=a&        | '' is no option of a table; there are lease, token, label",
                "label           | the option 'label' lacks a value: label=…",
                "label=          | the option 'label' lacks a value: label=…",
                "label=a&label=b | the option 'label' is given twice",
                "label=%zz       | label: '%zz' has a % that is not followed by two hexadecimal digits",
            })
    void whatIsMalformed_isNamedWithWhatIsRight(String query, String message) {
        assertThatThrownBy(() -> parse(query))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void wrongValues_areNamedWithWhatIsRight() {
        for (String bad : List.of("15", "s", "-5s", "1.5s", "15S", "9999999999s")) {
            assertThatThrownBy(() -> parse("lease=" + bad).duration("lease"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("lease: '" + bad + "' is no duration such as 500ms, 15s or 2m");
        }
        assertThatThrownBy(() -> parse("token=maybe").flag("token"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("token: 'maybe' is neither on nor off");
    }
}
