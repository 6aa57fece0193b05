package io.claviger.server.grpc;

import static io.claviger.server.grpc.FakeClient.acquire;
import static io.claviger.server.grpc.FakeClient.heartbeat;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.engine.OwnerKey;
import io.claviger.protocol.v1.Attach;
import io.claviger.protocol.v1.ClientFrame;
import io.claviger.protocol.v1.Command;
import io.claviger.protocol.v1.Open;
import io.claviger.protocol.v1.Verify;
import io.claviger.server.grpc.Outbound.Ending;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MalformedFrameTest {
    private final InlineSequencer sequencer = new InlineSequencer();
    private final AtomicLong ids = new AtomicLong();
    private final NativeSessions sessions = new NativeSessions(
            sequencer, ids::incrementAndGet, () -> new OwnerKey(-1, ids.incrementAndGet()), sequencer::later);

    @Test
    void theFirstFrameMustOpen() {
        refusedFirst(ClientFrame.newBuilder().setNumber(1), "the first frame of a stream must open");
        refusedFirst(
                ClientFrame.newBuilder().setOpen(Open.getDefaultInstance()), "frame number 0 instead of one from 1");
        refusedFirst(
                ClientFrame.newBuilder()
                        .setNumber(1)
                        .setAttach(Attach.newBuilder().setAttachment(1)),
                "attachment 1 instead of one from 2");
    }

    @Test
    void onlyTheFirstFrameMayOpen() {
        refused(
                ClientFrame.newBuilder().setNumber(2).setOpen(Open.getDefaultInstance()),
                "frame 2 opens or attaches; only the first");
    }

    @Test
    void numbersGoUpByOne() {
        refused(ClientFrame.newBuilder().setNumber(1), "frame number 1 instead of 2");
        refused(ClientFrame.newBuilder().setNumber(3), "frame number 3 instead of 2");
        refused(ClientFrame.newBuilder().setNumber(2).setAcknowledged(-1), "sequence numbers stay below 2^53");
    }

    @Test
    void commandsAreKnownAndNumberedAsTheyShould() {
        refused(
                with(Command.newBuilder().setSequence(1)),
                "frame 2, command 1: a command that this server does not know");
        refused(with(acquire(0, "a", 1).toBuilder()), "ACQUIRE with the sequence number 0");
        refused(with(acquire(-1, "a", 1).toBuilder()), "ACQUIRE with the sequence number 18446744073709551615");
        refused(
                with(heartbeat().toBuilder().setSequence(4)),
                "HEARTBEAT with the sequence number 4; it must have none");
    }

    @Test
    void aFrameHasOnlySoManyCommandsAndKeys() {
        refused(
                ClientFrame.newBuilder()
                        .setNumber(2)
                        .addAllCommands(Collections.nCopies(GrpcLimits.MAX_COMMANDS + 1, heartbeat())),
                "at most 4096 may stand in one");
        refused(with(Command.newBuilder().setVerify(Verify.newBuilder().addKeys(1))), "1 halves of keys");
        refused(
                with(Command.newBuilder()
                        .setVerify(Verify.newBuilder()
                                .addAllKeys(Collections.nCopies(2 * GrpcLimits.MAX_VERIFIED_KEYS + 2, 1L)))),
                "at most 4096 may be asked at once");
    }

    @Test
    void nothingOfAMalformedFrameIsApplied() {
        refused(with(acquire(1, "a", 1).toBuilder()).addCommands(acquire(0, "b", 2)), "frame 2, command 2: ACQUIRE");
        assertThat(sequencer.machine.lockCount()).isZero();
    }

    private static ClientFrame.Builder with(Command.Builder command) {
        return ClientFrame.newBuilder().setNumber(2).addCommands(command);
    }

    private void refused(ClientFrame.Builder second, String reason) {
        FakeClient client = new FakeClient(sessions, sequencer::turn);
        client.open(0);
        client.stream.frame(second.build());
        assertThat(client.ending).isEqualTo(Ending.INVALID);
        assertThat(client.reason).contains(reason);
    }

    private void refusedFirst(ClientFrame.Builder first, String reason) {
        FakeClient client = new FakeClient(sessions, sequencer::turn);
        client.stream.frame(first.build());
        assertThat(client.ending).isEqualTo(Ending.INVALID);
        assertThat(client.reason).contains(reason);
        assertThat(client.frames).isEmpty();
    }
}
