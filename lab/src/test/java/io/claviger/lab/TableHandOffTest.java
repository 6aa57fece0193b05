package io.claviger.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.lab.TableHandOff.Had;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableHandOffTest {
    private final LatencyHistogram latencies = new LatencyHistogram();

    @Test
    void timeFromReleaseToGrantOfWhoeverWaitedCounts() {
        List<Had> all = List.of(new Had(0, 0, 1, 10), new Had(1, 5, 17, 30));
        assertThat(TableHandOff.pair(all, latencies)).isZero();
        assertThat(latencies.total()).isEqualTo(1);
        assertThat(latencies.maxNanos()).isEqualTo(7);
    }

    @Test
    void whoDidNotWaitOrFollowsItselfDoesNotCount() {
        List<Had> all = List.of(new Had(0, 0, 1, 10), new Had(0, 11, 12, 20), new Had(1, 25, 26, 30));
        assertThat(TableHandOff.pair(all, latencies)).isZero();
        assertThat(latencies.total()).isZero();
    }

    @Test
    void twoAtOnceAreTold() {
        List<Had> all = List.of(new Had(1, 5, 9, 30), new Had(0, 0, 1, 10));
        assertThat(TableHandOff.pair(all, latencies)).isEqualTo(1);
    }
}
