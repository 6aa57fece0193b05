package io.claviger.lab;

import io.claviger.Lease;
import io.claviger.LockClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many requests of one client that wait for few names: what each costs in the client's heap, whether threads grow with
 * them, and how long it takes until all were granted once the holders have released. Each is released when granted.
 */
public final class WaiterLoad {
    private static final String USAGE = "WaiterLoad at=URI [waiters=10000] [names=100] [server-pid=N] [out=FILE]";
    private static final long PATIENCE_SECONDS = 60;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final LockClient client;
    private final int waiters;
    private final List<String> names = new ArrayList<>();
    private final AtomicInteger violations = new AtomicInteger();

    private WaiterLoad(LockClient client, int waiters, int names) {
        this.client = client;
        this.waiters = waiters;
        for (int i = 0; i < names; i++) {
            this.names.add("waited-for-" + i);
        }
    }

    /** Runs the load; the exit status is 1 if two held one name, 2 for wrong options. */
    public static void main(String[] words) {
        Load.main("WaiterLoad", USAGE, () -> {
            Arguments given = new Arguments(words);
            String at = given.text("at");
            int waiters = (int) given.number("waiters", 10_000, 1, 10_000_000);
            int names = (int) given.number("names", 100, 1, 1_000_000);
            long serverPid = given.number("server-pid", 0, 0, Integer.MAX_VALUE);
            String out = given.text("out", "");
            given.finish();
            return () -> {
                try (LockClient client = LockClient.connect(at)) {
                    return new WaiterLoad(client, waiters, names).measure(serverPid, out);
                }
            };
        });
    }

    private boolean measure(long serverPid, String out)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        // The first round loads classes and lets tables and buffers grow, which is no cost of a waiting request.
        int threadsAtStart = THREADS.getThreadCount();
        round(0);
        round(serverPid).put("threads_at_start", threadsAtStart).print(out);
        return violations.get() == 0;
    }

    private JsonLine round(long serverPid)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        List<Lease> held = new ArrayList<>();
        for (String name : names) {
            held.add(client.lock(name).acquire());
        }
        List<CompletableFuture<Lease>> waiting = new ArrayList<>(waiters);
        long serverBefore = LiveHeap.of(serverPid);
        long heapBefore = LiveHeap.own();
        int threadsBefore = THREADS.getThreadCount();
        THREADS.resetPeakThreadCount();
        for (int i = 0; i < waiters; i++) {
            waiting.add(client.lock(names.get(i % names.size())).acquireAsync());
        }
        awaitQueued(waiting);
        int threadsWaiting = THREADS.getPeakThreadCount();
        long heapPerWaiter = (LiveHeap.own() - heapBefore) / waiters;
        long serverPerWaiter = (LiveHeap.of(serverPid) - serverBefore) / waiters;

        long nanos = releaseAndAwaitAll(held, waiting);
        return new JsonLine()
                .put("waiters", waiters)
                .put("names", names.size())
                .put("client_bytes_per_waiter", heapPerWaiter)
                .put("server_bytes_per_waiter", serverPerWaiter)
                .put("threads_before", threadsBefore)
                .put("threads_while_waiting", threadsWaiting)
                .put("threads_while_granting", THREADS.getPeakThreadCount())
                .put("all_granted_ms", nanos / 1e6)
                .put("grants_per_s", waiters * 1e9 / nanos)
                .put("violations", violations.get());
    }

    /** A request is answered behind all that the client sent before it; it is refused, so the names are in use. */
    private void awaitQueued(List<CompletableFuture<Lease>> waiting)
            throws InterruptedException, ExecutionException, TimeoutException {
        for (String name : names) {
            if (client.lock(name)
                    .tryAcquireAsync()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .isPresent()) {
                throw new IllegalStateException("a held name was granted: " + name);
            }
        }
        if (waiting.stream().anyMatch(CompletableFuture::isDone)) {
            throw new IllegalStateException("a request for a held name did not wait");
        }
    }

    private long releaseAndAwaitAll(List<Lease> held, List<CompletableFuture<Lease>> waiting)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<AtomicInteger> inside = new ArrayList<>();
        names.forEach(name -> inside.add(new AtomicInteger()));
        List<CompletableFuture<Void>> done = new ArrayList<>(waiters);
        for (int i = 0; i < waiters; i++) {
            AtomicInteger holders = inside.get(i % names.size());
            done.add(waiting.get(i).thenCompose(lease -> passOn(lease, holders)));
        }
        long from = System.nanoTime();
        for (Lease lease : held) {
            done.add(lease.releaseAsync());
        }
        CompletableFuture.allOf(done.toArray(CompletableFuture<?>[]::new)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return System.nanoTime() - from;
    }

    private CompletableFuture<Void> passOn(Lease lease, AtomicInteger holders) {
        if (holders.incrementAndGet() != 1) {
            violations.incrementAndGet();
        }
        holders.decrementAndGet();
        return lease.releaseAsync();
    }
}
