package io.claviger.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class LiveHeapTest {
    @Test
    void theTotalOfAHistogramIsItsBytes() throws IOException {
        String histogram = """
                4242:
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:         46338        4455104  [B (java.base@17.0.15)
                   2:           100           2400  com.example.Total
                Total         46438        4457504
                """;
        assertThat(LiveHeap.totalOf(histogram)).isEqualTo(4_457_504);
    }

    @Test
    void aHistogramWithoutTotalIsRefused() {
        assertThatThrownBy(() -> LiveHeap.totalOf("Unable to attach"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Unable to attach");
    }

    @Test
    void whatIsNotInUseDoesNotCount() {
        byte[] garbage = new byte[64 << 20];
        long withIt = LiveHeap.own();
        assertThat(garbage).hasSize(64 << 20);
        garbage = new byte[0];
        assertThat(withIt - LiveHeap.own()).isGreaterThan(32 << 20);
        assertThat(garbage).isEmpty();
    }
}
