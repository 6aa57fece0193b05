package io.claviger.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.lab.CycleOptions.Names;
import org.junit.jupiter.api.Test;

class CycleOptionsTest {
    @Test
    void whatIsNotGivenHasItsDefault() {
        assertThat(CycleOptions.parse("service=redis", "at=6379", "names=own"))
                .isEqualTo(
                        new CycleOptions("redis", "6379", Names.OWN, java.util.List.of(16, 1), 3500, 500, 2000, 0, ""));
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
                        "claviger",
                        "claviger://127.0.0.1:1?session-ttl=0s",
                        Names.ONE,
                        java.util.List.of(8),
                        0,
                        1,
                        2,
                        3,
                        "f"));
    }

    @Test
    void mistakesAreNamed() {
        assertMistake("missing: service=", "at=1", "names=own");
        assertMistake("names is own or one, not 'two'", "service=redis", "at=1", "names=two");
        assertMistake(
                "threads is a number from 1 to 10000, not ''", "service=redis", "at=1", "names=own", "threads=16,");
        assertMistake(
                "measure is a number from 1 to 600000, not '0'", "service=redis", "at=1", "names=own", "measure=0");
        assertMistake("unknown: [colour]", "service=redis", "at=1", "names=own", "colour=red");
        assertMistake("not name=value: redis", "redis");
    }

    @Test
    void aServiceThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> LockService.open("etcd", "2379"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("service is claviger, redis or postgres, not 'etcd'");
    }

    private static void assertMistake(String message, String... words) {
        assertThatThrownBy(() -> CycleOptions.parse(words))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
