package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.Entry;
import io.claviger.IndeterminateException;
import io.claviger.KeyValueStore;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.LossReason;
import io.claviger.UnavailableException;
import io.claviger.Value;
import io.claviger.testkit.DynamoFault;
import io.claviger.testkit.DynamoFault.AppliedButError;
import io.claviger.testkit.DynamoFault.Cut;
import io.claviger.testkit.DynamoFault.ServerError;
import io.claviger.testkit.DynamoFault.SlowBefore;
import io.claviger.testkit.DynamoFault.Throttled;
import io.claviger.testkit.DynamoFault.Throttled.Billing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One client whose every write has an accident, at each attempt, beside one for which all is well. What the first one holds is lost
 * in time, what it asked for is uncertain and told to be so, and all of it is free in the end.
 */
@SuppressWarnings("MemberName")
class WireOutageE2eTest {
    private static final Duration LEASE = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int AT_A_TIME = 15;

    /** The slowest come first, so that none waits for them. */
    private static final List<DynamoFault> FAULTS = List.of(
            new SlowBefore(Duration.ofSeconds(5)),
            new AppliedButError(),
            new ServerError(),
            new Throttled(Billing.PROVISIONED),
            new Cut());

    private static SideBySide<Case> trials;

    /** A fault, and how the table is laid out whose clients meet it. */
    record Case(DynamoLayout layout, DynamoFault fault) {}

    static Stream<Case> cases() {
        return FAULTS.stream()
                .flatMap(fault -> Stream.of(DynamoLayout.values()).map(layout -> new Case(layout, fault)));
    }

    @BeforeAll
    static void begin() {
        RoughWire.setCredentials();
        trials = new SideBySide<>(AT_A_TIME, cases().toList(), each -> new Outage(each).run());
    }

    @AfterAll
    static void end() {
        trials.close();
        RoughWire.clearCredentials();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void S1_S3_S7_holderWithoutAnswersIsToldBeforeTheNextIsGranted_andNothingStaysTaken(Case each) {
        trials.check(each);
    }

    /** One case. */
    private static final class Outage {
        private final Case known;
        private final RoughWire wire;

        Outage(Case each) {
            this.known = each;
            this.wire = new RoughWire(each.layout(), LEASE);
        }

        void run() throws Exception {
            try (wire) {
                LockClient rough = wire.rough("rough");
                LockClient smooth = wire.smooth();
                Lease held = take(rough, "held");
                Lease released = take(rough, "released");
                Lease handedOff = take(rough, "handed-off");
                List<LossReason> losses = new CopyOnWriteArrayList<>();
                held.onLost(losses::add);
                CompletableFuture<Boolean> toldInTime = new CompletableFuture<>();
                CompletableFuture<Lease> next = smooth.lock("held").acquireAsync();
                next.thenAccept(lease -> toldInTime.complete(!losses.isEmpty() && !held.isValid()));
                wire.breakAllWrites(known.fault());
                CompletableFuture<?> asked = rough.lock("asked").tryAcquireAsync();
                CompletableFuture<?> release = released.releaseAsync();
                CompletableFuture<?> handOff = handedOff.handOffAsync(LEASE);
                Records records = hasRecords() ? new Records(rough, smooth) : null;
                assertThat(toldInTime.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .as("S7")
                        .isTrue();
                assertThat(losses).containsExactly(LossReason.SERVER_UNREACHABLE);
                assertThat(next.join().token()).as("S3").isGreaterThan(held.token());
                assertUncertain(asked);
                assertUncertain(release);
                assertUncertain(handOff);
                if (records != null) {
                    records.assertUncertain();
                }
                wire.proxy.heal();
                Lease afterAsked = take(smooth, "asked");
                assertThat(take(smooth, "released").token()).as("S3").isGreaterThan(released.token());
                assertThat(take(smooth, "handed-off").token()).as("S3").isGreaterThan(handedOff.token());
                wire.proxy.awaitArrivals(PATIENCE);
                // Whatever arrived at last has taken nothing away.
                next.join().renew();
                afterAsked.renew();
                if (records != null) {
                    records.assertAtMostOneWrite(known.fault());
                }
                assertThat(wire.proxy.incidents())
                        .as("what really happened")
                        .hasSizeGreaterThan(4)
                        .allMatch(incident -> incident.fault().equals(known.fault()));
            }
        }

        /** Whoever writes a record goes on trying for long, so not each case waits for that. */
        private boolean hasRecords() {
            return known.layout() == DynamoLayout.DYNALOCK
                    && (known.fault() instanceof AppliedButError || known.fault() instanceof ServerError);
        }

        /** Takes what nobody holds, or what must become free. */
        private static Lease take(LockClient client, String name) throws InterruptedException {
            return client.lock(name)
                    .acquire(PATIENCE)
                    .orElseThrow(() -> new AssertionError("L3: '" + name + "' is never free"));
        }

        private static void assertUncertain(CompletableFuture<?> asked) throws Exception {
            try {
                throw new AssertionError("answered: " + asked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            } catch (ExecutionException failed) {
                assertThat(failed.getCause()).isInstanceOfAny(IndeterminateException.class, UnavailableException.class);
            }
        }
    }

    /** Writes of records during the outage. */
    private static final class Records {
        private final KeyValueStore smooth;
        private final Entry before;
        private final List<CompletableFuture<?>> writes;

        Records(LockClient rough, LockClient smooth) throws InterruptedException {
            this.smooth = smooth.keyValues();
            KeyValueStore store = rough.keyValues();
            before = this.smooth.put("key", Value.text("before"));
            Lease guard = Outage.take(smooth, "guard");
            writes = List.of(
                    store.putAsync("key", Value.text("put")),
                    store.atomicPutAsync("key", Value.text("atomic put"), before.version()),
                    store.atomicDeleteAsync("key", before.version()),
                    store.ifHolding("guard", guard.token()).putAsync("key", Value.text("guarded put")));
        }

        void assertUncertain() throws Exception {
            for (CompletableFuture<?> write : writes) {
                Outage.assertUncertain(write);
            }
        }

        void assertAtMostOneWrite(DynamoFault fault) {
            boolean applied = fault instanceof AppliedButError;
            long version = smooth.put("key", Value.text("after")).version();
            assertThat(version)
                    .as("K4")
                    .isBetween(before.version() + (applied ? 2 : 1), before.version() + 1 + writes.size());
        }
    }
}
