package io.claviger.testkit;

import io.claviger.testkit.FaultProxy.Direction;
import io.claviger.testkit.FaultProxy.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A schedule of faults made from a seed: each fault lasts for a random while, then all is well for a random while. The same
 * arguments make the same plan, whatever the machine; only which bytes a fault meets depends on the run. Immutable. Example:
 *
 * <pre>{@code
 * FaultPlan plan = FaultPlan.rough(seed, 200, Duration.ofMillis(50));
 * System.out.println(plan); // the expression that makes it again
 * proxy.play(plan);
 * }</pre>
 */
public final class FaultPlan {
    /** Cuts come after at most so many bytes: about as many as a few requests have. */
    public static final int MAX_BYTES_UNTIL_CUT = 2_000;

    private static final Gen<Direction> DIRECTIONS = Gen.of(Direction.values());

    private final String expression;
    private final List<Step> steps;

    /**
     * A fault and when it happens.
     *
     * @param pause how long after the step before it
     */
    public record Step(Duration pause, Fault fault) {}

    private FaultPlan(String kind, long seed, int faults, Duration longest, Gen<Fault> kinds) {
        if (faults < 0 || longest.isNegative() || longest.isZero()) {
            throw new IllegalArgumentException(
                    "a plan has 0 or more faults, and each lasts longer than nothing, but these" + " are " + faults
                            + " and " + longest);
        }
        expression = "FaultPlan." + kind + "(" + seed + "L, " + faults + ", Duration.parse(\"" + longest + "\"))";
        SplittableRandom random = new SplittableRandom(seed);
        Gen<Duration> pauses = Gen.longs(0, longest.toNanos()).map(Duration::ofNanos);
        List<Step> made = new ArrayList<>(2 * faults);
        for (int i = 0; i < faults; i++) {
            made.add(new Step(pauses.next(random), kinds.next(random)));
            made.add(new Step(pauses.next(random), new Fault.Heal()));
        }
        steps = List.copyOf(made);
    }

    /**
     * Makes a plan of delays and holds: no connection is ever lost.
     *
     * @param longest of a fault, and of the time without one; above 0
     */
    public static FaultPlan slow(long seed, int faults, Duration longest) {
        return new FaultPlan("slow", seed, faults, longest, slowness(longest));
    }

    /**
     * Makes a plan of everything that a {@link FaultProxy} does: delays and holds as often as all else, cuts after up to
     * {@value #MAX_BYTES_UNTIL_CUT} bytes, black holes of one direction, refused and dead-end connections.
     *
     * @param longest of a fault, and of the time without one; above 0
     */
    public static FaultPlan rough(long seed, int faults, Duration longest) {
        Gen<Integer> bytes = Gen.ints(0, MAX_BYTES_UNTIL_CUT);
        Gen<Ending> endings = Gen.of(Ending.values());
        Gen<Fault> cuts =
                random -> new Fault.CutAfter(DIRECTIONS.next(random), bytes.next(random), endings.next(random));
        Gen<Fault> losses = Gen.oneOf(
                cuts, cuts, DIRECTIONS.map(Fault.BlackHole::new), Gen.of(new Fault.Refuse(), new Fault.DeadEnd()));
        return new FaultPlan("rough", seed, faults, longest, Gen.oneOf(slowness(longest), losses));
    }

    private static Gen<Fault> slowness(Duration longest) {
        Gen<Duration> delays = Gen.longs(0, longest.toNanos()).map(Duration::ofNanos);
        Gen<Fault> delay = random -> new Fault.Delay(DIRECTIONS.next(random), delays.next(random));
        return Gen.oneOf(delay, delay, DIRECTIONS.map(Fault.Hold::new));
    }

    /** Returns what happens, in order; the last step heals. */
    public List<Step> steps() {
        return steps;
    }

    /** Returns the Java expression that makes this plan again, in one line. */
    @Override
    public String toString() {
        return expression;
    }
}
