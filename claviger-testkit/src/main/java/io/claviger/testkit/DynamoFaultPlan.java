package io.claviger.testkit;

import io.claviger.testkit.DynamoFault.Throttled.Billing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a {@link DynamoFaultProxy} does to which request, made from a seed: the fault of a request depends on the seed, on how many
 * requests came before it and on its operation, and on nothing else. Which request is the how-many-eth depends on the run where
 * several clients ask at once. Requests that are not about items, as {@code DescribeTable}, have no faults. Immutable. Example:
 *
 * <pre>{@code
 * DynamoFaultPlan plan = DynamoFaultPlan.rough(seed, 20, Duration.ofSeconds(2));
 * System.out.println(plan); // the expression that makes it again
 * proxy.play(plan);
 * }</pre>
 */
public final class DynamoFaultPlan {
    private static final int PERCENT = 100;

    private final long seed;
    private final int percent;
    private final Duration longest;

    private DynamoFaultPlan(long seed, int percent, Duration longest) {
        if (percent < 0 || percent > PERCENT) {
            throw new IllegalArgumentException("from 0 to 100 percent of the requests have faults, but not " + percent);
        }
        if (longest.isZero() || longest.isNegative() || longest.compareTo(DynamoFault.LONGEST) > 0) {
            throw new IllegalArgumentException("a fault lasts longer than nothing and at most " + DynamoFault.LONGEST
                    + ", but this is " + longest);
        }
        this.seed = seed;
        this.percent = percent;
        this.longest = longest;
    }

    /**
     * Makes a plan of every {@link DynamoFault}, each as often among those that fit an operation.
     *
     * @param percent of the requests that have a fault, 0 to 100
     * @param longest of what is held up; above 0, at most {@link DynamoFault#LONGEST}
     */
    public static DynamoFaultPlan rough(long seed, int percent, Duration longest) {
        return new DynamoFaultPlan(seed, percent, longest);
    }

    /**
     * Returns what happens to a request.
     *
     * @param number how many requests came before it
     */
    public DynamoFault fault(long number, String operation) {
        // Two sources, since those of neighbouring seeds are too much alike.
        SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + number);
        boolean aboutItems = DynamoFault.READS.contains(operation) || DynamoFault.WRITES.contains(operation);
        if (!aboutItems || random.nextInt(PERCENT) >= percent) {
            return new DynamoFault.None();
        }
        Duration heldUp = Gen.longs(1, longest.toNanos()).map(Duration::ofNanos).next(random);
        List<DynamoFault> fitting =
                all(heldUp).stream().filter(fault -> fault.fits(operation)).toList();
        return fitting.get(random.nextInt(fitting.size()));
    }

    private static List<DynamoFault> all(Duration heldUp) {
        List<DynamoFault> all = new ArrayList<>(List.of(
                new DynamoFault.AppliedButError(),
                new DynamoFault.AppliedButCut(),
                new DynamoFault.ServerError(),
                new DynamoFault.Unavailable(),
                new DynamoFault.SlowBefore(heldUp),
                new DynamoFault.SlowAfter(heldUp),
                new DynamoFault.Cut(),
                new DynamoFault.Late(heldUp),
                new DynamoFault.Duplicated(heldUp),
                new DynamoFault.StaleRead(),
                new DynamoFault.TransactionConflict(),
                new DynamoFault.TransactionInProgress()));
        for (Billing billing : Billing.values()) {
            all.add(new DynamoFault.Throttled(billing));
        }
        return all;
    }

    /** Returns the Java expression that makes this plan again, in one line. */
    @Override
    public String toString() {
        return "DynamoFaultPlan.rough(" + seed + "L, " + percent + ", Duration.parse(\"" + longest + "\"))";
    }
}
