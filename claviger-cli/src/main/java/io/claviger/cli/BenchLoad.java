package io.claviger.cli;

import io.claviger.ClavigerException;
import io.claviger.DistributedLock;
import io.claviger.Lease;
import io.claviger.LockClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Threads that each take a lock and release it, again and again. For a while nothing is counted; then cycles, and how long
 * acquire took. If all have the same name, also how long a hand-off took: from the call of release to the return of acquire in
 * another thread that had asked before.
 */
final class BenchLoad {
    private static final long STOP_LIMIT_NANOS = 2_000_000_000L;
    private static final long LOOK_EVERY_MILLIS = 100;

    private final List<Worker> workers = new ArrayList<>();
    private final long beginNanos;
    private final long endNanos;
    private final long countedNanos;

    /** What the holders of one name pass on, guarded by that lock; volatile, should that lock not do its work. */
    private volatile @Nullable Worker lastHolder;

    private volatile long lastReleaseNanos;
    private volatile long stoppedNanos;
    private volatile boolean stopped;
    private volatile @Nullable ClavigerException failure;

    /**
     * What was measured.
     *
     * @param fairness the most cycles of a thread to the least of another; infinite if one had none
     */
    record Result(
            int threads,
            double cyclesPerSecond,
            Times acquire,
            double handOffsPerSecond,
            Times handOff,
            double fairness) {}

    /** Percentiles in microseconds; no number if nothing was measured. */
    record Times(double p50Micros, double p99Micros) {
        static Times of(List<BenchTimes> parts) {
            long[] sorted = BenchTimes.sorted(parts);
            return new Times(percentile(sorted, 50), percentile(sorted, 99));
        }

        private static double percentile(long[] sorted, int percent) {
            return sorted.length == 0 ? Double.NaN : sorted[(int) ((sorted.length - 1L) * percent / 100)] / 1e3;
        }
    }

    /** @param names one for each thread */
    BenchLoad(LockClient client, List<String> names, Duration warmUp, Duration counted) {
        this.beginNanos = System.nanoTime() + warmUp.toNanos();
        this.countedNanos = counted.toNanos();
        this.endNanos = beginNanos + countedNanos;
        names.forEach(name -> workers.add(new Worker(client.lock(name))));
    }

    /**
     * Runs it. <b>Blocks</b> until it is over.
     *
     * @throws ClavigerException if a lock could not be taken
     */
    Result run() throws InterruptedException {
        workers.forEach(Thread::start);
        for (Worker worker : workers) {
            while (worker.isAlive() && !isGivenUp()) {
                worker.join(LOOK_EVERY_MILLIS);
            }
        }
        ClavigerException failed = failure;
        if (failed != null && !stopped) {
            throw failed;
        }
        return result();
    }

    /** Has all threads end soon. */
    void stop() {
        stoppedNanos = System.nanoTime();
        stopped = true;
        workers.forEach(Thread::interrupt);
    }

    /** Whether threads that should have stopped did not, since a server may have ceased to answer. They are daemons. */
    private boolean isGivenUp() {
        return stopped && System.nanoTime() - stoppedNanos > STOP_LIMIT_NANOS;
    }

    private Result result() {
        double seconds = countedNanos / 1e9;
        List<BenchTimes> acquires =
                workers.stream().map(worker -> worker.acquires).toList();
        List<BenchTimes> handOffs =
                workers.stream().map(worker -> worker.handOffs).toList();
        long cycles = acquires.stream().mapToLong(BenchTimes::count).sum();
        long most = acquires.stream().mapToLong(BenchTimes::count).max().orElse(0);
        long least = acquires.stream().mapToLong(BenchTimes::count).min().orElse(0);
        return new Result(
                workers.size(),
                cycles / seconds,
                Times.of(acquires),
                handOffs.stream().mapToLong(BenchTimes::count).sum() / seconds,
                Times.of(handOffs),
                (double) most / least);
    }

    /** One thread. */
    private final class Worker extends Thread {
        private final DistributedLock lock;
        private final BenchTimes acquires = new BenchTimes();
        private final BenchTimes handOffs = new BenchTimes();

        Worker(DistributedLock lock) {
            super("bench");
            setDaemon(true);
            this.lock = lock;
        }

        @Override
        public void run() {
            try {
                long now = System.nanoTime();
                while (!stopped && failure == null && now - endNanos < 0) {
                    now = cycle();
                }
            } catch (InterruptedException e) {
                // Told to stop.
            } catch (ClavigerException e) {
                failure = e;
            }
        }

        private long cycle() throws InterruptedException {
            long asked = System.nanoTime();
            Lease lease = lock.acquire();
            long got = System.nanoTime();
            boolean handedOn = lastHolder != null && lastHolder != this && asked - lastReleaseNanos <= 0;
            long handOff = got - lastReleaseNanos;
            lastHolder = this;
            long given = System.nanoTime();
            lastReleaseNanos = given;
            lease.close();
            long end = System.nanoTime();
            if (end - beginNanos >= 0 && end - endNanos < 0) {
                acquires.add(got - asked);
                if (handedOn) {
                    handOffs.add(handOff);
                }
            }
            return end;
        }
    }
}
