package io.claviger.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.lab.LockService.ThreadLock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The statistics of the loads, and one short run of a load. */
class CycleTallyTest {
    @Test
    void onlyWhatEndsInTheWindowCounts() {
        CycleWindow window = new CycleWindow(Long.MAX_VALUE - 5, Long.MAX_VALUE + 5);
        assertThat(window.contains(Long.MAX_VALUE - 6)).isFalse();
        assertThat(window.contains(Long.MAX_VALUE - 5)).isTrue();
        assertThat(window.contains(Long.MAX_VALUE + 4)).isTrue();
        assertThat(window.contains(Long.MAX_VALUE + 5)).isFalse();
        assertThat(window.isOver(Long.MAX_VALUE + 4)).isFalse();
        assertThat(window.isOver(Long.MAX_VALUE + 5)).isTrue();
        assertThat(new CycleWindow(0, 1_500_000_000).seconds()).isEqualTo(1.5);
    }

    @Test
    void aHandOffGoesToAnotherThreadThatHadAsked() {
        Baton baton = new Baton();
        long asked = System.nanoTime();
        assertThat(baton.taken(1, asked, asked)).as("nobody had it before").isEqualTo(-1);
        long released = baton.released(1);
        assertThat(baton.taken(1, asked, released + 7)).as("the same thread").isEqualTo(-1);
        released = baton.released(1);
        assertThat(baton.taken(2, released + 1, released + 7)).as("asked later").isEqualTo(-1);
        released = baton.released(2);
        assertThat(baton.taken(1, released - 1, released + 7)).isEqualTo(7);
        assertThat(baton.violations()).isZero();
    }

    @Test
    void twoHoldersAtOnceAreSeen() {
        Baton baton = new Baton();
        baton.taken(1, 0, 0);
        baton.taken(2, 0, 0);
        assertThat(baton.violations()).isEqualTo(1);
    }

    @Test
    void aThreadCyclesUntilTheWindowIsOver() throws InterruptedException {
        AtomicInteger held = new AtomicInteger();
        AtomicInteger cycles = new AtomicInteger();
        CycleThread thread = new CycleThread(0, new CountedLock(held, cycles), new Baton());
        thread.run(CycleWindow.after(0, 20));
        assertThat(held).hasValue(0);
        assertThat(thread.cycles()).isPositive().isLessThanOrEqualTo(cycles.get());
        assertThat(thread.handOffs.total()).isZero();
    }

    @Test
    void threadsAreAddedUpAndCompared() {
        CycleThread slow = new CycleThread(0, new CountedLock(), null);
        CycleThread fast = new CycleThread(1, new CountedLock(), null);
        slow.releases.record(1_000, 10);
        fast.releases.record(3_000, 15);
        CycleTally tally = CycleTally.of(List.of(slow, fast));
        JsonLine line = new JsonLine();
        tally.describeHandOffs(line, 0.5, new Baton());
        assertThat(tally.cycles()).isEqualTo(25);
        assertThat(line.toString())
                .contains("\"least_cycles\": 10, \"most_cycles\": 15, \"fairness\": 1.500, \"violations\": 0");
        JsonLine rates = new JsonLine();
        tally.describe(rates, 0.5);
        assertThat(rates.toString()).startsWith("{\"cycles_per_s\": 50.000, ").contains("\"release_max_us\": 3.000");
    }

    @Test
    void aThreadThatGotNothingMakesNoNumberOfFairness() {
        CycleThread starved = new CycleThread(0, new CountedLock(), null);
        CycleThread fed = new CycleThread(1, new CountedLock(), null);
        fed.releases.record(1);
        JsonLine line = new JsonLine();
        CycleTally.of(List.of(starved, fed)).describeHandOffs(line, 1, new Baton());
        assertThat(line.toString()).contains("\"fairness\": null");
    }

    @Test
    void aTextThatNeedsEscapesIsRefused() {
        assertThatThrownBy(() -> new JsonLine().put("name", "a\"b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void processorTimeOfTheMachineLeavesOutIdleTime() {
        assertThat(ProcessCpu.machineNanosOf("cpu  1 2 3 1000 2000 4 5 6 0 0")).isEqualTo(210_000_000L);
    }

    private record CountedLock(AtomicInteger held, AtomicInteger cycles) implements ThreadLock {
        CountedLock() {
            this(new AtomicInteger(), new AtomicInteger());
        }

        @Override
        public void acquire() {
            held.incrementAndGet();
        }

        @Override
        public void release() {
            held.decrementAndGet();
            cycles.incrementAndGet();
        }

        @Override
        public void close() {
            // It holds nothing.
        }
    }
}
