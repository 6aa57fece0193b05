package io.claviger.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Holder;
import io.claviger.LockClient;
import io.claviger.Value;
import io.claviger.dynamodb.Dynalock;
import io.claviger.dynamodb.DynalockLocker;
import io.claviger.dynamodb.DynamoLayout;
import io.claviger.dynamodb.DynamoTables;
import io.claviger.dynamodb.Lynk;
import io.claviger.dynamodb.TableOptions;
import io.claviger.testkit.DynamoEmulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What each example on a table does, on the emulator. */
@Timeout(60)
class TableExamplesE2eTest {
    private static final Duration WORK = Duration.ofMillis(20);
    private static final byte[] BYTES = {1, 2, 3};
    private static final String AGENTS = "?layout=dynalock&partition=Agent";

    private static @Nullable AwsSettings settings;
    private static @Nullable DynamoTables tables;

    private static DynamoTables tables() {
        return Objects.requireNonNull(tables);
    }

    @BeforeAll
    static void open() {
        settings = new AwsSettings();
        tables = DynamoTables.builder().open();
    }

    @AfterAll
    static void close() {
        if (tables != null && settings != null) {
            tables.close();
            settings.close();
        }
    }

    @BeforeEach
    void makeTables() {
        tables().create(RunOnTables.NATIVE, TableOptions.of(DynamoLayout.NATIVE));
        tables().create(RunOnTables.LYNK, TableOptions.of(DynamoLayout.LYNK));
        tables().create(RunOnTables.DYNALOCK, TableOptions.of(DynamoLayout.DYNALOCK));
    }

    @AfterEach
    void deleteTables() {
        tables().delete(RunOnTables.NATIVE);
        tables().delete(RunOnTables.LYNK);
        tables().delete(RunOnTables.DYNALOCK);
    }

    private static LockClient onTable(String table, String options) {
        return LockClient.connect("dynamodb:" + table + options);
    }

    private static Dynalock partition(String name) {
        return Dynalock.newWithDefaults(RunOnTables.DYNALOCK, name);
    }

    // ------------------------------------------------------------------------------------------ lynk

    @Test
    void twoThreadsTakeTurns() throws InterruptedException {
        AtomicInteger working = new AtomicInteger();
        List<Integer> together = new CopyOnWriteArrayList<>();
        LynkExamples examples = new LynkExamples(() -> {
            together.add(working.incrementAndGet());
            Thread.sleep(WORK.toMillis());
            working.decrementAndGet();
        });
        examples.twoThreads();
        assertThat(together).containsExactly(1, 1);
        assertThat(examples.debugged())
                .containsExactlyInAnyOrder(
                        "Starting", "Starting", "Lock acquired", "Lock acquired", "Lock released", "Lock released");
    }

    @Test
    void serializedLockIsDeserializedOnce() throws InterruptedException {
        LynkExamples examples = new LynkExamples(() -> {});
        String text = LynkExamples.serialize();
        examples.deserialize(text);
        // The session of the first has ended, and released the lock with it.
        examples.deserialize(text);
        assertThat(examples.debugged()).containsExactly("Did stuff", "Someone else stole the lock.");
    }

    @Test
    void hostStandsInTheItem() throws InterruptedException {
        try (Lynk.Session factory = Lynk.getLockFactory(RunOnTables.LYNK, "worker-7")) {
            factory.createLock("x").acquire(Duration.ofSeconds(5));
            assertThat(factory.client().holders("x")).extracting(Holder::label).containsExactly("worker-7");
        }
    }

    @Test
    void lynkIsElsewhereAsWell() throws InterruptedException {
        String endpoint = DynamoEmulator.endpoint().toString();
        try (Lynk.Session session = LynkExamples.elsewhere(RunOnTables.LYNK, endpoint)) {
            assertThat(LynkExamples.toldOfALoss(session, Thread.currentThread()))
                    .isTrue();
        }
    }

    @Test
    void tokensGoOnInAnotherTable() throws InterruptedException {
        List<Long> tokens = new ArrayList<>();
        LynkExamples.Storage storage = (data, token) -> tokens.add(token.value());
        LynkExamples.withTokens(RunOnTables.LYNK, storage, "data");
        LynkExamples.onBothTables(RunOnTables.LYNK, RunOnTables.NATIVE, storage, "data");
        assertThat(tokens).hasSize(2).isSorted().doesNotHaveDuplicates();
    }

    // ------------------------------------------------------------------------------------------ hand-over

    @Test
    void lockGoesThroughTwentyWorkers() throws InterruptedException {
        HandOverChain lynk = new HandOverChain();
        try (Lynk.Session session = Lynk.getSession(RunOnTables.LYNK)) {
            lynk.ofLynk(session, "chain");
            session.createLock("chain").acquire(Duration.ofSeconds(5), Duration.ZERO);
        }
        assertThat(lynk.done())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, HandOverChain.WORKERS)
                        .mapToObj(worker -> "worker " + worker)
                        .toList());
        HandOverChain ours = new HandOverChain();
        try (LockClient one = onTable(RunOnTables.NATIVE, "");
                LockClient other = onTable(RunOnTables.NATIVE, "")) {
            ours.ofOurs(List.of(one, other), "chain");
            assertThat(other.lock("chain").tryAcquire()).isPresent();
        }
        assertThat(ours.done())
                .hasSize(HandOverChain.WORKERS)
                .isSortedAccordingTo((one, other) -> Long.compare(number(one), number(other)))
                .doesNotHaveDuplicates();
    }

    private static long number(String line) {
        return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
    }

    // ------------------------------------------------------------------------------------------ dynalock

    @Test
    void recordsStayUnlessTheyAreToEnd() {
        try (Dynalock agents = partition("Agent")) {
            assertThat(DynalockExamples.store(agents)).contains(AttributeValue.fromS("cmVhZHk="));
            assertThat(agents.exists("orchestra/w1")).isFalse();
            DynalockExamples.losingNothing(agents, BYTES);
            assertThat(agents.get("kept").expires()).isZero();
            assertThat(agents.get("brief").expires()).isZero();
            assertThat(agents.get("brief").bytesValue().orElseThrow()).isEqualTo(BYTES);
            DynalockExamples.atomically(agents, BYTES, new byte[] {4});
            assertThat(agents.get("orchestra/w2").bytesValue().orElseThrow()).containsExactly(4);
            assertThat(DynalockExamples.structs(agents)).isEqualTo("w1");
        }
    }

    @Test
    void locksOfDynalockAreFreeAfterwards() throws InterruptedException {
        try (Dynalock locks = partition("Lock")) {
            AtomicInteger runs = new AtomicInteger();
            DynalockExamples.Job job = lost -> {
                assertThat(lost).isNotDone();
                assertThat(DynalockExamples.lockAtOnceOrNot(locks)).isFalse();
                runs.incrementAndGet();
            };
            DynalockExamples.lock(locks, job);
            DynalockExamples.lockForAWhile(locks, job);
            assertThat(runs).hasValue(2);
            DynalockExamples.lockUntilStopped(locks, new CompletableFuture<>(), new CompletableFuture<>());
            assertThat(DynalockExamples.lockAtOnceOrNot(locks)).isTrue();
        }
    }

    @Test
    void consumersOfDynalockCompete() throws InterruptedException {
        try (Dynalock agents = partition("Agent");
                Dynalock locks = partition("Lock")) {
            DynalockExamples.register(agents, List.of("w1"));
            long registered = agents.get("orchestra/w1").version();
            DynalockExamples.consume(agents, locks, "w1", WORK);
            assertThat(agents.get("orchestra/w1").version()).isEqualTo(registered + 1);
            DynalockLocker free = locks.newLock("orchestra/w1");
            free.lock(Duration.ZERO);
            DynalockExamples.guarded(agents);
            assertThat(agents.get("orchestra/w1").attributeValue().orElseThrow().s())
                    .startsWith("token ");
            DynalockExamples.ofOurOwn(RunOnTables.DYNALOCK);
            assertThat(agents.exists("orchestra/w1")).isFalse();
        }
    }

    @Test
    void oneAtATimeServesAnAgent() throws Exception {
        Map<String, AtomicInteger> serving = new ConcurrentHashMap<>();
        AtomicInteger overlaps = new AtomicInteger();
        AtomicInteger served = new AtomicInteger();
        CompetingConsumers.Work work = agent -> {
            AtomicInteger here = serving.computeIfAbsent(agent, any -> new AtomicInteger());
            if (here.incrementAndGet() > 1) {
                overlaps.incrementAndGet();
            }
            Thread.sleep(WORK.toMillis());
            here.decrementAndGet();
            served.incrementAndGet();
        };
        try (LockClient one = onTable(RunOnTables.DYNALOCK, AGENTS);
                LockClient other = onTable(RunOnTables.DYNALOCK, AGENTS)) {
            CompletableFuture<Void> first = running(new CompetingConsumers(one, CompetingConsumers.LEASE, work), 2);
            CompletableFuture<Void> second = running(new CompetingConsumers(other, CompetingConsumers.LEASE, work), 2);
            first.get(40, TimeUnit.SECONDS);
            second.get(40, TimeUnit.SECONDS);
            for (String agent : CompetingConsumers.AGENTS) {
                Value record = one.keyValues().get(agent).orElseThrow().value();
                assertThat(record.asText()).startsWith("served with token ");
            }
        }
        assertThat(overlaps).hasValue(0);
        assertThat(served).hasValue(2 * 2 * CompetingConsumers.AGENTS.size());
    }

    @Test
    void consumerThatLosesALockStopsAndGoesOn() throws Exception {
        String agent = CompetingConsumers.AGENTS.get(0);
        CountDownLatch begun = new CountDownLatch(1);
        List<String> interrupted = new CopyOnWriteArrayList<>();
        CompetingConsumers.Work work = each -> {
            if (each.equals(agent) && begun.getCount() > 0) {
                begun.countDown();
                try {
                    Thread.sleep(30_000);
                } catch (InterruptedException lost) {
                    interrupted.add(each);
                    throw lost;
                }
            }
        };
        try (LockClient client = onTable(RunOnTables.DYNALOCK, AGENTS);
                LockClient other = onTable(RunOnTables.DYNALOCK, AGENTS)) {
            CompletableFuture<Void> running = running(new CompetingConsumers(client, Duration.ofSeconds(2), work), 2);
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            // Whoever deletes the record of a lock takes it from its holder.
            assertThat(other.keyValues().delete("lock/" + agent)).isTrue();
            running.get(40, TimeUnit.SECONDS);
            assertThat(interrupted).containsExactly(agent);
            assertThat(other.keyValues().exists(agent)).isTrue();
        }
    }

    @Test
    void stoppedConsumersLeaveNoLockBehind() throws Exception {
        CountDownLatch begun = new CountDownLatch(CompetingConsumers.AGENTS.size());
        try (LockClient client = onTable(RunOnTables.DYNALOCK, AGENTS);
                LockClient other = onTable(RunOnTables.DYNALOCK, AGENTS)) {
            CompetingConsumers consumers = new CompetingConsumers(client, CompetingConsumers.LEASE, agent -> {
                begun.countDown();
                Thread.sleep(30_000);
            });
            CompletableFuture<Void> running = running(consumers, Integer.MAX_VALUE);
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            consumers.stop();
            running.get(20, TimeUnit.SECONDS);
            for (String agent : CompetingConsumers.AGENTS) {
                assertThat(other.lock("lock/" + agent).tryAcquire()).as(agent).isPresent();
            }
        }
    }

    private static CompletableFuture<Void> running(CompetingConsumers consumers, int rounds) {
        return CompletableFuture.runAsync(() -> {
            try {
                consumers.compete(rounds);
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        });
    }

    // ------------------------------------------------------------------------------------------ Lambda

    private static String invoke(NightlyFunction function, Duration limit) {
        return function.handleRequest(Map.of("customer", "42"), new LocalContext("nightly", limit));
    }

    @Test
    void functionDoesNotOverlapItself() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (LockClient sandbox = onTable(RunOnTables.NATIVE, "");
                LockClient other = onTable(RunOnTables.NATIVE, "")) {
            NightlyFunction function = new NightlyFunction(sandbox, (event, lease) -> {
                begun.countDown();
                assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
            });
            CompletableFuture<String> first =
                    CompletableFuture.supplyAsync(() -> invoke(function, Duration.ofSeconds(40)));
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            NightlyFunction rival = new NightlyFunction(other, (event, lease) -> {});
            assertThat(invoke(rival, NightlyFunction.NEEDED.plusMillis(300)))
                    .isEqualTo("skipped: another invocation is at it");
            assertThat(invoke(rival, NightlyFunction.NEEDED.minusSeconds(1)))
                    .isEqualTo("skipped: too little time is left");
            goOn.countDown();
            assertThat(first.get(30, TimeUnit.SECONDS)).startsWith("done with token ");
            // Released before the first had returned, so nothing is left to a sandbox that is frozen now.
            assertThat(other.lock("nightly").tryAcquire()).isPresent();
        }
    }

    @Test
    void functionThatFailsGivesTheLockBack() {
        try (LockClient client = onTable(RunOnTables.NATIVE, "")) {
            NightlyFunction failing = new NightlyFunction(client, (event, lease) -> {
                throw new IllegalArgumentException("no such customer: " + event);
            });
            assertThatThrownBy(() -> invoke(failing, Duration.ofSeconds(40)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("42");
            assertThat(client.lock("nightly").tryAcquire()).isPresent();
        }
    }
}
