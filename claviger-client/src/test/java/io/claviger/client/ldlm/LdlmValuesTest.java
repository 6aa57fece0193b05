package io.claviger.client.ldlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.protocol.ldlm.Error;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options, addresses, intervals and exceptions. */
class LdlmValuesTest {
    @ParameterizedTest
    @CsvSource({
        "PT-1S, is from 0 to 2147483647 seconds",
        "PT2147483648S, is from 0 to 2147483647 seconds",
        "PT1.5S, whole seconds",
        "PT0.001S, whole seconds",
        "PT-0.5S, is from 0 to",
    })
    void timesThatLdlmCannotSendAreRefused(Duration time, String why) {
        assertThatThrownBy(() -> LdlmOptions.DEFAULT.withLockTimeout(time))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a lock timeout")
                .hasMessageContaining(why)
                .hasMessageContaining(time.toString());
        assertThatThrownBy(() -> LdlmOptions.DEFAULT.withWaitTimeout(time))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a wait timeout");
        assertThatThrownBy(() -> LdlmClient.builder("h").lockTimeout(time))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theLongestTimeCanBeSent() {
        Duration longest = Duration.ofSeconds(Integer.MAX_VALUE);
        assertThat(WholeSeconds.of(LdlmOptions.DEFAULT
                        .withLockTimeout(longest)
                        .lockTimeout()
                        .orElseThrow()))
                .isEqualTo(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, -2, Integer.MIN_VALUE})
    void aSizeIsAboveZero(int size) {
        assertThatThrownBy(() -> LdlmOptions.DEFAULT.withSize(size))
                .isInstanceOf(InvalidLockSizeException.class)
                .hasMessage("a lock size is above 0, but this is " + size);
    }

    @Test
    void aCertificateAndItsKeyGoTogether() {
        assertThatThrownBy(() -> new LdlmTls(Optional.of(Path.of("c")), Optional.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cert is without key");
        assertThat(LdlmTls.SYSTEM
                        .withCertificate(Path.of("c"), Path.of("k"))
                        .withCa(Path.of("a"))
                        .files()
                        .key())
                .contains(Path.of("k"));
    }

    @Test
    void filesOfTlsThatCannotBeReadAreToldAtOnce() {
        LdlmClientBuilder builder = LdlmClient.builder("h").tls(LdlmTls.SYSTEM.withCa(Path.of("none.pem")));
        assertThatThrownBy(builder::connect)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none.pem")
                .hasMessageContaining("cannot be read");
    }

    @ParameterizedTest
    @CsvSource({
        "h:0, a port is from 1",
        "h:x, is no port",
        "::1, without brackets",
        "[::1, closing bracket",
        "'', no host",
    })
    void badAddresses(String address, String why) {
        assertThatThrownBy(() -> LdlmClient.connect(address))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void badOptionsOfClients() {
        LdlmClientBuilder builder = LdlmClient.builder("h");
        assertThatThrownBy(() -> builder.retries(-2)).hasMessageContaining("-1 for no limit");
        assertThatThrownBy(() -> builder.retryDelay(Duration.ZERO)).hasMessageContaining("a retry delay is above 0");
        assertThatThrownBy(() -> builder.rpcDeadline(Duration.ofDays(2))).hasMessageContaining("at most a day");
        assertThatThrownBy(() -> builder.password("")).hasMessageContaining("none");
        assertThatThrownBy(() -> builder.password("naïve"))
                .hasMessageContaining("ASCII")
                .satisfies(told -> assertThat(told.getMessage()).doesNotContain("na\u00efve"));
    }

    @Test
    void secretsAreNotShown() {
        LdlmSettings settings = LdlmClient.builder("h").password("sesame").settings();
        assertThat(settings.toString()).doesNotContain("sesame");
        assertThat(new LockKey("x", "sesame").toString()).doesNotContain("sesame");
    }

    @ParameterizedTest
    @CsvSource({"10, 10", "30, 10", "40, 10", "60, 30", "120, 90", "300, 270", "3600, 3570", "1, 10"})
    void theOriginalIntervals(int lockTimeout, int interval) {
        assertThat(RenewalRule.ORIGINAL.interval(Duration.ofSeconds(lockTimeout)))
                .hasSeconds(interval);
    }

    @ParameterizedTest
    @CsvSource({"1", "3", "10", "30", "3600"})
    void ourIntervalsLeaveTwoMoreChances(int lockTimeout) {
        Duration whole = Duration.ofSeconds(lockTimeout);
        assertThat(RenewalRule.EVERY_THIRD.interval(whole).multipliedBy(3)).isLessThanOrEqualTo(whole);
    }

    @ParameterizedTest
    @CsvSource({
        "0, LdlmException",
        "1, LockDoesNotExistException",
        "2, InvalidLockKeyException",
        "3, LockWaitTimeoutException",
        "4, NotLockedException",
        "5, LockDoesNotExistOrInvalidKeyException",
        "6, LockSizeMismatchException",
        "7, InvalidLockSizeException",
        "8, LdlmException",
        "99, LdlmException",
    })
    void codesAndTheirExceptions(int code, String name) {
        LdlmException thrown = ErrorTable.of(
                Error.newBuilder().setCodeValue(code).setMessage("why").build());
        assertThat(thrown.getClass().getSimpleName()).isEqualTo(name);
        assertThat(thrown.code()).isEqualTo(code);
        assertThat(thrown).isInstanceOf(RuntimeException.class).hasMessage("why");
    }
}
