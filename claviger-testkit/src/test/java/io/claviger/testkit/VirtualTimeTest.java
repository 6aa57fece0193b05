package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {
    private final VirtualTime time = new VirtualTime();
    private final List<String> ran = new ArrayList<>();

    private TimeSource.Timer timer(String name, long delayNanos) {
        return time.schedule(() -> ran.add(name + "@" + time.nanoTime()), delayNanos);
    }

    @Test
    void timersRunInTheOrderOfTimeThenOfScheduling() {
        timer("late", 30);
        timer("first", 10);
        timer("second", 10);
        timer("overdue", -5);
        assertThat(ran).isEmpty();
        time.advance(Duration.ofNanos(20));
        assertThat(ran).containsExactly("overdue@0", "first@10", "second@10");
        assertThat(time.nanoTime()).isEqualTo(20);
        time.advance(Duration.ofNanos(10));
        assertThat(ran).endsWith("late@30");
        assertThat(time.pending()).isZero();
    }

    @Test
    void timersMaySetTimers() {
        time.schedule(() -> timer("again", 5), 10);
        time.advance(Duration.ofNanos(14));
        assertThat(ran).isEmpty();
        time.advance(Duration.ofNanos(1));
        assertThat(ran).containsExactly("again@15");
    }

    @Test
    void cancelledTimersDoNotRun() {
        TimeSource.Timer cancelled = timer("cancelled", 10);
        timer("kept", 10);
        assertThat(time.pending()).isEqualTo(2);
        cancelled.cancel();
        cancelled.cancel();
        time.advance(Duration.ofNanos(10));
        assertThat(ran).containsExactly("kept@10");
    }

    @Test
    void timeDoesNotOverflow() {
        time.advance(Duration.ofNanos(5));
        timer("never", Long.MAX_VALUE);
        time.advance(Duration.ofDays(365 * 290));
        assertThat(ran).isEmpty();
        assertThat(time.pending()).isEqualTo(1);
    }

    @Test
    void timeDoesNotGoBack() {
        assertThatThrownBy(() -> time.advance(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
    }
}
