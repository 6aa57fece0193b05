package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.LockClient;
import io.claviger.RejectedException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Items that nobody's client would have written: each is refused in words and left as it is, and none keeps anybody waiting. */
class OddItemsTest {
    private static final BigDecimal HUGE = BigDecimal.TEN.pow(30);
    private static final BigDecimal LAST = BigDecimal.valueOf((1L << 53) - 1);
    private static final BigDecimal ZERO = BigDecimal.ZERO;

    private static Map<String, Object> tombstone(Object token) {
        return new HashMap<>(
                Map.of("versionNumber", "v", "leaseDuration", ZERO, "grantKey", "k", "fencingToken", token));
    }

    private static void assertLeftAlone(VirtualSpace space, Map<String, Object> odd) {
        for (String seen : List.of("never", "before")) {
            Item item = new Item(odd);
            space.items.put("x", item);
            Item before = space.items.peek("x").orElseThrow();
            try (LockClient client = LockClient.over(space.backend(seen))) {
                CompletableFuture<?> waiting = client.lock("x").acquireAsync();
                space.advance(Duration.ofSeconds(2));
                assertThat(VirtualFixture.failure(waiting))
                        .as(odd.toString())
                        .isInstanceOf(RejectedException.class)
                        .hasMessageContaining("left alone");
                assertThatThrownBy(() -> client.lock("x").tryAcquire()).isInstanceOf(RejectedException.class);
                assertThat(client.holders("x")).isEmpty();
            }
            assertThat(space.items.peek("x")).contains(before);
        }
        space.close();
    }

    @Test
    void tokensThatNoneCanBe() {
        for (Object token : List.of(ZERO, BigDecimal.ONE.negate(), HUGE, LAST, "seven")) {
            assertLeftAlone(new VirtualSpace(NativeLayout::new), tombstone(token));
        }
    }

    @Test
    void versionsOfRecordsThatNoneCanBe() {
        for (Object version : List.of(HUGE, LAST, ZERO, BigDecimal.ONE.negate(), "seven")) {
            Map<String, Object> odd = Map.of("version", version, "expires", BigDecimal.ONE);
            assertLeftAlone(new VirtualSpace(time -> new DynalockLayout(time, true)), odd);
        }
        assertLeftAlone(new VirtualSpace(time -> new DynalockLayout(time, true)), Map.of("expires", BigDecimal.ONE));
    }

    @Test
    void itemsOfTokensThatHaveNone() {
        for (Object token : List.of(ZERO, HUGE, "seven")) {
            VirtualSpace space = new VirtualSpace(time -> new LynkLayout(time, true));
            space.items.put("lynk-fence/x", new Item(Map.of("fencingToken", token)));
            Item before = space.items.peek("lynk-fence/x").orElseThrow();
            try (LockClient client = LockClient.over(space.backend("a"))) {
                assertThatThrownBy(() -> client.lock("x").tryAcquire())
                        .isInstanceOf(RejectedException.class)
                        .hasMessageContaining("left alone");
                CompletableFuture<?> waiting = client.lock("x").acquireAsync();
                space.advance(Duration.ofSeconds(2));
                assertThat(VirtualFixture.failure(waiting)).isInstanceOf(RejectedException.class);
                space.items.put(
                        "x",
                        new Item(Map.of(
                                "versionNumber", "9d3c2c5e", "leaseDuration", BigDecimal.TEN, "hostIdentifier", "h")));
                CompletableFuture<?> holders = client.holdersAsync("x");
                space.advance(Duration.ofSeconds(1));
                assertThat(holders).isCompleted();
            }
            assertThat(space.items.peek("lynk-fence/x")).contains(before);
            space.close();
        }
    }
}
