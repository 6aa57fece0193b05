package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.RejectedException;
import io.claviger.dynamodb.ScriptedTable.Accident;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The layout of lynk: its items, and tokens that are drawn beside them. */
@SuppressWarnings("MemberName")
class LynkLocksTest extends VirtualFixture {
    LynkLocksTest() {
        super(time -> new LynkLayout(time, true));
    }

    @Test
    void itemHasLynksFourAttributesAndGoesWithTheRelease() {
        Lease lease = take(a, "x");
        Item item = item("x");
        assertThat(item.attributes()).containsOnlyKeys("lockKey", "versionNumber", "leaseDuration", "hostIdentifier");
        assertThat(item.text("versionNumber")).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        assertThat(item.number("leaseDuration")).isEqualByComparingTo("20");
        assertThat(item.number("leaseDuration"))
                .extracting(BigDecimal::toPlainString)
                .isEqualTo("20");
        assertThat(item.text("hostIdentifier")).isEqualTo("a");
        lease.release();
        assertThat(space.items.peek("x")).isEmpty();
    }

    @Test
    void whatThisLayoutLacksIsToldWithTheOneThatHasIt() {
        assertThatThrownBy(() -> a.semaphore("x", 2))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("the layout of this table has no semaphores; the layout native has them");
        assertThatThrownBy(a::keyValues)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("the layout of this table has no records; the layout dynalock has them");
    }

    @Test
    void cycleIsThreeRequestsAndTwoWithoutTokens() {
        take(a, "x").release();
        assertThat(tableOfA.writes).hasSize(3);
        assertThat(tableOfA.reads).isEmpty();
        ScriptedTable table = new ScriptedTable(space.items);
        VirtualSpace other = new VirtualSpace(time -> new LynkLayout(time, false));
        try (LockClient client = LockClient.over(other.backend("c", table))) {
            Lease lease = take(client, "x");
            assertThatThrownBy(lease::token)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("'x'")
                    .hasMessageContaining("token=off");
            lease.release();
        }
        assertThat(table.writes).hasSize(2);
        assertThat(table.reads).isEmpty();
    }

    @Test
    void handOverWithinAClientIsOneWriteAndATokenOne() {
        Lease held = take(a, "x");
        CompletableFuture<Lease> next = queue(a, "x");
        tableOfA.reset();
        held.release();
        assertThat(done(next).token()).isGreaterThan(held.token());
        assertThat(tableOfA.requests()).isEqualTo(2);
    }

    @Test
    void lockOfLynksIsRespectedAndTakenWhenItRunsOut() {
        space.items.put("x", lynks("9d3c2c5e-4f8f-4b7e-8d0a-0c6f3f4b2a11", 4));
        CompletableFuture<Lease> waiting = queue(b, "x");
        passSeconds(3);
        space.items.put("x", lynks("0f6f7b0e-8f2c-4a55-b9f3-5b8c1ad7e9d2", 4));
        passSeconds(3.9);
        assertThat(waiting).isNotDone();
        passSeconds(0.3);
        assertThat(done(waiting).isValid()).isTrue();
    }

    @Test
    void lockThatLynkReleasesIsNoticedSoon() {
        space.items.put("x", lynks("9d3c2c5e-4f8f-4b7e-8d0a-0c6f3f4b2a11", 300));
        CompletableFuture<Lease> waiting = queue(b, "x");
        passSeconds(10);
        space.items.delete("x");
        passSeconds(0.13);
        assertThat(done(waiting).isValid()).isTrue();
    }

    @Test
    void S3_tokenThatArrivesTooLateIsNeverUsed() {
        tableOfA.expect(Accident.NONE, Accident.HELD_UP);
        CompletableFuture<Lease> late = queue(a, "x");
        CompletableFuture<Lease> next = queue(b, "x");
        passSeconds(21);
        // A drew its number long ago, but hears of it only now.
        Lease second = done(next);
        tableOfA.arrive();
        assertThat(late).isNotDone();
        second.release();
        passSeconds(1);
        assertThat(done(late).token()).isGreaterThan(second.token());
    }

    @Test
    void S3_tokenGoesOnOverReleasesAndLynksHolders() {
        Lease first = take(a, "x");
        first.release();
        space.items.put("x", lynks("9d3c2c5e-4f8f-4b7e-8d0a-0c6f3f4b2a11", 1));
        assertThat(b.lock("x").tryAcquire()).isEmpty();
        passSeconds(1.1);
        Lease second = take(b, "x");
        assertThat(second.token()).isGreaterThan(first.token());
        assertThat(item("lynk-fence/x").has("expireAt")).isTrue();
    }

    @Test
    void tokenThatCannotBeDrawnFailsATryAndGivesTheLockBack() {
        tableOfA.expect(Accident.NONE, Accident.DENIED);
        assertThatThrownBy(() -> a.lock("x").tryAcquire())
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("no token for 'x'");
        assertThat(space.items.peek("x")).isEmpty();
    }

    @Test
    void tokenIsDrawnAgainWhenTheAnswerIsLost() {
        tableOfA.expect(Accident.NONE, Accident.LOST, Accident.DONE_UNANSWERED);
        CompletableFuture<Lease> waiting = queue(a, "x");
        passSeconds(1);
        assertThat(done(waiting).token().value()).isEqualTo(item("lynk-fence/x").whole("fencingToken", 0));
    }

    @Test
    void S8_releaseWhoseAnswerIsLostIsNoLoss() {
        Lease lease = take(a, "x");
        tableOfA.expect(Accident.REPEATED);
        lease.release();
        assertThat(space.items.peek("x")).isEmpty();
    }

    @Test
    void itemsOfOthersAreLeftAlone() {
        Item foreign = new Item(Map.of("colour", "green"));
        Item ours = new Item(
                Map.of("versionNumber", "v", "leaseDuration", BigDecimal.ZERO, "fencingToken", BigDecimal.TEN));
        for (Item item : List.of(foreign, ours)) {
            space.items.put("x", item);
            assertThat(failure(a.lock("x").acquireAsync()))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("lynk");
            passSeconds(60);
            assertThat(item("x")).isEqualTo(item.with(Table.KEY, "x"));
        }
        space.items.put("lynk-fence/y", foreign);
        assertThatThrownBy(() -> a.lock("y").tryAcquire())
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("not one of tokens");
    }

    @Test
    void textOfLynksIsAdoptedOnceAndThenRenewed() {
        String version = "9d3c2c5e-4f8f-4b7e-8d0a-0c6f3f4b2a11";
        space.items.put("x", lynks(version, 7));
        String text = "{\"__version\": \"Lock.1\", \"name\": \"x\", \"technique\": \"{\\\"__version\\\": "
                + "\\\"VersionLeaseTechinque.1\\\", \\\"versions\\\": {\\\"x\\\": \\\"" + version + "\\\"}}\"}";
        Lease adopted = b.adopt(text);
        passSeconds(100);
        assertThat(adopted.isValid()).isTrue();
        assertThat(item("x").text("hostIdentifier")).isEqualTo("b");
        assertThatThrownBy(() -> a.adopt(text)).isInstanceOf(RejectedException.class);
    }

    @Test
    void textOfAnotherTableIsRefused() {
        String text = take(a, "x").handOff(Duration.ofSeconds(5));
        VirtualSpace other = new VirtualSpace(time -> new LynkLayout(time, true));
        try (LockClient client = LockClient.over(other.backend("c"))) {
            assertThatThrownBy(() -> client.adopt(text))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining("cannot be adopted");
        }
    }

    private static Item lynks(String version, int leaseSeconds) {
        return new Item(Map.of(
                "versionNumber",
                version,
                "leaseDuration",
                BigDecimal.valueOf(leaseSeconds),
                "hostIdentifier",
                "python"));
    }
}
