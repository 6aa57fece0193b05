package io.claviger.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HolderOptionsTest {
    @Test
    void whatAHolderIsToldIsWhatItReads() {
        HolderOptions options = new HolderOptions("claviger://127.0.0.1:1?session-ttl=0s", "mortal", 2_000);
        assertThat(HolderOptions.parse(options.words())).isEqualTo(options);
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> HolderOptions.parse("at=local:"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("missing: name=");
        assertThatThrownBy(() -> HolderOptions.parse("at=local:", "name=n", "lease=-1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lease is a number from 0 to 3600000, not '-1'");
    }
}
