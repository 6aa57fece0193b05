package io.claviger.dynamodb;

import static io.claviger.dynamodb.RoughWire.READ;
import static io.claviger.dynamodb.RoughWire.TRANSACTION;
import static io.claviger.dynamodb.RoughWire.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Entry;
import io.claviger.KeyValueStore;
import io.claviger.Lease;
import io.claviger.NotHoldingException;
import io.claviger.ReadConsistency;
import io.claviger.Value;
import io.claviger.testkit.DynamoFault;
import io.claviger.testkit.DynamoFault.Duplicated;
import io.claviger.testkit.DynamoFault.Late;
import io.claviger.testkit.DynamoFault.SlowBefore;
import io.claviger.testkit.DynamoFault.StaleRead;
import io.claviger.testkit.DynamoFault.TransactionInProgress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records over a real wire, by the real SDK, where each request has one accident at its first attempt: K2, K3, K4. */
@SuppressWarnings("MemberName")
class WireRecordFaultsE2eTest {
    /** Nothing here is about its end. */
    private static final Duration LEASE = Duration.ofSeconds(60);

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int AT_A_TIME = 13;
    private static final String KEY = "key";

    private static SideBySide<DynamoFault> trials;

    static Stream<DynamoFault> faults() {
        return Stream.concat(WireFaultsE2eTest.FAULTS.stream(), Stream.of(new TransactionInProgress()));
    }

    @BeforeAll
    static void begin() {
        RoughWire.setCredentials();
        trials = new SideBySide<>(AT_A_TIME, faults().toList(), fault -> new Writes(fault).run());
    }

    @AfterAll
    static void end() {
        trials.close();
        RoughWire.clearCredentials();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void K2_K3_K4_accidentsOnTheWireAreNeitherOthersWritesNorTwoOfOurs(DynamoFault fault) {
        trials.check(fault);
    }

    /** One fault. */
    private static final class Writes {
        private final DynamoFault fault;
        private final RoughWire wire = new RoughWire(DynamoLayout.DYNALOCK, LEASE);
        private int foretold;

        Writes(DynamoFault fault) {
            this.fault = fault;
        }

        void run() {
            try (wire) {
                KeyValueStore store = wire.rough("a").keyValues();
                KeyValueStore other = wire.smooth().keyValues();
                Lease lease = wire.smooth().lock("lock").tryAcquire().orElseThrow();
                long version = other.put(KEY, Value.text("0")).version();
                foretell(UPDATE);
                version = written(other, store.put(KEY, Value.text("1")), version);
                foretell(UPDATE);
                Optional<Entry> put = store.atomicPut(KEY, Value.text("2"), version);
                version = written(other, put.orElseThrow(), version);
                assertThat(store.atomicPut(KEY, Value.text("x"), version - 1))
                        .as("K2")
                        .isEmpty();
                foretell(TRANSACTION);
                KeyValueStore guarded = store.ifHolding("lock", lease.token());
                version = written(other, guarded.put(KEY, Value.text("3")), version);
                foretell(UPDATE);
                assertThat(store.atomicDelete(KEY, version)).as("K4").isTrue();
                settle();
                assertThat(other.get(KEY)).isEmpty();
                version = other.put(KEY, Value.text("4")).version();
                foretell(TRANSACTION);
                assertThat(guarded.atomicDelete(KEY, version)).as("K4").isTrue();
                settle();
                lease.release();
                foretell(TRANSACTION);
                assertThatThrownBy(() -> guarded.put(KEY, Value.text("5")))
                        .as("K3")
                        .isInstanceOf(NotHoldingException.class);
                settle();
                assertThat(other.get(KEY)).isEmpty();
                assertThat(wire.proxy.incidents())
                        .allMatch(incident -> incident.fault().equals(fault));
            }
        }

        private void foretell(String operation) {
            if (fault.fits(operation)) {
                wire.proxy.next(operation, fault);
                foretold++;
            }
        }

        private void settle() {
            if (fault instanceof SlowBefore || fault instanceof Late || fault instanceof Duplicated) {
                wire.proxy.awaitArrivals(PATIENCE);
            }
            assertThat(wire.proxy.incidents()).as("what really happened").hasSize(foretold);
        }

        /** Exactly one write was done, and everybody sees it. */
        private long written(KeyValueStore other, Entry entry, long before) {
            settle();
            assertThat(entry.version()).as("K1, K4").isEqualTo(before + 1);
            Entry seen = other.get(KEY).orElseThrow();
            assertThat(seen.version()).isEqualTo(entry.version());
            assertThat(seen.value()).isEqualTo(entry.value());
            return entry.version();
        }
    }

    @Test
    void K6_staleReadsMisleadNobodyWhoAsksConsistently() {
        try (RoughWire wire = new RoughWire(DynamoLayout.DYNALOCK, LEASE)) {
            KeyValueStore store = wire.rough("a").keyValues();
            KeyValueStore other = wire.smooth().keyValues();
            Entry first = other.put(KEY, Value.text("1"));
            assertThat(store.get(KEY, ReadConsistency.EVENTUAL)).contains(first);
            Entry second = other.put(KEY, Value.text("2"));
            wire.proxy.every(READ, new StaleRead());
            wire.proxy.every("Query", new StaleRead());
            assertThat(store.get(KEY, ReadConsistency.EVENTUAL)).as("stale").contains(first);
            assertThat(store.get(KEY)).as("K6").contains(second);
            assertThat(store.put(KEY, Value.text("3")).version()).isEqualTo(second.version() + 1);
            assertThat(store.list("").entries()).extracting(Entry::value).isEqualTo(List.of(Value.text("3")));
            assertThat(wire.proxy.incidents())
                    .hasSize(1)
                    .allMatch(incident -> incident.operation().equals(READ));
        }
    }
}
