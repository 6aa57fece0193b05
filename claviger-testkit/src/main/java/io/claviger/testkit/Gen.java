package io.claviger.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Makes random values. The same state of the random source gives the same value, so a seed is all that a replay needs.
 * {@link Property} runs a test with generated sequences and shrinks those that fail. Example:
 *
 * <pre>{@code
 * Gen<Duration> pauses = Gen.ints(0, 500).map(Duration::ofMillis);
 * }</pre>
 */
@FunctionalInterface
public interface Gen<T> {

    /** Makes the next value. */
    T next(RandomGenerator random);

    /** Applies a function to what this makes. */
    default <R> Gen<R> map(Function<? super T, ? extends R> function) {
        return random -> function.apply(next(random));
    }

    /** Makes whole numbers from {@code min} to {@code max}, both included. */
    static Gen<Integer> ints(int min, int max) {
        return random -> (int) random.nextLong(min, max + 1L);
    }

    /** Makes whole numbers from {@code min} to {@code max}, both included. */
    static Gen<Long> longs(long min, long max) {
        return random -> max == Long.MAX_VALUE ? random.nextLong(min - 1, max) + 1 : random.nextLong(min, max + 1);
    }

    /** Makes true once in {@code n} times. */
    static Gen<Boolean> onceIn(int n) {
        return random -> random.nextInt(n) == 0;
    }

    /** Makes one of the values, each as often; a value that is named twice comes twice as often. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    static <T> Gen<T> of(T... values) {
        List<T> all = List.of(values);
        return random -> all.get(random.nextInt(all.size()));
    }

    /** Makes what one of the generators makes, each as often; one that is named twice comes twice as often. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    static <T> Gen<T> oneOf(Gen<? extends T>... generators) {
        List<Gen<? extends T>> all = List.of(generators);
        return random -> all.get(random.nextInt(all.size())).next(random);
    }

    /** Makes lists of {@code min} to {@code max} values. */
    default Gen<List<T>> lists(int min, int max) {
        return random -> {
            int size = ints(min, max).next(random);
            List<T> list = new ArrayList<>(size);
            for (int i = 0; i < size; i++) {
                list.add(next(random));
            }
            return list;
        };
    }
}
