package io.claviger.cli.tcpnetlock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerOptionsTest {
    @Test
    void defaults() {
        assertThat(ServerOptions.parse()).isEqualTo(new ServerOptions("localhost", 7654, false, false));
    }

    @Test
    void everyOption_alsoAbbreviated() {
        assertThat(ServerOptions.parse("--listen", "0.0.0.0", "--port=0", "--info", "--debug"))
                .isEqualTo(new ServerOptions("0.0.0.0", 0, true, true));
        assertThat(ServerOptions.parse("--l", "", "--p", "65535", "--d"))
                .isEqualTo(new ServerOptions("", 65535, false, true));
    }

    @ParameterizedTest
    @CsvSource({
        "--port=q, argument --port: invalid int value: 'q'",
        "--port=65536, argument --port: port must be 0-65535.",
        "--port=-1, argument --port: -1 is an invalid positive int value",
        "--listen, argument --listen: expected one argument",
        "--volatile, unrecognized arguments: --volatile",
        "extra, unrecognized arguments: extra"
    })
    void wrongCommandLineIsNamed(String arg, String message) {
        assertThatThrownBy(() -> ServerOptions.parse(arg))
                .isInstanceOf(UsageException.class)
                .hasMessage("usage: tcpnetlock_server [-h] [--listen LISTEN] [--port PORT] [--debug]\n"
                        + "                         [--info]\n"
                        + "tcpnetlock_server: error: " + message);
    }

    @Test
    void help() {
        assertThatThrownBy(() -> ServerOptions.parse("-h"))
                .hasMessageContainingAll(
                        "usage: tcpnetlock_server",
                        "--listen LISTEN",
                        "show this help message",
                        "exit status: 0 after");
    }
}
