package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.LockOptions;
import io.claviger.dynamodb.RoughTable.Fate;
import io.claviger.dynamodb.SimulatedWorld.Client;
import io.claviger.dynamodb.SimulatedWorld.Name;
import io.claviger.spi.TimeSource;
import io.claviger.testkit.Gen;
import io.claviger.testkit.Property;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Whatever clients, network and table do, no rule is broken: S1, S3, S7, S8, S9, S10, L3. Ten thousand schedules in all. */
@SuppressWarnings("MemberName")
class RandomSchedulesTest {
    static final List<Name> MUTEXES = List.of(new Name("a", 1), new Name("b", 1));
    static final List<Name> SEMAPHORES = List.of(new Name("a", 3), new Name("rw", Integer.MAX_VALUE));

    /** How many in all; more with {@code -Dclaviger.schedules=N}. */
    private static final int SCHEDULES = Integer.getInteger("claviger.schedules", 10_000);

    /** In so many runs everything happens. */
    private static final int ENOUGH = 100;

    private static final Duration FOR_EVER = Duration.ofNanos(-1);

    enum Kind {
        ASK,
        ASK_FOR_A_WHILE,
        TRY,
        RELEASE,
        CANCEL,
        RENEW,
        HAND_OVER,
        FREEZE,
        THAW,
        CRASH,
        PASS,
        FORGET
    }

    /** One thing that happens; the salt decides about all that is random until the next one. */
    record Step(Kind kind, int client, int name, int amount, long salt) {}

    private static final Gen<Kind> KINDS = Gen.of(
            Kind.ASK,
            Kind.ASK,
            Kind.ASK,
            Kind.ASK_FOR_A_WHILE,
            Kind.TRY,
            Kind.RELEASE,
            Kind.RELEASE,
            Kind.RELEASE,
            Kind.CANCEL,
            Kind.RENEW,
            Kind.HAND_OVER,
            Kind.FREEZE,
            Kind.THAW,
            Kind.CRASH,
            Kind.PASS,
            Kind.PASS,
            Kind.PASS,
            Kind.PASS,
            Kind.FORGET);

    static final Gen<Step> STEPS = random -> new Step(
            KINDS.next(random), random.nextInt(3), random.nextInt(2), random.nextInt(1_000), random.nextLong(1L << 30));

    @Test
    void S1_S3_S8_mutexesInARoughWorld() {
        check(NativeLayout::new, MUTEXES, SCHEDULES * 4 / 20);
    }

    @Test
    void S1_S10_S11_semaphoresAndReadersAndWritersInARoughWorld() {
        check(NativeLayout::new, SEMAPHORES, SCHEDULES * 3 / 20);
    }

    @Test
    void S1_S3_locksInTheLayoutOfLynkInARoughWorld() {
        check(time -> new LynkLayout(time, true), MUTEXES, SCHEDULES * 2 / 20);
    }

    @Test
    void S1_S3_S8_locksInTheLayoutOfDynalockInARoughWorld() {
        check(time -> new DynalockLayout(time, true), MUTEXES, SCHEDULES / 20);
    }

    static void check(Function<TimeSource, Layout> layout, List<Name> names, int runs) {
        AtomicLong grants = new AtomicLong();
        Map<Fate, Integer> accidents = new EnumMap<>(Fate.class);
        Property.of(RandomSchedulesTest.class, STEPS.lists(5, 40)).check(runs, steps -> {
            SimulatedWorld world = new SimulatedWorld(
                    layout, names, steps.isEmpty() ? 0 : steps.get(0).salt());
            steps.forEach(step -> run(step, world));
            world.judge();
            grants.addAndGet(world.grants);
            world.tellAccidents((fate, count) -> accidents.merge(fate, count, Integer::sum));
        });
        assertThat(grants.get()).as("the schedules come to something").isGreaterThan(2L * names.size());
        if (runs >= ENOUGH && System.getProperty(Property.SEED) == null) {
            assertThat(accidents).as("each accident happened").containsOnlyKeys(Fate.values());
        }
    }

    static void run(Step step, SimulatedWorld world) {
        Client client = world.clients.get(step.client());
        Name name = world.name(step.name());
        int permits = permits(name, step.amount());
        world.clients.forEach(each -> each.table.rough(step.amount() % 4 * 15, step.salt()));
        switch (step.kind()) {
            case ASK -> world.ask(client, name, permits, FOR_EVER, options(step));
            case ASK_FOR_A_WHILE ->
                world.ask(client, name, permits, Duration.ofMillis(1 + step.amount() * 3L), options(step));
            case TRY -> world.ask(client, name, permits, Duration.ZERO, options(step));
            case RELEASE -> world.release(client);
            case CANCEL -> world.cancel(client);
            case RENEW -> world.renew(client);
            case HAND_OVER -> world.handOver(client, world.clients.get((step.client() + 1) % world.clients.size()));
            case FREEZE -> world.freeze(client, true);
            case THAW -> world.freeze(client, false);
            case CRASH -> world.crash(step.client(), step.salt());
            case PASS -> world.pass(Duration.ofMillis(step.amount() * 3L));
            case FORGET -> world.items.forgetReleased(world.time.wallMillis());
        }
        world.pass(Duration.ofMillis(step.amount() % 50));
    }

    private static int permits(Name name, int amount) {
        if (name.capacity() == Integer.MAX_VALUE) {
            return amount % 3 == 0 ? name.capacity() : 1;
        }
        return 1 + amount % name.capacity();
    }

    private static LockOptions options(Step step) {
        return step.amount() % 5 == 0 ? LockOptions.manualLease(SimulatedWorld.LEASE) : LockOptions.DEFAULT;
    }
}
