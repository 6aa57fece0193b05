package io.claviger.lab;

import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Many locks held by one session: what each costs at the server and at the client, how fast they are taken, and what the
 * client sends to keep them. With {@code relay=1} its bytes go through a counter, which makes taking slower.
 */
public final class ManyLocks {
    private static final String USAGE = "ManyLocks at=URI [locks=100000] [lease=0 (ms, 0 = none)] [in-flight=1000]"
            + " [watch=0 (ms)] [relay=0|1] [server-pid=N] [out=FILE]";
    private static final long PATIENCE_SECONDS = 60;
    private static final int WARM_UP_SHARE = 5;
    private static final int PROBES = 100;

    private final int locks;
    private final LockOptions options;
    private final Semaphore inFlight;
    private final int window;

    private ManyLocks(int locks, long leaseMillis, int window) {
        this.locks = locks;
        this.options = leaseMillis == 0 ? LockOptions.DEFAULT : LockOptions.lease(Duration.ofMillis(leaseMillis));
        this.inFlight = new Semaphore(window);
        this.window = window;
    }

    /** Runs the load; the exit status is 1 if a lock was lost, 2 for wrong options. */
    public static void main(String[] words) {
        Load.main("ManyLocks", USAGE, () -> {
            Arguments given = new Arguments(words);
            String at = given.text("at");
            int locks = (int) given.number("locks", 100_000, 1, 10_000_000);
            long lease = given.number("lease", 0, 0, 3_600_000);
            int window = (int) given.number("in-flight", 1_000, 1, 1_000_000);
            long watch = given.number("watch", 0, 0, 600_000);
            boolean relayed = given.number("relay", 0, 0, 1) == 1;
            long serverPid = given.number("server-pid", 0, 0, Integer.MAX_VALUE);
            String out = given.text("out", "");
            given.finish();
            ManyLocks many = new ManyLocks(locks, lease, window);
            return () -> many.measure(at, relayed, watch, serverPid, out);
        });
    }

    private boolean measure(String at, boolean relayed, long watchMillis, long serverPid, String out)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        try (CountingRelay relay = relayed ? CountingRelay.to(at) : null;
                LockClient client = LockClient.connect(relay == null ? at : relay.uri());
                LockClient other = LockClient.connect(at)) {
            for (Lease lease : take(client, "warm-", Math.max(1, locks / WARM_UP_SHARE))) {
                lease.release();
            }
            long serverBefore = LiveHeap.of(serverPid);
            long heapBefore = LiveHeap.own();
            long from = System.nanoTime();
            List<Lease> held = take(client, "many-", locks);
            long nanos = System.nanoTime() - from;
            JsonLine line = new JsonLine()
                    .put("locks", locks)
                    .put("lease_ms", options.lease().map(Duration::toMillis).orElse(0L))
                    .put("relayed", relayed ? "yes" : "no")
                    .put("locks_per_s", locks * 1e9 / nanos)
                    .put("client_bytes_per_lock", (LiveHeap.own() - heapBefore) / (double) locks)
                    .put("server_bytes_per_lock", (LiveHeap.of(serverPid) - serverBefore) / (double) locks);
            watch(line, relay, watchMillis, serverPid);
            long lost = held.stream().filter(lease -> !lease.isValid()).count() + granted(other);
            line.put("lost", lost).print(out);
            return lost == 0;
        }
    }

    private List<Lease> take(LockClient client, String prefix, int count)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<CompletableFuture<Lease>> asked = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            if (!inFlight.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new TimeoutException(window + " requests are not answered");
            }
            CompletableFuture<Lease> request =
                    client.lock(prefix + i, options).acquireAsync().whenComplete((lease, failed) -> inFlight.release());
            asked.add(request);
        }
        List<Lease> held = new ArrayList<>(count);
        for (CompletableFuture<Lease> request : asked) {
            held.add(request.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
        return held;
    }

    /** Lets the locks be held for a while, and says what that costs in messages and processor time. */
    private static void watch(JsonLine line, @Nullable CountingRelay relay, long millis, long serverPid)
            throws IOException, InterruptedException {
        if (millis == 0) {
            return;
        }
        CpuUse before = CpuUse.now(serverPid);
        long messages = relay == null ? 0 : relay.messages();
        long bytes = relay == null ? 0 : relay.bytes();
        TimeUnit.MILLISECONDS.sleep(millis);
        double seconds = millis / 1e3;
        if (relay != null) {
            line.put("sent_messages_per_s", (relay.messages() - messages) / seconds)
                    .put("sent_bytes_per_s", (relay.bytes() - bytes) / seconds);
        }
        CpuUse used = CpuUse.now(serverPid).since(before);
        line.put("client_cpu_while_held", used.clientNanos() / 1e9 / seconds)
                .put("server_cpu_while_held", used.serverNanos() / 1e9 / seconds);
    }

    /** Asks for some of the names as someone else, and counts what was granted though it should not be. */
    private long granted(LockClient other) {
        long granted = 0;
        for (int i = 0; i < PROBES; i++) {
            long name = (long) i * locks / PROBES;
            granted += other.lock("many-" + name, options).tryAcquire().isPresent() ? 1 : 0;
        }
        return granted;
    }
}
