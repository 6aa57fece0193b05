package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PropertyTest {
    private static final Gen<List<Integer>> NUMBERS = Gen.ints(0, 99).lists(0, 60);

    @Test
    void sameSeedGivesTheSameSequence() {
        assertThat(NUMBERS.next(new SplittableRandom(7))).isEqualTo(NUMBERS.next(new SplittableRandom(7)));
        assertThat(NUMBERS.next(new SplittableRandom(7))).isNotEqualTo(NUMBERS.next(new SplittableRandom(8)));
    }

    @Test
    void whatHoldsPasses() {
        AtomicInteger runs = new AtomicInteger();
        Property.of(PropertyTest.class, NUMBERS).check(50, numbers -> runs.incrementAndGet());
        assertThat(runs).hasValue(100);
    }

    @Test
    void failureShowsTheShortestSequenceAndItsReplay() {
        Property.Trial<Integer> trial = numbers -> {
            int high = 0;
            for (int number : numbers) {
                high += number > 90 ? 1 : 0;
                assertThat(high).isLessThan(3);
            }
        };
        Throwable failure =
                catchThrowable(() -> Property.of(PropertyTest.class, NUMBERS).check(500, trial));
        assertThat(failure).hasMessageContaining("3 of ").hasMessageContaining("-Dtest=PropertyTest ");
        Matcher seed = Pattern.compile("claviger.seed=(\\d+)").matcher(failure.getMessage());
        assertThat(seed.find()).isTrue();
        List<Integer> replayed = NUMBERS.next(new SplittableRandom(Long.parseLong(seed.group(1))));
        assertThatThrownBy(() -> trial.run(replayed)).isInstanceOf(AssertionError.class);
        List<Integer> shortest = Property.shrink(replayed, trial);
        assertThat(shortest).hasSize(3).allMatch(number -> number > 90);
        assertThat(replayed).containsAll(shortest);
    }

    @Test
    void generatorsReachTheirBounds() {
        SplittableRandom random = new SplittableRandom(1);
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            seen.add(Gen.ints(-1, 2).next(random));
            seen.add(Gen.longs(Long.MAX_VALUE - 1, Long.MAX_VALUE).next(random));
            seen.add(Gen.oneOf(Gen.of("a"), Gen.of("b", "c")).next(random));
            seen.add(Gen.onceIn(3).next(random));
        }
        assertThat(seen)
                .containsExactlyInAnyOrder(-1, 0, 1, 2, Long.MAX_VALUE - 1, Long.MAX_VALUE, "a", "b", "c", true, false);
    }
}
