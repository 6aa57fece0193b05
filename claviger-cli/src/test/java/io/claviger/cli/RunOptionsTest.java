package io.claviger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code run} and {@code hold} refuse before anybody is asked. */
class RunOptionsTest {
    private static final Connection.Opener NOBODY = connection -> {
        throw new AssertionError("somebody was asked");
    };

    private static void assertRefused(InJvm claviger, String... parts) throws Exception {
        assertThat(claviger.status()).as(claviger.err()).isEqualTo(2);
        assertThat(claviger.out()).isEmpty();
        assertThat(claviger.err()).startsWith("claviger ").contains(parts).doesNotContain("Exception", "\tat ");
        assertThat(claviger.err().lines().filter(line -> !line.startsWith("Try '")))
                .hasSize(1);
    }

    /** The words of the command line are separated by blanks. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    run                                          | no command; give it after the names and '--'
                    run a                                        | no command; give it after the names and '--'
                    run a --                                     | no command; give it after the names and '--'
                    run -- true                                  | no lock; name it before '--'
                    run --no-wait -- true                        | no lock; name it before '--'
                    run a b a -- true                            | the name 'a' is given twice
                    run --wait -5s a -- true                     | --wait: '-5s' is negative
                    run --wait 5 a -- true                       | --wait: '5' is no length of time such as 500ms, 30s
                    run --wait=1.5s a -- true                    | --wait: '1.5s' is no length of time
                    run --wait 5s --no-wait a -- true            | --wait: '5s' contradicts --no-wait
                    run --no-wait=maybe a -- true                | --no-wait: 'maybe' is neither true nor false
                    run --shared --exclusive a -- true           | --shared: 'true' contradicts --exclusive
                    run --shared --permits 1 a -- true           | --permits: '1' does not go with --shared
                    run --exclusive --capacity 3 a -- true       | --capacity: '3' does not go with --shared and --exclusive
                    run --permits 2 a -- true                    | --permits: '2' needs --capacity
                    run --permits 3 --capacity 2 a -- true       | --permits: '3' is more than the 2 of --capacity
                    run --permits 0 --capacity 2 a -- true       | --permits: '0' is no whole number from 1
                    run --capacity 2147483647 a -- true          | --capacity: '2147483647' is no whole number from 1
                    run --capacity -1 a -- true                  | --capacity: '-1' is no whole number from 1
                    run --lease 5s a -- true                     | --grace: '5s' is not shorter than the lease of 5s (default)
                    run --lease 1ms a -- true                    | --lease: '1ms' is shorter than the shortest lease, 10ms
                    run --lease 30s --grace 1m a -- true         | --grace: '1m' is not shorter than the lease of 30s (command line)
                    run --session-ttl 4s a -- true               | --grace: '5s' is more than half the session's time to live of 4s
                    run --lease 1h --session-ttl 4s a -- true    | --grace: '5s' is more than half the session's time to live of 4s
                    run --grace x a -- true                      | --grace: 'x' is no length of time
                    run --connect-timeout 0 a -- true            | --connect-timeout: '0' is no time to connect in
                    run --tls-cert x a -- true                   | --tls-cert: 'x' needs --tls-key as well
                    run --tls-key x a -- true                    | --tls-key: 'x' needs --tls-cert as well
                    run --tls=false --tls-ca x a -- true         | --tls: 'false' contradicts --tls-ca
                    run --password p --password-file f a -- true | --password-file: 'f' cannot be given beside --password
                    run --bogus a -- true                        | Unknown option: '--bogus'
                    run a\uFFFD -- true                          | the locale cannot represent the name
                    run a -- true \uFFFD                         | the locale cannot represent the argument
                    hold                                         | no lock; name one: claviger hold NAME
                    hold a b                                     | 2 locks; name one: claviger hold NAME
                    hold --grace 5s a                            | Unknown option
                    --url local: serve                           | --url: 'local:' does not go with serve
                    """)
    void wrongUsageIs2_inOneLine(String words, String message) throws Exception {
        assertRefused(InJvm.start(NOBODY, words.split(" ")), message);
    }

    @Test
    void emptyWordsAre2() throws Exception {
        assertRefused(InJvm.start(NOBODY, "run", "", "--", "true"), "a lock's name is not empty");
        assertRefused(InJvm.start(NOBODY, "run", "a", "--", ""), "the command after '--' is empty");
        assertRefused(InJvm.start(NOBODY, "run", "--actor=", "a", "--", "true"), "--actor: '' is no actor");
    }

    @Test
    void variablesCountAsOptions_andAreNamed() throws Exception {
        assertRefused(
                InJvm.start(NOBODY, Map.of("CLAVIGER_WAIT", "soon"), "run", "a", "--", "true"),
                "--wait: 'soon' is no length of time",
                "(environment variable CLAVIGER_WAIT)");
        assertRefused(
                InJvm.start(NOBODY, Map.of("CLAVIGER_LEESE", "30s"), "run", "a", "--", "true"),
                "unknown environment variable CLAVIGER_LEESE, did you mean CLAVIGER_LEASE?");
    }

    @Test
    void helpTellsOptionsVariablesAndStatuses() throws Exception {
        InJvm run = InJvm.start(NOBODY, "run", "--help");
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains(
                        "NAME... -- COMMAND",
                        "CLAVIGER_TOKEN",
                        "--wait",
                        "--grace",
                        "--url",
                        "Exit status",
                        "122",
                        "127");
        InJvm hold = InJvm.start(NOBODY, "hold", "--help");
        assertThat(hold.status()).isZero();
        assertThat(hold.out()).contains("held NAME token T", "--until-eof", "Exit status");
    }
}
