package io.claviger.engine;

import static io.claviger.engine.Bench.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.engine.Command.Waiting;
import io.claviger.engine.LockView.ClaimView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sight of who holds what, and why it is busy. */
class QueriesTest {
    private final Bench bench = new Bench();

    @Test
    void aBusyNameIsExplained() {
        bench.connect(1);
        bench.connect(2);
        long token = Bench.token(bench.acquire(1, "a", 10, 1, 1, Duration.ofSeconds(60), Waiting.QUEUE));
        bench.advance(Duration.ofSeconds(20));
        bench.acquire(2, "a", 20);
        bench.acquire(2, "a", 21);
        bench.advance(Duration.ofSeconds(5));
        bench.tick();
        LockView view = bench.machine().lock("a", 1).orElseThrow();
        assertThat(view.waiting()).isEqualTo(2);
        assertThat(view.holders())
                .containsExactly(new ClaimView(
                        key(10),
                        1,
                        "client 1",
                        1,
                        token,
                        25,
                        Duration.ofSeconds(35).toNanos(),
                        false,
                        "",
                        false));
        assertThat(view.waiters())
                .containsExactly(new ClaimView(key(20), 2, "client 2", 1, 0, 5, Long.MAX_VALUE, false, "", false));
        assertThat(bench.machine().position(key(21))).hasValue(2);
        assertThat(bench.machine().position(key(10))).isEmpty();
        assertThat(bench.machine().position(key(99))).isEmpty();
        assertThat(bench.machine().lock("b", 1)).isEmpty();
    }

    @Test
    void namesAreListedInOrderAndInPages() {
        bench.connect(1);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            String name = "job-" + (char) ('a' + (i * 7) % 25);
            bench.acquire(1, name, i);
            expected.add(name);
        }
        bench.acquire(1, "other", 99);
        expected.sort(null);
        List<String> listed = new ArrayList<>();
        String after = "";
        for (List<LockView> page = page(after); !page.isEmpty(); page = page(after)) {
            assertThat(page).hasSizeLessThanOrEqualTo(10);
            page.forEach(view -> listed.add(view.name()));
            after = listed.get(listed.size() - 1);
        }
        assertThat(listed).isEqualTo(expected);
    }

    @Test
    void holdersAreListedOldestFirstUpToALimit() {
        bench.connect(1);
        bench.connect(2);
        List<Long> tokens = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tokens.add(Bench.token(bench.acquire(1 + i % 2, "a", i, 1, 4 + 1, Duration.ZERO, Waiting.QUEUE)));
        }
        bench.acquire(1, "a", 9, 1, 4 + 1, Duration.ZERO, Waiting.QUEUE);
        assertThat(bench.machine().holders("a", 100))
                .extracting(ClaimView::token)
                .isEqualTo(tokens);
        assertThat(bench.machine().holders("a", 2)).extracting(ClaimView::token).isEqualTo(tokens.subList(0, 2));
        assertThat(bench.machine().holders("a", 0)).isEmpty();
        assertThat(bench.machine().holders("b", 2)).isEmpty();
    }

    @Test
    void sessionsAreListedById() {
        bench.open(7, Duration.ofSeconds(15));
        bench.advance(Duration.ofSeconds(5));
        bench.connect(3);
        bench.acquire(3, "a", 10);
        assertThat(bench.machine().sessions())
                .containsExactly(
                        new SessionView(3, SessionKind.CONNECTION, "client 3", 1, 0, Long.MAX_VALUE, 1),
                        new SessionView(
                                7,
                                SessionKind.TIMED,
                                "client 7",
                                1,
                                Duration.ofSeconds(5).toNanos(),
                                Duration.ofSeconds(10).toNanos(),
                                0));
    }

    @Test
    void theOldestHoldersAreListed() {
        bench.connect(1);
        assertThat(bench.machine().holders("rw", 5)).isEmpty();
        for (int i = 0; i < 4; i++) {
            bench.read(1, "rw", 10 + i);
        }
        assertThat(bench.machine().holders("rw", 5))
                .extracting(ClaimView::key)
                .containsExactly(key(10), key(11), key(12), key(13));
        assertThat(bench.machine().holders("rw", 2)).extracting(ClaimView::key).containsExactly(key(10), key(11));
        assertThat(bench.machine().holders("rw", 0)).isEmpty();
    }

    @Test
    void onlyAGrantInForceOfTheSessionIsHeld() {
        bench.connect(1);
        bench.connect(2);
        bench.acquire(1, "a", 10);
        bench.acquire(2, "a", 20);
        LockMachine machine = bench.machine();
        assertThat(machine.isHeld(1, key(10))).isTrue();
        assertThat(machine.isHeld(2, key(10))).as("of another session").isFalse();
        assertThat(machine.isHeld(2, key(20))).as("waits").isFalse();
        assertThat(machine.isHeld(1, key(99))).as("unknown").isFalse();
        bench.revoke("a", Command.Urgency.WHEN_SAFE);
        assertThat(machine.isHeld(1, key(10))).as("taken back").isFalse();
    }

    @Test
    void aKeyTellsWhatItHoldsAndWhetherItHasALease() {
        bench.connect(1);
        bench.acquire(1, "a", 10);
        bench.acquire(1, "a", 11);
        bench.acquire(1, "b", 20, 1, 1, Duration.ofSeconds(60), Waiting.QUEUE);
        LockMachine machine = bench.machine();
        assertThat(machine.nameHeldBy(key(10))).hasValue("a");
        assertThat(machine.nameHeldBy(key(11))).as("waits").isEmpty();
        assertThat(machine.nameHeldBy(key(99))).as("unknown").isEmpty();
        assertThat(machine.isLeased(key(10))).isFalse();
        assertThat(machine.isLeased(key(20))).isTrue();
        assertThat(machine.isLeased(key(99))).isFalse();
        bench.acquire(1, "b", 21, 1, 1, Duration.ofSeconds(60), Waiting.QUEUE);
        assertThat(machine.isLeased(key(21))).as("waits").isFalse();
        assertThat(machine.isInUse("a")).isTrue();
        assertThat(machine.isInUse("c")).isFalse();
        assertThat(machine.claimCount(1)).isEqualTo(4);
        assertThat(machine.claimCount(2)).as("unknown").isZero();
    }

    private List<LockView> page(String after) {
        return bench.machine().locks("job-", after, 10, 0);
    }
}
