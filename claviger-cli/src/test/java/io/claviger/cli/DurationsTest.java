package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S, 500ms",
        "30s, PT30S, 30s",
        "90s, PT90S, 90s",
        "5m, PT5M, 5m",
        "120m, PT2H, 2h",
        "2h, PT2H, 2h",
        "0, PT0S, 0s",
        "0s, PT0S, 0s",
        "3153600000000ms, PT876000H, 876000h"
    })
    void readsAndWrites(String text, Duration duration, String written) {
        assertThat(Durations.parse(text)).contains(duration);
        assertThat(Durations.format(duration)).isEqualTo(written);
        assertThat(Durations.parse(written)).contains(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "s",
                "-5s",
                "+5s",
                "5 s",
                " 5s",
                "5S",
                "1.5s",
                "5sec",
                "5d",
                "٥s",
                "5s\n",
                "3153600001s",
                "9999999999999h",
                "99999999999999s",
                "1h30m"
            })
    void refusesWhatIsNone(String text) {
        assertThat(Durations.parse(text)).isEmpty();
    }
}
