package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lengths of time as messages tell them. */
class SecondsTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT0.2S, 200 ms",
        "PT1.5S, 1500 ms",
        "PT0.0000015S, 0.0000015 s",
        "PT-0.5S, -500 ms",
        "PT20S, 20 s",
        "PT90S, 90 s",
        "PT5M, 5 min",
        "PT876000H, 876000 h",
        "PT9223372036854775807.5S, 9223372036854775807.5 s",
    })
    void areWrittenAsPeopleDo(Duration length, String words) {
        assertThat(Seconds.inWords(length)).isEqualTo(words);
    }
}
