package io.claviger.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an address may say, and what is told of one that says something else. */
class RemoteConfigTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            claviger://h                  | h:3144
            claviger://h/                 | h:3144
            claviger://h:7                | h:7
            claviger://h1:1,h2,h3:65535   | h1:1, h2:3144, h3:65535
            claviger://127.0.0.1:5        | 127.0.0.1:5
            claviger://[::1]              | [::1]:3144
            claviger://[::1]:9,h          | [::1]:9, h:3144
            claviger://h?tls=off          | h:3144
            """)
    void goodServers(String uri, String servers) {
        assertThat(RemoteConfig.parse(uri).servers())
                .map(ServerAddress::toString)
                .hasToString("[" + servers + "]");
    }

    @Test
    void goodOptions(@TempDir Path folder) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "open sesame\n");
        RemoteConfig config = RemoteConfig.parse("claviger://h?ca=a%20b.pem&cert=c.pem&key=k.pem&session-ttl=30s"
                + "&connect-timeout=500ms&label=nightly%20job&password-file=" + secret);
        assertThat(config.tls().orElseThrow().ca()).contains(Path.of("a b.pem"));
        assertThat(config.tls().orElseThrow().certificate()).contains(Path.of("c.pem"));
        assertThat(config.tls().orElseThrow().key()).contains(Path.of("k.pem"));
        assertThat(config.sessionTtl()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.connectTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.label()).isEqualTo("nightly job");
        assertThat(config.password()).contains("open sesame");
        assertThat(config.toString()).doesNotContain("sesame");
        assertThat(RemoteConfig.parse("claviger://h?tls=on").tls()).isPresent();
        assertThat(RemoteConfig.parse("claviger://h?session-ttl=0s").sessionTtl())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            h:3144                                | claviger://
            http://h                              | claviger://
            claviger:h                            | claviger://
            claviger://                           | names no host
            claviger:///                          | names no host
            claviger://h,                         | no host name
            claviger://h h                        | no host name
            claviger://user@h                     | no host name
            claviger://h/path                     | no host name
            claviger://h:                         | no port
            claviger://h:x                        | no port
            claviger://h:0                        | 1 to 65535
            claviger://h:65536                    | 1 to 65535
            claviger://h:-1                       | no port
            claviger://::1                        | brackets
            claviger://[::1                       | bracket
            claviger://[]                         | no host name
            claviger://h?                         | no option
            claviger://h?colour=red               | is no option of an address
            claviger://h?tls                      | lacks a value
            claviger://h?tls=                     | lacks a value
            claviger://h?tls=maybe                | neither on nor off
            claviger://h?tls=off&ca=a.pem         | tls is off
            claviger://h?cert=c.pem               | key
            claviger://h?key=k.pem                | cert
            claviger://h?label=a&label=b          | twice
            claviger://h?label=%zz                | label
            claviger://h?session-ttl=5            | no duration
            claviger://h?session-ttl=-5s          | no duration
            claviger://h?session-ttl=500ms        | 1 s to 10 min
            claviger://h?session-ttl=1h           | 1 s to 10 min
            claviger://h?connect-timeout=0s       | connect timeout
            claviger://h?connect-timeout=999h     | connect timeout
            claviger://h?password-file=/no/such   | /no/such
            """)
    void badAddresses(String uri, String told) {
        assertThatThrownBy(() -> RemoteConfig.parse(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(told)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void badValues() {
        RemoteConfig.Builder builder = RemoteConfig.builder();
        assertThatThrownBy(() -> builder.servers(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.password("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.sessionTtl(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.connectTimeout(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
