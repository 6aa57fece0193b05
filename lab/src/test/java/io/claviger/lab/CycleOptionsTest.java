package io.claviger.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.lab.CycleOptions.Names;
import java.util.List;
import org.junit.jupiter.api.Test;

class CycleOptionsTest {
    @Test
    void whatIsNotGivenHasItsDefault() {
        assertThat(CycleOptions.parse("service=redis", "at=6379", "names=own"))
                .isEqualTo(new CycleOptions("redis", "6379", Names.OWN, List.of(16, 1), 3500, 500, 2000, 0, ""));
    }

    @Test
    void everyOptionIsRead() {
        assertThat(CycleOptions.parse(
                        "service=claviger",
                        "at=claviger://127.0.0.1:1?session-ttl=0s",
                        "names=one",
                        "threads=8",
                        "warmup=0",
                        "settle=1",
                        "measure=2",
                        "server-pid=3",
                        "out=f"))
                .isEqualTo(new CycleOptions(
                        "claviger", "claviger://127.0.0.1:1?session-ttl=0s", Names.ONE, List.of(8), 0, 1, 2, 3, "f"));
    }

    @Test
    void mistakesAreNamed() {
        assertMistake("missing: service=", "at=1", "names=own");
        assertMistake("service is one of claviger, redis, postgres, not 'etcd'", "service=etcd", "at=1", "names=own");
        assertMistake("names is own or one, not 'two'", "service=redis", "at=1", "names=two");
        assertMistake(
                "threads is a number from 1 to 10000, not ''", "service=redis", "at=1", "names=own", "threads=16,");
        assertMistake(
                "measure is a number from 1 to 600000, not '0'", "service=redis", "at=1", "names=own", "measure=0");
        assertMistake("unknown: [colour]", "service=redis", "at=1", "names=own", "colour=red");
        assertMistake("not name=value: redis", "redis");
    }

    private static void assertMistake(String message, String... words) {
        assertThatThrownBy(() -> CycleOptions.parse(words))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
