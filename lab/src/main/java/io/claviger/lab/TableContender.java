package io.claviger.lab;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One of two processes that want the same name, over and over; see {@link TableHandOff}. It prints a line for each time that it
 * had it, with times of the machine's monotonic clock: {@code had ASKED GRANTED RELEASING}, and at the end
 * {@code cost REQUESTS WAITED_NANOS}, without the requests that it takes to acquire and release.
 */
public final class TableContender {
    /** What {@link TableHandOff} waits for. */
    static final String HAD = "had";

    static final String COST = "cost";
    private static final String NAME = "contended";
    private static final long MIN_HOLD_MILLIS = 400;
    private static final long MAX_HOLD_MILLIS = 900;

    /** Longer than the other needs to notice. */
    private static final long REST_MILLIS = 300;

    private TableContender() {}

    /** Runs for some time; the exit status is 2 for wrong options. */
    public static void main(String[] words) {
        Load.main("TableContender", "TableContender at=URI table=NAME as=KIND seconds=N seed=N", () -> {
            Arguments given = new Arguments(words);
            TableUnderTest under = TableUnderTest.read(given);
            long seconds = given.number("seconds", 20, 1, 3_600);
            long seed = given.number("seed", 1, 0, Long.MAX_VALUE);
            given.finish();
            return () -> contend(under, seconds, new Random(seed));
        });
    }

    private static boolean contend(TableUnderTest under, long seconds, Random random)
            throws IOException, InterruptedException {
        try (TableLocks locks = under.open()) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            TableMeter.Reading before = locks.meter().read();
            long times = 0;
            long waited = 0;
            while (System.nanoTime() - end < 0) {
                long asked = System.nanoTime();
                TableLocks.Held held = locks.acquire(NAME);
                long granted = System.nanoTime();
                pause(random.nextLong(MIN_HOLD_MILLIS, MAX_HOLD_MILLIS));
                long releasing = System.nanoTime();
                held.release();
                System.out.println(HAD + " " + asked + " " + granted + " " + releasing);
                times++;
                waited += granted - asked;
                pause(REST_MILLIS);
            }
            long all = locks.meter().read().since(before).requests();
            long requests = all - times * under.kind().requestsPerCycle;
            System.out.println(COST + " " + requests + " " + waited);
        }
        return true;
    }

    private static void pause(long millis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
