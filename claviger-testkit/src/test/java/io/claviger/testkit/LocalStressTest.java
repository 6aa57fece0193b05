package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.DistributedLock;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.testkit.HistoryChecker.Grant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many threads over {@code local:} for a second of each kind of lock, and a judge afterwards. */
class LocalStressTest {
    private static final int THREADS = 6;
    private static final int NAMES = 3;
    private static final Duration RUN = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** The lock of a client that a worker uses next. */
    private interface Kind {
        Wanted pick(LockClient client, String name, SplittableRandom random);
    }

    private record Wanted(DistributedLock lock, int permits, int capacity) {}

    @Test
    void mutexes() throws Exception {
        stress((client, name, random) -> new Wanted(client.lock(name), 1, 1));
    }

    @Test
    void semaphores() throws Exception {
        stress((client, name, random) -> {
            int permits = random.nextInt(1, 4);
            return new Wanted(client.semaphore(name, 4).permits(permits), permits, 4);
        });
    }

    @Test
    void readersAndWriters() throws Exception {
        stress((client, name, random) -> random.nextInt(4) == 0
                ? new Wanted(client.readWriteLock(name).writeLock(), Integer.MAX_VALUE, Integer.MAX_VALUE)
                : new Wanted(client.readWriteLock(name).readLock(), 1, Integer.MAX_VALUE));
    }

    private static void stress(Kind kind) throws Exception {
        HistoryChecker history = new HistoryChecker();
        String uri = "local:" + UUID.randomUUID();
        List<FutureTask<Integer>> workers = new ArrayList<>();
        try (LockClient first = LockClient.connect(uri);
                LockClient second = LockClient.connect(uri)) {
            for (int i = 0; i < THREADS; i++) {
                LockClient client = i % 2 == 0 ? first : second;
                SplittableRandom random = new SplittableRandom(i);
                FutureTask<Integer> worker = new FutureTask<>(() -> work(client, kind, random, history));
                workers.add(worker);
                Thread thread = new Thread(worker, "stress-" + i);
                thread.setDaemon(true);
                thread.start();
            }
            for (FutureTask<Integer> worker : workers) {
                assertThat(worker.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isPositive();
            }
            for (int name = 0; name < NAMES; name++) {
                Wanted all = kind.pick(first, "n" + name, new SplittableRandom(0));
                assertThat(all.lock().tryAcquire()).as("nothing is left behind").isPresent();
            }
        }
        assertThat(history.size()).isGreaterThan(100);
        history.check();
    }

    private static int work(LockClient client, Kind kind, SplittableRandom random, HistoryChecker history)
            throws Exception {
        long end = System.nanoTime() + RUN.toNanos();
        int grants = 0;
        while (System.nanoTime() < end) {
            Wanted wanted = kind.pick(client, "n" + random.nextInt(NAMES), random);
            grants += once(wanted, random, history) ? 1 : 0;
        }
        return grants;
    }

    private static boolean once(Wanted wanted, SplittableRandom random, HistoryChecker history)
            throws InterruptedException, ExecutionException {
        long asked = System.nanoTime();
        long placed = 0;
        Optional<Lease> lease;
        int way = random.nextInt(8);
        if (way == 0) {
            lease = wanted.lock().tryAcquire();
        } else if (way == 1) {
            lease = wanted.lock().acquire(Duration.ofNanos(random.nextInt(100_000)));
        } else {
            CompletableFuture<Lease> waiting = wanted.lock().acquireAsync();
            placed = System.nanoTime();
            if (way == 2 && waiting.cancel(true)) {
                return false;
            }
            lease = Optional.of(waiting.get());
        }
        long granted = System.nanoTime();
        if (lease.isEmpty()) {
            return false;
        }
        lease.get().checkpoint();
        long token = lease.get().token().value();
        long ended = System.nanoTime();
        lease.get().release();
        history.add(new Grant(
                wanted.lock().name(),
                wanted.permits(),
                wanted.capacity(),
                token,
                asked,
                placed == 0 ? granted : placed,
                granted,
                ended));
        return true;
    }
}
