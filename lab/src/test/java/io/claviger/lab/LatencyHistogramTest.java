package io.claviger.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    private final LatencyHistogram histogram = new LatencyHistogram();

    @Test
    void empty() {
        assertThat(histogram.total()).isZero();
        assertThat(histogram.maxNanos()).isZero();
        assertThat(histogram.percentileNanos(0.99)).isZero();
    }

    @Test
    void smallValuesAreExact() {
        for (int i = 1; i <= 31; i++) {
            histogram.record(i);
        }
        assertThat(histogram.percentileNanos(0.5)).isEqualTo(16);
        assertThat(histogram.percentileNanos(1)).isEqualTo(31);
        assertThat(histogram.percentileNanos(0)).isEqualTo(1);
    }

    @Test
    void extremesAreCounted() {
        histogram.record(-5);
        histogram.record(Long.MAX_VALUE, 2);
        assertThat(histogram.total()).isEqualTo(3);
        assertThat(histogram.maxNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(histogram.percentileNanos(0.3)).isZero();
        assertThat(histogram.percentileNanos(0.5)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void percentilesAreWithinThreePercentOfSorting() {
        SplittableRandom random = new SplittableRandom(1);
        long[] values = random.longs(10_000)
                .map(value -> value >>> random.nextInt(20, 60))
                .toArray();
        for (long value : values) {
            histogram.record(value);
        }
        Arrays.sort(values);
        for (double share : new double[] {0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1}) {
            long exact = values[(int) Math.max(0, Math.ceil(share * values.length) - 1)];
            assertThat(histogram.percentileNanos(share)).isGreaterThanOrEqualTo(exact);
            assertThat(histogram.percentileNanos(share)).isCloseTo(exact, Percentage.withPercentage(3.2));
        }
    }

    @Test
    void processorTimeIsReadBehindANameWithSpaces() {
        String stat = "1234 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 31 0";
        assertThat(ProcessCpu.nanosOf(stat)).isEqualTo(2_000_000_000L);
    }
}
