package io.claviger.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.lab.LdlmLoadOptions.Wire;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class LdlmLoadOptionsTest {
    private static final InetSocketAddress SERVER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 3144);

    @Test
    void whatIsNotGivenHasItsDefault() {
        assertThat(LdlmLoadOptions.parse("service=claviger", "at=127.0.0.1:3144", "wire=grpc"))
                .isEqualTo(new LdlmLoadOptions("claviger", SERVER, Wire.GRPC, 16, 1000, 2000, 0, ""));
    }

    @Test
    void everyOptionIsRead() {
        assertThat(LdlmLoadOptions.parse(
                        "service=original",
                        "at=127.0.0.1:3144",
                        "wire=rest",
                        "connections=3",
                        "warmup=0",
                        "measure=1",
                        "server-pid=2",
                        "out=f"))
                .isEqualTo(new LdlmLoadOptions("original", SERVER, Wire.REST, 3, 0, 1, 2, "f"));
    }

    @Test
    void mistakesAreNamed() {
        assertMistake("missing: service=", "at=127.0.0.1:3144", "wire=grpc");
        assertMistake("at is HOST:PORT, not '3144'", "service=s", "at=3144", "wire=grpc");
        assertMistake("at is HOST:PORT, not 'h:99999'", "service=s", "at=h:99999", "wire=grpc");
        assertMistake("wire is grpc or rest, not 'text'", "service=s", "at=127.0.0.1:1", "wire=text");
        assertMistake("unknown: [colour]", "service=s", "at=127.0.0.1:1", "wire=grpc", "colour=red");
    }

    private static void assertMistake(String message, String... words) {
        assertThatThrownBy(() -> LdlmLoadOptions.parse(words))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
