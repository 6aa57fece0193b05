package io.claviger.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.ClavigerException;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.testkit.FaultPlan;
import io.claviger.testkit.FaultProxy;
import io.claviger.testkit.HistoryChecker;
import io.claviger.testkit.HistoryChecker.Grant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many threads whose connections are cut at any byte, refused, and silent, and a judge afterwards. */
@SuppressWarnings("MemberName")
class RoughNetworkTest {
    private static final int CLIENTS = 3;
    private static final int THREADS_PER_CLIENT = 3;
    private static final int NAMES = 3;
    private static final int FAULTS = 40;
    private static final Duration LONGEST_FAULT = Duration.ofMillis(150);
    private static final Duration RUN = Duration.ofSeconds(5);
    private static final Duration TTL = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofMillis(500);
    private static final long PATIENCE_SECONDS = 60;
    private static final long RETURN_SECONDS = 20;

    @Test
    void S1_S3_S8_S9_nothingIsGrantedTwiceOrLeftBehind() throws Exception {
        long seed = Long.getLong("claviger.seed", ThreadLocalRandom.current().nextLong(1L << 40));
        System.out.println("RoughNetworkTest: replay: mvn -B test -Dtest=RoughNetworkTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dclaviger.seed=" + seed);
        HistoryChecker history = new HistoryChecker();
        try (RunningServer server = new RunningServer()) {
            try (FaultProxy proxy = FaultProxy.to(server.socket())) {
                run(server, proxy, seed, history);
            }
            server.awaitNoLocks();
        }
        assertThat(history.size()).as("grants").isGreaterThan(50);
        history.check();
    }

    private static void run(RunningServer server, FaultProxy proxy, long seed, HistoryChecker history)
            throws Exception {
        List<RemoteBackend> backends = new ArrayList<>();
        List<FutureTask<Integer>> workers = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            RemoteBackend backend = RemoteBackend.connect(RemoteConfig.builder()
                    .servers(List.of(RunningServer.address(proxy.address())))
                    .sessionTtl(TTL)
                    .build());
            backends.add(backend);
            LockClient client = LockClient.over(backend);
            for (int thread = 0; thread < THREADS_PER_CLIENT; thread++) {
                SplittableRandom random = new SplittableRandom(seed + workers.size());
                workers.add(new FutureTask<>(() -> work(client, random, history)));
            }
        }
        var faults = proxy.play(FaultPlan.rough(seed, FAULTS, LONGEST_FAULT));
        workers.forEach(RoughNetworkTest::start);
        for (FutureTask<Integer> worker : workers) {
            assertThat(worker.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isPositive();
        }
        faults.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        for (int name = 0; name < NAMES; name++) {
            Optional<Lease> last =
                    LockClient.over(backends.get(0)).lock("n" + name).acquire(Duration.ofSeconds(RETURN_SECONDS));
            assertThat(last).as("it can be had again: %s", server.locks()).isPresent();
            last.orElseThrow().close();
        }
        for (RemoteBackend backend : backends) {
            assertThat(backend.known()).as("leases that a client still knows").isZero();
            backend.close();
        }
    }

    private static void start(Runnable worker) {
        Thread thread = new Thread(worker, "rough");
        thread.setDaemon(true);
        thread.start();
    }

    private static int work(LockClient client, SplittableRandom random, HistoryChecker history) throws Exception {
        long end = System.nanoTime() + RUN.toNanos();
        int rounds = 0;
        while (System.nanoTime() < end) {
            long asked = System.nanoTime();
            try {
                Optional<Lease> lease = ask(client, "n" + random.nextInt(NAMES), random);
                if (lease.isPresent()) {
                    use(client, lease.get(), asked, random, history);
                }
            } catch (ClavigerException | CompletionException unreachable) {
                // Nobody answered; what it may have left behind is looked for at the end.
                assertThat(unreachable).hasMessageNotContaining("null");
            }
            rounds++;
        }
        return rounds;
    }

    private static Optional<Lease> ask(LockClient client, String name, SplittableRandom random)
            throws InterruptedException {
        return switch (random.nextInt(4)) {
            case 0 -> client.lock(name).tryAcquire();
            case 1 -> client.lock(name).acquire(Duration.ofMillis(random.nextInt(50)));
            case 2 -> cancelled(client.lock(name).acquireAsync());
            default -> client.lock(name).acquire(LIMIT);
        };
    }

    private static Optional<Lease> cancelled(CompletableFuture<Lease> asked) {
        // The grant may have come first.
        return asked.cancel(true) ? Optional.empty() : Optional.of(asked.join());
    }

    private static void use(
            LockClient client, Lease lease, long asked, SplittableRandom random, HistoryChecker history) {
        long granted = System.nanoTime();
        // Read before: what is valid now is valid from here to the end of this validity, or until it is given back.
        boolean valid = lease.isValid();
        long ended = System.nanoTime();
        valid &= lease.isValid();
        if (valid) {
            history.add(new Grant(lease.name(), 1, 1, lease.token().value(), asked, granted, granted, ended));
        }
        if (random.nextInt(8) == 0) {
            String text = lease.handOff(Duration.ofSeconds(1));
            client.adopt(text).close();
        } else {
            lease.release();
        }
    }
}
