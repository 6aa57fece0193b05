package io.claviger.server.grpc;

import static io.claviger.server.grpc.FakeClient.acquire;
import static io.claviger.server.grpc.FakeClient.look;
import static io.claviger.server.grpc.FakeClient.release;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.engine.Command.Acquire;
import io.claviger.engine.Command.Renewing;
import io.claviger.engine.Command.Waiting;
import io.claviger.engine.Event.Granted;
import io.claviger.engine.Event.Reply;
import io.claviger.engine.Limits;
import io.claviger.engine.Origin;
import io.claviger.engine.OwnerKey;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.Event;
import io.claviger.protocol.v1.Looked;
import io.claviger.server.grpc.Outbound.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Who holds a name, as a session stream tells it. */
@SuppressWarnings("MemberName")
class LookTest {
    private static final int READERS = Integer.MAX_VALUE;

    private final InlineSequencer sequencer = new InlineSequencer();
    private final AtomicLong counter = new AtomicLong();
    private final NativeSessions sessions = new NativeSessions(
            sequencer, counter::incrementAndGet, () -> new OwnerKey(-1, counter.incrementAndGet()), sequencer::later);
    private final FakeClient one = new FakeClient(sessions, sequencer::turn);

    @Test
    void S2_aLookStandsBetweenTheCommandsBeforeItAndThoseBehind() {
        one.open(0, look(1, "a"), acquire(2, "a", 1), look(3, "a"), release(4, 1), look(5, "a"));
        assertBetween(one.take());
    }

    @Test
    void S2_soItDoesWhenAnswersComeLate() {
        sequencer.answerLate();
        one.open(0, look(1, "a"), acquire(2, "a", 1), look(3, "a"), release(4, 1), look(5, "a"));
        assertBetween(one.take());
    }

    private static void assertBetween(List<Event> events) {
        assertThat(events)
                .extracting(event -> event.getSequence() + " " + event.getKindCase())
                .containsExactly("0 OPENED", "1 LOOKED", "2 GRANTED", "3 LOOKED", "4 RELEASED", "5 LOOKED");
        assertThat(events.get(1).getLooked()).isEqualTo(Looked.getDefaultInstance());
        assertThat(events.get(3).getLooked().getHoldersList())
                .containsExactly(Looked.Holder.newBuilder()
                        .setToken(events.get(2).getGranted().getToken())
                        .setPermits(1)
                        .setLabel("test")
                        .build());
        assertThat(events.get(5).getLooked().getHoldersCount()).isZero();
    }

    @Test
    void aLookLeavesNoGapThatTheMachineMinds() {
        int looks = 3 * Limits.MAX_UNACKNOWLEDGED;
        one.open(0);
        long frame = 2;
        for (int sequence = 1; sequence <= looks; sequence += 1_024) {
            List<Command> commands = new ArrayList<>();
            for (int i = 0; i < 1_024; i++) {
                commands.add(look(sequence + i, "a"));
            }
            one.acknowledging(frame++, sequence - 1, commands.toArray(Command[]::new));
        }
        assertThat(one.take()).hasSize(1 + looks);
        one.acknowledging(frame, looks, acquire(looks + 1, "a", 1));
        assertThat(one.kinds()).containsExactly((looks + 1) + " GRANTED");
    }

    @Test
    void onlySoManyHoldersAreToldTheOldestFirst() {
        one.open(0);
        List<Long> granted = takeReads(Limits.MAX_HOLDERS_TOLD + 5, "");
        one.frame(2, look(5_000, "a"));
        Looked looked = one.take().get(0).getLooked();
        assertThat(looked.getHoldersList())
                .extracting(Looked.Holder::getToken)
                .isEqualTo(granted.subList(0, Limits.MAX_HOLDERS_TOLD));
    }

    @Test
    void longNamesOfActorsMakeTheAnswerShorter() {
        one.open(0);
        String actor = "\u20ac".repeat(Limits.MAX_ACTOR_LENGTH);
        takeReads(Limits.MAX_HOLDERS_TOLD, actor);
        one.frame(2, look(5_000, "a"));
        Looked looked = one.take().get(0).getLooked();
        assertThat(looked.getSerializedSize()).isBetween(GrpcLimits.LOOK_BYTES - 8_192, GrpcLimits.LOOK_BYTES);
        assertThat(looked.getHolders(0).getActor()).isEqualTo(actor);
    }

    @Test
    void whoDoesNotReadLongAnswersIsAnsweredNoMore() {
        one.open(0);
        takeReads(Limits.MAX_HOLDERS_TOLD, "x".repeat(Limits.MAX_ACTOR_LENGTH));
        one.ready = false;
        List<Command> looks = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            looks.add(look(5_000 + i, "a"));
        }
        one.frame(2, looks.toArray(Command[]::new));
        assertThat(one.frames).isEmpty();
        assertThat(one.ending).isNull();
        int asked = one.asked;
        one.ready = true;
        one.stream.ready();
        sequencer.turn();
        assertThat(one.kinds()).hasSize(100).startsWith("5000 LOOKED").endsWith("5099 LOOKED");
        assertThat(one.asked).isEqualTo(asked + 1);
    }

    @Test
    void aLookNeedsANumber() {
        one.open(0);
        one.frame(2, look(0, "a"));
        assertThat(one.ending).isEqualTo(Ending.INVALID);
        assertThat(one.reason).contains("LOOK", "sequence number");
    }

    /** Has the first client hold a name so often, and returns the tokens. */
    private List<Long> takeReads(int count, String actor) {
        Origin origin = Origin.unnumbered(one.take().get(0).getOpened().getSession());
        List<Long> tokens = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            Acquire acquire = new Acquire(
                    origin, "a", new OwnerKey(5, i), 1, READERS, 0, Waiting.NEVER, Renewing.BY_SESSION, actor);
            Reply granted = sequencer.submit(acquire).toCompletableFuture().join();
            tokens.add(((Granted) granted).token());
        }
        sequencer.turn();
        return tokens;
    }
}
