package io.claviger.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Something that must hold for every sequence of steps. It is tried with many generated ones: a fixed set, the same in
 * every run, and a set from a new seed, which is printed. A sequence that fails is cut down to one from which no step can
 * be taken away, and the failure shows it with a line that replays it. With the system property {@value #SEED} only the
 * sequence of that seed is tried.
 *
 * <pre>{@code
 * Property.of(MachineTest.class, steps.lists(1, 50)).check(2_000, sequence -> { ... });
 * }</pre>
 *
 * @param <T> a step
 */
public final class Property<T> {
    /** The system property that names the one seed to try. */
    public static final String SEED = "claviger.seed";

    private static final long FIXED_SEED = 20_261_121;

    private final Class<?> test;
    private final Gen<List<T>> sequences;

    /** What is tried with a sequence. */
    @FunctionalInterface
    public interface Trial<T> {
        /** Returns if the property holds, and throws if not. */
        void run(List<T> sequence) throws Exception;
    }

    private Property(Class<?> test, Gen<List<T>> sequences) {
        this.test = test;
        this.sequences = sequences;
    }

    /** Makes a property of the sequences of a generator, to be named after a test class in failures. */
    public static <T> Property<T> of(Class<?> test, Gen<List<T>> sequences) {
        return new Property<>(test, sequences);
    }

    /**
     * Tries {@code runs} sequences with fixed seeds and as many with new ones.
     *
     * @throws AssertionError for the first that fails: with its seed, the line that replays it and the shortest sequence
     */
    public void check(int runs, Trial<T> trial) {
        String given = System.getProperty(SEED);
        if (given != null) {
            checkOne(Long.parseLong(given), trial);
            return;
        }
        checkAll(FIXED_SEED, runs, trial);
        long seed = ThreadLocalRandom.current().nextLong(1L << 40);
        System.out.println(test.getSimpleName() + ": random seeds from " + seed);
        checkAll(seed, runs, trial);
    }

    private void checkAll(long firstSeed, int runs, Trial<T> trial) {
        for (long seed = firstSeed; seed < firstSeed + runs; seed++) {
            checkOne(seed, trial);
        }
    }

    private void checkOne(long seed, Trial<T> trial) {
        List<T> sequence = sequences.next(new SplittableRandom(seed));
        Throwable failure = failure(trial, sequence);
        if (failure != null) {
            List<T> shortest = shrink(sequence, trial);
            throw new AssertionError(report(seed, sequence, shortest), failure(trial, shortest));
        }
    }

    private String report(long seed, List<T> sequence, List<T> shortest) {
        StringBuilder text = new StringBuilder(128)
                .append("fails with seed ")
                .append(seed)
                .append("; replay: mvn -B test -Dtest=")
                .append(test.getSimpleName())
                .append(" -Dsurefire.failIfNoSpecifiedTests=false -D" + SEED + "=")
                .append(seed)
                .append('\n')
                .append(shortest.size())
                .append(" of ")
                .append(sequence.size())
                .append(" steps are enough:");
        shortest.forEach(step -> text.append("\n  ").append(step));
        return text.toString();
    }

    /** Takes away halves, quarters, and so on down to single steps, for as long as what is left still fails. */
    static <T> List<T> shrink(List<T> failing, Trial<T> trial) {
        List<T> shortest = failing;
        for (int chunk = Math.max(1, failing.size() / 2); chunk > 0; ) {
            List<T> shorter = withoutOneChunk(shortest, chunk, trial);
            if (shorter.size() < shortest.size()) {
                shortest = shorter;
                chunk = Math.min(chunk, Math.max(1, shortest.size() / 2));
            } else {
                chunk /= 2;
            }
        }
        return shortest;
    }

    private static <T> List<T> withoutOneChunk(List<T> failing, int chunk, Trial<T> trial) {
        // From the end: later steps depend on earlier ones, seldom the other way round.
        for (int end = failing.size(); end > 0; end -= chunk) {
            List<T> rest = new ArrayList<>(failing.subList(0, Math.max(0, end - chunk)));
            rest.addAll(failing.subList(end, failing.size()));
            if (failure(trial, rest) != null) {
                return rest;
            }
        }
        return failing;
    }

    private static <T> @Nullable Throwable failure(Trial<T> trial, List<T> sequence) {
        try {
            trial.run(sequence);
            return null;
        } catch (Exception | AssertionError failed) {
            return failed;
        }
    }
}
