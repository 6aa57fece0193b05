package io.claviger.server.grpc;

import static io.claviger.server.grpc.FakeClient.KEY_HIGH;
import static io.claviger.server.grpc.FakeClient.acquire;
import static io.claviger.server.grpc.FakeClient.command;
import static io.claviger.server.grpc.FakeClient.heartbeat;
import static io.claviger.server.grpc.FakeClient.release;
import static io.claviger.server.grpc.FakeClient.verify;
import static io.claviger.server.grpc.FakeClient.withdraw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.engine.Command.Revoke;
import io.claviger.engine.Command.Urgency;
import io.claviger.engine.OwnerKey;
import io.claviger.protocol.v1.Acquire;
import io.claviger.protocol.v1.Adopt;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.End;
import io.claviger.protocol.v1.EndReason;
import io.claviger.protocol.v1.Event;
import io.claviger.protocol.v1.HandOff;
import io.claviger.protocol.v1.LossReason;
import io.claviger.protocol.v1.RefusalReason;
import io.claviger.protocol.v1.Renew;
import io.claviger.server.grpc.Outbound.Ending;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NativeStreamTest {
    private static final long SECOND = 1_000_000_000L;

    private final InlineSequencer sequencer = new InlineSequencer();
    private final AtomicLong counter = new AtomicLong();
    private final NativeSessions sessions = new NativeSessions(
            sequencer, counter::incrementAndGet, () -> new OwnerKey(-1, counter.incrementAndGet()), sequencer::later);
    private final FakeClient one = new FakeClient(sessions, sequencer::turn);
    private final FakeClient two = new FakeClient(sessions, sequencer::turn);

    @Test
    void aFrameIsAnsweredByOneFrameInOrder() {
        one.open(0, acquire(1, "a", 1), acquire(2, "a", 2), release(3, 1), release(4, 9), heartbeat());
        assertThat(one.frames).hasSize(1);
        assertThat(one.kinds())
                .containsExactly(
                        "OPENED", "1 GRANTED", "2 QUEUED", "3 RELEASED", "GRANTED", "4 NOT_HELD", "HEARTBEAT_APPLIED");
        assertThat(one.asked).isEqualTo(1);
    }

    @Test
    void eachCommandHasItsAnswer() {
        one.open(SECOND, command(1, lease("a", 1, 5 * SECOND)), renew(2, 1, 7 * SECOND), renew(3, 9, 0));
        one.frame(
                2,
                command(4, lease("b", 2, 0).setOnce(true)),
                command(5, lease("b", 3, 0).setOnce(true)));
        one.frame(3, acquire(6, "b", 4), withdraw(7, 4), withdraw(8, 2), acquire(9, "", 5));
        assertThat(one.take())
                .extracting(Event::getKindCase)
                .containsExactly(
                        Event.KindCase.OPENED,
                        Event.KindCase.GRANTED,
                        Event.KindCase.RENEWED,
                        Event.KindCase.NOT_HELD,
                        Event.KindCase.GRANTED,
                        Event.KindCase.NOT_GRANTED,
                        Event.KindCase.QUEUED,
                        Event.KindCase.WITHDRAWN,
                        Event.KindCase.GRANTED,
                        Event.KindCase.REFUSED);
        one.frame(4, end(10));
        assertThat(one.take().get(0).getEnded().getReason()).isEqualTo(EndReason.END_REASON_CLOSED);
        assertThat(one.ending).isEqualTo(Ending.DONE);
        assertThat(sequencer.machine.lockCount()).isZero();
    }

    @Test
    void S3_handOffAndAdoptGiveAGreaterToken() {
        one.open(SECOND, acquire(1, "a", 1), handOff(2, 1, 50));
        two.open(SECOND, adopt(1, 50, 2), adopt(2, 51, 3));
        Event first = one.take().get(1);
        assertThat(one.kinds()).isEmpty();
        var answers = two.take();
        assertThat(answers.get(1).getGranted().getToken())
                .isGreaterThan(first.getGranted().getToken());
        assertThat(answers.get(1).getGranted().getName()).isEqualTo("a");
        assertThat(answers.get(1).getGranted().getPermits()).isEqualTo(1);
        assertThat(answers.get(2).hasNotHeld()).isTrue();
    }

    @Test
    void aDeadlockIsToldWithItsCycle() {
        one.open(0, actor(1, "a", 1, "x"), actor(2, "b", 2, "y"), actor(3, "b", 3, "x"), actor(4, "a", 4, "y"));
        Event last = one.take().get(4);
        assertThat(last.getDeadlock().getCycleList())
                .extracting(wait -> wait.getActor())
                .containsExactlyInAnyOrder("x", "y");
    }

    @Test
    void manualRenewalIsNotRenewedByTheHeartbeat() {
        one.open(60 * SECOND, command(1, lease("a", 1, 2 * SECOND).setManualRenewal(true)));
        sequencer.pass(SECOND);
        one.frame(2, heartbeat());
        sequencer.pass(SECOND);
        Event lost = one.take().get(3);
        assertThat(lost.getLost().getReason()).isEqualTo(LossReason.LOSS_REASON_EXPIRED);
        assertThat(lost.getLost().getKeyLow()).isEqualTo(1);
    }

    @Test
    void pushesOfOneTurnLeaveInOneFrame() {
        one.open(0, acquire(1, "a", 1), acquire(2, "b", 2));
        two.open(0, acquire(1, "a", 3), acquire(2, "b", 4));
        two.take();
        one.frameInTurn(2, release(3, 1), release(4, 2));
        assertThat(two.frames).isEmpty();
        sequencer.turn();
        assertThat(two.frames).hasSize(1);
        assertThat(two.take())
                .extracting(event -> event.getGranted().getKeyLow())
                .containsExactly(3L, 4L);
    }

    @Test
    void S7_aPushNamesTheFrameThatWasAppliedBeforeItWasCaused() {
        one.open(0, acquire(1, "a", 1));
        two.open(0, acquire(1, "a", 2), acquire(2, "b", 3), acquire(3, "b", 4));
        sequencer.turn();
        two.frames.clear();
        // Its own second frame lets its own waiter in: the first frame is the newest that stands before that as a
        // whole.
        two.frame(2, release(4, 3));
        assertThat(two.frames).hasSize(1);
        assertThat(two.frames.get(0).getClientFrame()).isEqualTo(1);
        assertThat(two.kinds()).containsExactly("4 RELEASED", "GRANTED");
        // Another client's release comes after the second frame.
        one.frame(2, release(2, 1));
        sequencer.turn();
        assertThat(two.frames.get(0).getClientFrame()).isEqualTo(2);
        assertThat(two.kinds()).containsExactly("GRANTED");
    }

    @Test
    void S7_aSecondFrameInTheSameTurnIsNotNamedEither() {
        one.open(0, acquire(1, "a", 1), acquire(2, "a", 2));
        sequencer.later(() -> one.frameInTurn(3, release(3, 1)));
        one.frameInTurn(2, heartbeat());
        one.take();
        sequencer.turn();
        assertThat(one.frames).hasSizeGreaterThanOrEqualTo(1);
        var last = one.frames.get(one.frames.size() - 1);
        assertThat(last.getEvents(last.getEventsCount() - 1).hasGranted()).isTrue();
        assertThat(last.getClientFrame()).isLessThan(3);
    }

    @Test
    void S4_attachingAnewSupersedesTheOlderStream() {
        one.open(10 * SECOND, acquire(1, "a", 1), acquire(2, "a", 2));
        Event opened = one.take().get(0);
        two.attach(2, opened, 2, verify(1, 2), release(3, 1));
        assertThat(one.ending).isEqualTo(Ending.SUPERSEDED);
        assertThat(one.reason).contains("superseded");
        one.frame(2, release(4, 2));
        one.stream.gone();
        sequencer.turn();
        assertThat(one.kinds()).isEmpty();
        assertThat(two.kinds()).containsExactly("ATTACHED", "VERIFIED", "3 RELEASED", "GRANTED");
    }

    @Test
    void S4_onlyTheSecretAndAHigherAttachmentAttach() {
        one.open(10 * SECOND, acquire(1, "a", 1));
        Event opened = one.take().get(0);
        two.attach(1, wrongSecret(opened), 2);
        assertThat(two.take().get(0).getRefused().getReason()).isEqualTo(RefusalReason.REFUSAL_REASON_WRONG_SECRET);
        assertThat(two.ending).isEqualTo(Ending.DONE);
        FakeClient three = new FakeClient(sessions, sequencer::turn);
        three.attach(5, opened, 3);
        FakeClient four = new FakeClient(sessions, sequencer::turn);
        four.attach(5, opened, 2);
        assertThat(four.take().get(0).getRefused().getReason())
                .isEqualTo(RefusalReason.REFUSAL_REASON_STALE_ATTACHMENT);
        assertThat(three.ending).isNull();
        three.frame(6, release(2, 1));
        assertThat(three.kinds()).containsExactly("ATTACHED", "2 RELEASED");
    }

    @Test
    void aSessionBoundToItsStreamHasNoOther() {
        one.open(0, acquire(1, "a", 1));
        two.attach(1, one.take().get(0), 2);
        assertThat(two.take().get(0).getRefused().getReason()).isEqualTo(RefusalReason.REFUSAL_REASON_UNKNOWN_SESSION);
        assertThat(one.ending).isNull();
    }

    @Test
    void S8_whatWasNotAnsweredIsSentAgainAfterAttaching() {
        one.open(10 * SECOND, acquire(1, "a", 1));
        Event opened = one.take().get(0);
        one.frame(2, acquire(2, "b", 2), release(3, 1));
        var lost = one.take();
        one.stream.gone();
        two.attach(3, opened, 2, acquire(2, "b", 2), release(3, 1), verify(1, 2));
        var answers = two.take();
        assertThat(answers.subList(1, 3)).isEqualTo(lost);
        assertThat(answers.get(3).getVerified().getNotHeldList()).containsExactly(KEY_HIGH, 1L);
        assertThat(answers.get(3).getVerified().getAsked()).isEqualTo(2);
    }

    @Test
    void S9_aWithdrawalThatTheGrantCrossedIsAnsweredByTheGrant() {
        one.open(0, acquire(1, "a", 1));
        two.open(0, acquire(1, "a", 2));
        one.frame(2, release(2, 1));
        two.frame(2, withdraw(2, 2));
        assertThat(two.kinds()).containsExactly("OPENED", "1 QUEUED", "GRANTED", "2 GRANTED");
        two.frame(3, release(3, 2), acquire(4, "a", 3), acquire(5, "a", 4), withdraw(6, 4), release(7, 3));
        sequencer.turn();
        assertThat(two.kinds()).containsExactly("3 RELEASED", "4 GRANTED", "5 QUEUED", "6 WITHDRAWN", "7 RELEASED");
    }

    @Test
    void L3_aSessionWithoutTimeToLiveEndsWithItsStream() {
        one.open(0, acquire(1, "a", 1));
        two.open(10 * SECOND, acquire(1, "a", 2), acquire(2, "b", 3));
        long session = two.take().get(0).getOpened().getSession();
        one.stream.gone();
        sequencer.turn();
        assertThat(two.kinds()).containsExactly("GRANTED");
        assertThat(sequencer.isHosted(session)).isTrue();
        two.stream.gone();
        assertThat(sequencer.isHosted(session)).isFalse();
        sequencer.pass(10 * SECOND - 1);
        assertThat(sequencer.machine.lockCount()).isEqualTo(2);
        sequencer.pass(1);
        assertThat(sequencer.machine.lockCount()).isZero();
    }

    @Test
    void aSessionThatEndsByTimeIsToldAndTheStreamEnds() {
        one.open(SECOND, acquire(1, "a", 1));
        sequencer.pass(SECOND);
        assertThat(one.take().get(2).getEnded().getReason()).isEqualTo(EndReason.END_REASON_EXPIRED);
        assertThat(one.ending).isEqualTo(Ending.DONE);
    }

    @Test
    void aRevokedHolderIsTold() {
        one.open(SECOND, acquire(1, "a", 1));
        one.take();
        sequencer.submit(new Revoke("a", Optional.empty(), Urgency.WHEN_SAFE));
        one.frame(2, verify(1));
        var events = one.take();
        assertThat(events).hasSize(2);
        assertThat(events)
                .anySatisfy(e -> assertThat(e.getLost().getReason()).isEqualTo(LossReason.LOSS_REASON_REVOKED));
        assertThat(events)
                .anySatisfy(e -> assertThat(e.getVerified().getNotHeldCount()).isEqualTo(2));
    }

    @Test
    void aClientThatClosesItsSideEndsTheStream() {
        one.open(0, acquire(1, "a", 1));
        one.stream.closed();
        assertThat(one.ending).isEqualTo(Ending.DONE);
        assertThat(sequencer.machine.lockCount()).isZero();
    }

    @Test
    void aRefusedOpeningEndsTheStream() {
        one.open(SECOND - 1, acquire(1, "a", 1));
        assertThat(one.take())
                .singleElement()
                .satisfies(event -> assertThat(event.getRefused().getReason())
                        .isEqualTo(RefusalReason.REFUSAL_REASON_INVALID_TIME_TO_LIVE));
        assertThat(one.ending).isEqualTo(Ending.DONE);
        assertThat(sequencer.isHosted(1)).isFalse();
    }

    @Test
    void aClientThatDoesNotReadIsNotReadFromAndAtLastDropped() {
        one.open(10 * SECOND);
        one.ready = false;
        one.frame(2, acquire(1, "a", 1));
        assertThat(one.asked).isEqualTo(1);
        one.ready = true;
        one.stream.ready();
        assertThat(one.asked).isEqualTo(2);
        assertThat(one.kinds()).containsExactly("OPENED", "1 GRANTED");
        one.ready = false;
        fill(one);
        assertThat(one.ending).isEqualTo(Ending.TOO_SLOW);
        assertThat(one.reason).contains("does not read");
        assertThat(one.frames).isEmpty();
        assertThat(sequencer.machine.sessionCount()).isEqualTo(1);
    }

    private static void fill(FakeClient client) {
        var lost =
                new io.claviger.engine.Event.Lost(1, new OwnerKey(1, 1), "a", 1, io.claviger.engine.LossReason.EXPIRED);
        for (int i = 0; i <= GrpcLimits.MAX_WAITING_EVENTS; i++) {
            client.stream.notice(lost);
        }
    }

    @Test
    void muchIsToldInFramesOfABoundedSize() {
        one.open(0);
        one.take();
        one.ready = false;
        var lost =
                new io.claviger.engine.Event.Lost(1, new OwnerKey(1, 1), "a", 1, io.claviger.engine.LossReason.EXPIRED);
        for (int i = 0; i < 50_000; i++) {
            one.stream.notice(lost);
        }
        one.ready = true;
        one.stream.ready();
        assertThat(one.frames).hasSizeGreaterThan(2);
        assertThat(one.frames)
                .allSatisfy(frame -> assertThat(frame.getSerializedSize()).isLessThan(2 * GrpcLimits.FRAME_BYTES));
        assertThat(one.take()).hasSize(50_000);
    }

    @Test
    void answersThatComeLaterKeepTheOrder() {
        sequencer.answerLate();
        one.openInTurn(10 * SECOND, acquire(1, "a", 1), verify(1), release(2, 1), verify(1), heartbeat());
        assertThatThrownBy(() -> one.frame(2)).isInstanceOf(IllegalStateException.class);
        assertThat(one.asked).isZero();
        sequencer.turn();
        var events = one.take();
        assertThat(events)
                .extracting(Event::getKindCase)
                .containsExactly(
                        Event.KindCase.OPENED,
                        Event.KindCase.GRANTED,
                        Event.KindCase.VERIFIED,
                        Event.KindCase.RELEASED,
                        Event.KindCase.VERIFIED,
                        Event.KindCase.HEARTBEAT_APPLIED);
        assertThat(events.get(2).getVerified().getNotHeldCount()).isZero();
        assertThat(events.get(4).getVerified().getNotHeldCount()).isEqualTo(2);
        assertThat(one.asked).isEqualTo(1);
    }

    @Test
    void L3_aClientThatIsGoneBeforeItsSessionOpensLeavesNothing() {
        sequencer.answerLate();
        one.openInTurn(10 * SECOND, acquire(1, "a", 1));
        one.stream.gone();
        sequencer.turn();
        assertThat(sequencer.machine.sessionCount()).isZero();
        assertThat(one.frames).isEmpty();
    }

    @Test
    void aServerThatClosesSaysSo() {
        one.open(10 * SECOND);
        sequencer.close();
        one.frame(2, acquire(1, "a", 1));
        assertThat(one.ending).isEqualTo(Ending.UNAVAILABLE);
    }

    private static Acquire.Builder lease(String name, long key, long leaseNanos) {
        return Acquire.newBuilder()
                .setName(name)
                .setKeyHigh(KEY_HIGH)
                .setKeyLow(key)
                .setLeaseNanos(leaseNanos);
    }

    private static Command actor(long sequence, String name, long key, String actor) {
        return command(sequence, lease(name, key, 0).setActor(actor));
    }

    private static Command renew(long sequence, long key, long leaseNanos) {
        return Command.newBuilder()
                .setSequence(sequence)
                .setRenew(Renew.newBuilder().setKeyHigh(KEY_HIGH).setKeyLow(key).setLeaseNanos(leaseNanos))
                .build();
    }

    private static Command handOff(long sequence, long key, long ticket) {
        return Command.newBuilder()
                .setSequence(sequence)
                .setHandOff(HandOff.newBuilder()
                        .setKeyHigh(KEY_HIGH)
                        .setKeyLow(key)
                        .setTicketHigh(KEY_HIGH)
                        .setTicketLow(ticket)
                        .setParkNanos(SECOND))
                .build();
    }

    private static Command adopt(long sequence, long ticket, long key) {
        return Command.newBuilder()
                .setSequence(sequence)
                .setAdopt(Adopt.newBuilder()
                        .setTicketHigh(KEY_HIGH)
                        .setTicketLow(ticket)
                        .setKeyHigh(KEY_HIGH)
                        .setKeyLow(key))
                .build();
    }

    private static Command end(long sequence) {
        return Command.newBuilder()
                .setSequence(sequence)
                .setEnd(End.getDefaultInstance())
                .build();
    }

    private static Event wrongSecret(Event opened) {
        return opened.toBuilder()
                .setOpened(opened.getOpened().toBuilder()
                        .setSecretLow(opened.getOpened().getSecretLow() + 1))
                .build();
    }
}
