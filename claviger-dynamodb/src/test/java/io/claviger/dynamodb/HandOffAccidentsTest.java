package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.IndeterminateException;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.dynamodb.ScriptedTable.Accident;
import io.claviger.spi.TimeSource;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hand-offs whose write has an accident, in every layout. */
@SuppressWarnings("MemberName")
class HandOffAccidentsTest {
    private static final Duration ADOPTABLE = Duration.ofSeconds(30);

    private static Function<TimeSource, Layout> layout(DynamoLayout layout) {
        return switch (layout) {
            case NATIVE -> NativeLayout::new;
            case LYNK -> time -> new LynkLayout(time, true);
            case DYNALOCK -> time -> new DynalockLayout(time, true);
        };
    }

    @ParameterizedTest
    @EnumSource
    void S8_handOffIsAskedForAgainUntilItIsAnswered(DynamoLayout layout) {
        for (Accident accident :
                new Accident[] {Accident.REPEATED, Accident.DONE_UNANSWERED, Accident.LOST, Accident.THROTTLED}) {
            VirtualSpace space = new VirtualSpace(layout(layout));
            ScriptedTable table = new ScriptedTable(space.items);
            try (LockClient a = LockClient.over(space.backend("a", table));
                    LockClient b = LockClient.over(space.backend("b"))) {
                Lease given = VirtualFixture.take(a, "x");
                table.expect(accident, accident);
                CompletableFuture<String> text = given.handOffAsync(ADOPTABLE);
                space.advance(Duration.ofSeconds(1));
                assertThat(text).as("%s", accident).isCompleted();
                assertThat(b.lock("x").tryAcquire()).isEmpty();
                assertThat(b.adopt(text.join()).token()).as("S3").isGreaterThan(given.token());
            }
            space.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void L3_handOffThatIsNeverAnsweredIsUncertain_andTheLockFreeOnceAsked(DynamoLayout layout) {
        VirtualSpace space = new VirtualSpace(layout(layout));
        ScriptedTable table = new ScriptedTable(space.items);
        try (LockClient a = LockClient.over(space.backend("a", table));
                LockClient b = LockClient.over(space.backend("b"))) {
            Lease given = VirtualFixture.take(a, "x");
            table.expect(Collections.nCopies(40, Accident.LOST).toArray(Accident[]::new));
            CompletableFuture<String> text = given.handOffAsync(ADOPTABLE);
            CompletableFuture<Lease> next = VirtualFixture.queue(b, "x");
            space.advance(Duration.ofSeconds(6));
            assertThat(text).isNotDone();
            space.advance(Duration.ofSeconds(5));
            assertThatThrownBy(text::join).hasCauseInstanceOf(IndeterminateException.class);
            space.advance(DynamoConfig.DEFAULT_LEASE);
            assertThat(VirtualFixture.done(next).token()).as("S3").isGreaterThan(given.token());
        }
        space.close();
    }
}
