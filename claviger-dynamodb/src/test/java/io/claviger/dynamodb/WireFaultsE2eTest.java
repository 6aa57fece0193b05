package io.claviger.dynamodb;

import static io.claviger.dynamodb.RoughWire.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.IndeterminateException;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.LossReason;
import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import io.claviger.testkit.DynamoFault;
import io.claviger.testkit.DynamoFault.AppliedButCut;
import io.claviger.testkit.DynamoFault.AppliedButError;
import io.claviger.testkit.DynamoFault.Cut;
import io.claviger.testkit.DynamoFault.Duplicated;
import io.claviger.testkit.DynamoFault.Late;
import io.claviger.testkit.DynamoFault.ServerError;
import io.claviger.testkit.DynamoFault.SlowAfter;
import io.claviger.testkit.DynamoFault.SlowBefore;
import io.claviger.testkit.DynamoFault.Throttled;
import io.claviger.testkit.DynamoFault.Throttled.Billing;
import io.claviger.testkit.DynamoFault.TransactionConflict;
import io.claviger.testkit.DynamoFault.Unavailable;
import io.claviger.testkit.DynamoFaultProxy.Incident;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The life of a lock over a real wire, by the real SDK, where each of its requests has one accident at its first attempt. Whatever the
 * accident, everything comes out as if there had been none.
 */
@SuppressWarnings("MemberName")
class WireFaultsE2eTest {
    /** Long enough that an attempt may take a second, the longest. */
    private static final Duration LEASE = Duration.ofSeconds(12);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofMillis(200);
    private static final int AT_A_TIME = 12;
    private static final int MOST_TRIES = 10;
    private static final String NAME = "x";

    /** Longer than an attempt: the SDK sends a second one before the first arrives. */
    private static final Duration OVERTAKEN = Duration.ofMillis(1_300);

    static final List<DynamoFault> FAULTS = List.of(
            new AppliedButError(),
            new AppliedButCut(),
            new Throttled(Billing.PROVISIONED),
            new Throttled(Billing.ON_DEMAND),
            new ServerError(),
            new Unavailable(),
            new SlowBefore(OVERTAKEN),
            new SlowAfter(Duration.ofSeconds(10)),
            new Cut(),
            new Late(SOON),
            new Duplicated(SOON),
            new TransactionConflict());

    private static SideBySide<Case> trials;

    /** A fault, and how the table is laid out whose clients meet it. */
    record Case(DynamoLayout layout, DynamoFault fault) {}

    static Stream<Case> cases() {
        return Stream.of(DynamoLayout.values())
                .flatMap(layout -> FAULTS.stream().map(fault -> new Case(layout, fault)));
    }

    @BeforeAll
    static void begin() {
        RoughWire.setCredentials();
        trials = new SideBySide<>(AT_A_TIME, cases().toList(), each -> new Life(each).run());
    }

    @AfterAll
    static void end() {
        trials.close();
        RoughWire.clearCredentials();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void S1_S3_S8_accidentsOnTheWireAreNeitherRivalsNorLosses(Case each) {
        trials.check(each);
    }

    /** One case. */
    private static final class Life {
        private final DynamoFault fault;
        private final RoughWire wire;
        private int foretold;
        private long newest;

        Life(Case each) {
            this.fault = each.fault();
            this.wire = new RoughWire(each.layout(), LEASE);
        }

        void run() throws InterruptedException {
            try (wire) {
                LockClient a = wire.rough("a");
                LockClient b = wire.rough("b");
                LockClient rival = wire.smooth();
                takeAndLeave(rival);
                Lease lease = acquire(a);
                List<LossReason> losses = new CopyOnWriteArrayList<>();
                lease.onLost(losses::add);
                renew(lease);
                assertThat(tried(rival)).as("S1").isEmpty();
                String text = handOff(lease);
                assertThat(tried(rival)).as("S1, while it is parked").isEmpty();
                Lease adopted = adopt(b, text);
                adopted.onLost(losses::add);
                assertThatThrownBy(() -> a.adopt(text)).isInstanceOf(RejectedException.class);
                assertThat(tried(rival)).as("S1, adopted").isEmpty();
                release(adopted);
                takeAndLeave(rival);
                assertThat(losses).as("S8").isEmpty();
                assertThat(wire.proxy.incidents())
                        .as("what really happened")
                        .hasSize(foretold)
                        .allMatch(incident -> incident.fault().equals(fault));
            }
        }

        /** Has the next request of an operation meet the fault. */
        private void foretell(String operation) {
            wire.proxy.next(operation, fault);
            foretold++;
        }

        /** Late copies have arrived, and what was applied is known to be. */
        private void settle() {
            if (fault instanceof SlowBefore || fault instanceof Late || fault instanceof Duplicated) {
                wire.proxy.awaitArrivals(PATIENCE);
            }
            List<Incident> incidents = wire.proxy.incidents();
            assertThat(incidents).hasSize(foretold);
            if (fault instanceof AppliedButError || fault instanceof AppliedButCut || fault instanceof SlowAfter) {
                assertThat(incidents).allMatch(Incident::isApplied);
            }
        }

        private void numbered(Lease lease) {
            assertThat(lease.token().value()).as("S3").isGreaterThan(newest);
            newest = lease.token().value();
        }

        /** On a machine that is busy otherwise even a smooth wire may be too slow for a try; that says nothing. */
        private static Optional<Lease> tried(LockClient client) {
            for (int i = 1; ; i++) {
                try {
                    return client.lock(NAME).tryAcquire();
                } catch (IndeterminateException | UnavailableException slow) {
                    if (i == MOST_TRIES) {
                        throw slow;
                    }
                }
            }
        }

        private void takeAndLeave(LockClient client) {
            Lease lease = tried(client).orElseThrow(() -> new AssertionError("it is not free"));
            numbered(lease);
            lease.release();
        }

        private Lease acquire(LockClient client) throws InterruptedException {
            long before = newest;
            long start = System.nanoTime();
            foretell(wire.acquires());
            Lease lease = client.lock(NAME, LockOptions.manualLease(LEASE))
                    .acquire(PATIENCE)
                    .orElseThrow();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("nobody's lease was waited for")
                    .isLessThan(LEASE);
            settle();
            lease.checkpoint();
            numbered(lease);
            // Unless this machine was so slow that the first call was given up: then its number is a gap.
            if (wire.proxy.incidents().get(0).body().contains(lease.key())) {
                assertThat(newest).as("one grant, one number").isEqualTo(before + 1);
            }
            lease.renew();
            if (wire.layout != DynamoLayout.NATIVE) {
                drawUnderTheFault(client);
            }
            return lease;
        }

        /** The number of a lock is another write there. */
        private void drawUnderTheFault(LockClient client) throws InterruptedException {
            wire.foretellDraw(fault);
            foretold++;
            Lease first = client.lock("drawn").acquire(PATIENCE).orElseThrow();
            settle();
            first.checkpoint();
            first.release();
            Lease second = client.lock("drawn").acquire(PATIENCE).orElseThrow();
            assertThat(second.token()).as("S3").isGreaterThan(first.token());
            second.release();
        }

        private void renew(Lease lease) {
            foretell(UPDATE);
            lease.renew();
            settle();
            lease.renew();
            lease.checkpoint();
        }

        private String handOff(Lease lease) {
            foretell(UPDATE);
            String text = lease.handOff(PATIENCE);
            settle();
            assertThat(lease.isValid()).isFalse();
            return text;
        }

        private Lease adopt(LockClient client, String text) {
            foretell(UPDATE);
            Lease lease = client.adopt(text);
            settle();
            lease.renew();
            numbered(lease);
            return lease;
        }

        private void release(Lease lease) {
            foretell(wire.releases());
            lease.release();
            settle();
        }
    }
}
