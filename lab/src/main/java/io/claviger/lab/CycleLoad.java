package io.claviger.lab;

import io.claviger.lab.CycleOptions.Names;
import io.claviger.lab.LockService.ThreadLock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Threads that acquire and release without pause, each its own name or all the same, against one lock service. Each
 * measurement prints a line of JSON. Call it without arguments for its options.
 */
public final class CycleLoad {
    /** How long the last acquire and release of a thread may take before the run is given up. */
    private static final long PATIENCE_SECONDS = 30;

    private final CycleOptions options;
    private final LockService service;
    private final String run = Long.toString(System.currentTimeMillis(), 36);

    private CycleLoad(CycleOptions options, LockService service) {
        this.options = options;
        this.service = service;
    }

    /** Runs the measurements; the exit status is 1 if a thread failed or two held one name, 2 for wrong options. */
    public static void main(String[] words) {
        Load.main("CycleLoad", CycleOptions.USAGE, () -> {
            CycleOptions options = CycleOptions.parse(words);
            return () -> {
                try (LockService service = LockService.open(options.service(), options.address())) {
                    return new CycleLoad(options, service).runAll();
                }
            };
        });
    }

    private boolean runAll() throws IOException, InterruptedException {
        if (options.warmupMillis() > 0) {
            int most = Collections.max(options.threads());
            measure(most, 0, options.warmupMillis());
        }
        boolean sound = true;
        for (int threads : options.threads()) {
            Measured measured = measure(threads, options.settleMillis(), options.measureMillis());
            measured.line().print(options.out());
            sound &= measured.violations() == 0;
        }
        return sound;
    }

    private Measured measure(int count, long settleMillis, long measureMillis)
            throws IOException, InterruptedException {
        Baton baton = options.names() == Names.ONE ? new Baton() : null;
        List<ThreadLock> locks = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                String name = baton == null ? "own-" + run + "-" + i : "one-" + run;
                locks.add(service.open(name));
            }
            return measure(locks, baton, settleMillis, measureMillis);
        } finally {
            locks.forEach(ThreadLock::close);
        }
    }

    private Measured measure(List<ThreadLock> locks, @Nullable Baton baton, long settleMillis, long measureMillis)
            throws IOException, InterruptedException {
        List<CycleThread> threads = new ArrayList<>();
        for (ThreadLock lock : locks) {
            threads.add(new CycleThread(threads.size(), lock, baton));
        }
        CycleWindow window = CycleWindow.after(settleMillis, measureMillis);
        CountDownLatch ended = new CountDownLatch(threads.size());
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        threads.forEach(thread -> start(thread, window, ended, failure));

        sleepUntil(window.fromNanos());
        CpuUse before = CpuUse.now(options.serverPid());
        sleepUntil(window.toNanos());
        CpuUse used = CpuUse.now(options.serverPid()).since(before);
        if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(ended.getCount() + " threads hang in acquire or release");
        }
        Throwable first = failure.get();
        if (first != null) {
            throw new IllegalStateException("a thread failed", first);
        }
        return new Measured(describe(threads, window, baton, used), baton == null ? 0 : baton.violations());
    }

    private static void start(
            CycleThread thread,
            CycleWindow window,
            CountDownLatch ended,
            AtomicReference<@Nullable Throwable> failure) {
        Thread runner = new Thread(() -> {
            try {
                thread.run(window);
            } catch (InterruptedException | RuntimeException | Error failed) {
                failure.compareAndSet(null, failed);
            } finally {
                ended.countDown();
            }
        });
        runner.setDaemon(true);
        runner.start();
    }

    private JsonLine describe(List<CycleThread> threads, CycleWindow window, @Nullable Baton baton, CpuUse used) {
        CycleTally tally = CycleTally.of(threads);
        JsonLine line = new JsonLine()
                .put("service", options.service())
                .put("names", baton == null ? "own" : "one")
                .put("threads", threads.size());
        tally.describe(line, window.seconds());
        if (baton != null) {
            tally.describeHandOffs(line, window.seconds(), baton);
        }
        used.describe(line, "cycle", tally.cycles(), window.seconds());
        return line;
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos - System.nanoTime());
    }

    private record Measured(JsonLine line, long violations) {}
}
