package io.claviger.cli.ldlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoSyntaxTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "+0, 0",
        "1ns, 1",
        "3us, 3000",
        "3\u00b5s, 3000",
        "3\u03bcs, 3000",
        "1.5ms, 1500000",
        ".5s, 500000000",
        "1.s, 1000000000",
        "10s, 10000000000",
        "1m30s, 90000000000",
        "1h2m3s4ms, 3723004000000",
        "-2s, -2000000000",
        "30s1m, 90000000000"
    })
    void durations(String text, long nanos) {
        assertThat(GoSyntax.duration(text)).isEqualTo(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10      | time: missing unit in duration \"10\"",
                "1m30    | time: missing unit in duration \"1m30\"",
                "''      | time: invalid duration \"\"",
                "-       | time: invalid duration \"-\"",
                "s       | time: invalid duration \"s\"",
                ".s      | time: invalid duration \".s\"",
                "1d      | time: unknown unit \"d\" in duration \"1d\"",
                "1 s     | time: unknown unit \" s\" in duration \"1 s\"",
                "999999h1.x | time: unknown unit \"x\" in duration \"999999h1.x\"",
                "99999999999h | time: invalid duration \"99999999999h\""
            })
    void noDurations_inGoWords(String text, String message) {
        assertThatThrownBy(() -> GoSyntax.duration(text)).hasMessage(message);
    }

    @Test
    void aDurationOfAnyLength_costsNothing() {
        assertThatThrownBy(() -> GoSyntax.duration("1".repeat(60_000) + "s")).hasMessageContaining("invalid duration");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "1ns", "1.5\u00b5s", "500ms", "10s", "1m0s", "30m0s", "1h0m0s", "1h0m1.5s", "1m30s"})
    void durations_areWrittenAsGoDoes(String text) {
        assertThat(GoSyntax.text(GoSyntax.duration(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "t", "T", "TRUE", "true", "True"})
    void whatIsTrue(String text) {
        assertThat(GoSyntax.bool(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "f", "F", "FALSE", "false", "False"})
    void whatIsFalse(String text) {
        assertThat(GoSyntax.bool(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "", "tRue", "on", " true"})
    void noTruthValues_inGoWords(String text) {
        assertThatThrownBy(() -> GoSyntax.bool(text))
                .hasMessage("strconv.ParseBool: parsing \"" + text + "\": invalid syntax");
    }

    @Test
    void numbers() {
        assertThat(GoSyntax.uint32("0")).isZero();
        assertThat(GoSyntax.uint32("0x10")).isEqualTo(16);
        assertThat(GoSyntax.uint32("4294967295")).isEqualTo(4_294_967_295L);
        assertThatThrownBy(() -> GoSyntax.uint32("4294967296"))
                .hasMessage("strconv.ParseUint: parsing \"4294967296\": value out of range");
        assertThatThrownBy(() -> GoSyntax.uint32("-1")).hasMessage("strconv.ParseUint: parsing \"-1\": invalid syntax");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:3144, localhost, 3144",
        ":3144, '', 3144",
        "0.0.0.0:0, 0.0.0.0, 0",
        "[::1]:80, ::1, 80",
        "127.0.0.1:, 127.0.0.1, 0"
    })
    void addresses(String text, String host, int port) {
        assertThat(GoAddress.parse(text)).isEqualTo(new GoAddress(host, port));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost       | listen tcp: address localhost: missing port in address",
                "''              | listen tcp: address : missing port in address",
                "::1:80          | listen tcp: address ::1:80: too many colons in address",
                "[::1]           | listen tcp: address [::1]: missing port in address",
                "localhost:x     | listen tcp: lookup tcp/x: unknown port",
                "localhost:-1    | listen tcp: lookup tcp/-1: unknown port",
                "localhost:70000 | listen tcp: address 70000: invalid port"
            })
    void noAddresses_inGoWords(String text, String message) {
        assertThatThrownBy(() -> GoAddress.parse(text)).hasMessage(message);
    }
}
