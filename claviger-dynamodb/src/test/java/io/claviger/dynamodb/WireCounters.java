package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.ClavigerException;
import io.claviger.IndeterminateException;
import io.claviger.KeyValueStore;
import io.claviger.Lease;
import io.claviger.NotHoldingException;
import io.claviger.ReadConsistency;
import io.claviger.Value;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A record for each name that its holders count up, as long as they hold: none is lost and none is counted twice (K3, K4). */
final class WireCounters {
    private static final String PREFIX = "count/";

    private final Map<String, AtomicInteger> confirmed = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> uncertain = new ConcurrentHashMap<>();

    private static AtomicInteger of(Map<String, AtomicInteger> counts, String name) {
        return counts.computeIfAbsent(name, first -> new AtomicInteger());
    }

    private static int read(KeyValueStore store, String name, ReadConsistency consistency) {
        return store.get(PREFIX + name, consistency)
                .map(entry -> Integer.parseInt(entry.value().asText()))
                .orElse(0);
    }

    /** Counts up what was read before, which only a holder may do. */
    void countUp(KeyValueStore store, Lease lease) {
        String name = lease.name();
        int count;
        try {
            int earlier = read(store, name, ReadConsistency.EVENTUAL);
            count = read(store, name, ReadConsistency.CONSISTENT);
            assertThat(earlier).as("what was true earlier").isLessThanOrEqualTo(count);
        } catch (ClavigerException unread) {
            return;
        }
        try {
            store.ifHolding(lease).put(PREFIX + name, Value.text(Integer.toString(count + 1)));
            of(confirmed, name).incrementAndGet();
        } catch (IndeterminateException perhaps) {
            of(uncertain, name).incrementAndGet();
        } catch (ClavigerException notDone) {
            assertThat(lease.isValid() && notDone instanceof NotHoldingException)
                    .as("S8: held, and told that it is not")
                    .isFalse();
        }
    }

    void judge(KeyValueStore store) {
        confirmed.forEach((name, done) -> assertThat(read(store, name, ReadConsistency.CONSISTENT))
                .as("K3, K4: the count of %s", name)
                .isBetween(done.get(), done.get() + of(uncertain, name).get()));
        assertThat(confirmed.values().stream().mapToInt(AtomicInteger::get).sum())
                .as("what was counted at all")
                .isPositive();
    }
}
