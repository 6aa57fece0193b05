package io.claviger.server.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class AdminSocketTest {
    private static final LockDesk ECHO = request -> CompletableFuture.completedFuture(
            new IpcAnswer.Refused(request instanceof IpcRequest.Unlock unlock ? unlock.name() : "list"));

    @TempDir
    private Path folder;

    private AdminSocket open(LockDesk desk, Duration limit) throws SocketFileException {
        return AdminSocket.open(folder.resolve("s"), desk, limit, ServerSocketChannel::accept);
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(folder.resolve("s")));
        return channel;
    }

    private static IpcAnswer read(SocketChannel channel) throws IOException {
        FrameReader reader = new FrameReader(IpcLimits.MAX_ANSWER_BYTES);
        byte[] body = reader.read(channel);
        while (body == null) {
            body = reader.read(channel);
        }
        return IpcCodec.answer(body);
    }

    private static IpcRequest unlock(String name) {
        return new IpcRequest.Unlock(name, IpcRequest.Which.ALL, "");
    }

    @Test
    void answersRequestsInTurn_ofEachClient() throws Exception {
        try (AdminSocket socket = open(ECHO, IpcLimits.CLIENT_LIMIT);
                IpcClient one = IpcClient.connect(socket.file());
                IpcClient two = IpcClient.connect(socket.file())) {
            assertThat(one.ask(unlock("a\nb"))).isEqualTo(new IpcAnswer.Refused("a\nb"));
            assertThat(two.ask(IpcRequest.ListHolders.FIRST)).isEqualTo(new IpcAnswer.Refused("list"));
            assertThat(one.ask(unlock("c"))).isEqualTo(new IpcAnswer.Refused("c"));
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void requestInPieces_isPutTogether() throws Exception {
        try (AdminSocket socket = open(ECHO, IpcLimits.CLIENT_LIMIT);
                SocketChannel client = connect()) {
            assertThat(socket.file()).exists();
            ByteBuffer frame = IpcCodec.encode(unlock("x".repeat(1_000)));
            while (frame.hasRemaining()) {
                client.write(frame.slice().limit(Math.min(7, frame.remaining())));
                frame.position(Math.min(frame.limit(), frame.position() + 7));
            }
            assertThat(read(client)).isEqualTo(new IpcAnswer.Refused("x".repeat(1_000)));
        }
    }

    @Test
    void largeAnswer_toASlowReader_arrives() throws Exception {
        List<IpcAnswer.Holder> holders = new ArrayList<>();
        for (int i = 0; i < IpcLimits.PAGE_HOLDERS; i++) {
            holders.add(new IpcAnswer.Holder("n".repeat(200), "k", 1, i));
        }
        IpcAnswer page = new IpcAnswer.Page(holders, false);
        try (AdminSocket socket = open(request -> CompletableFuture.completedFuture(page), IpcLimits.CLIENT_LIMIT);
                IpcClient client = IpcClient.connect(socket.file())) {
            assertThat(client.ask(IpcRequest.ListHolders.FIRST)).isEqualTo(page);
        }
    }

    @Test
    void answerThatComesLater_onAnotherThread_arrives() throws Exception {
        LockDesk later = request -> CompletableFuture.supplyAsync(() -> new IpcAnswer.Unlocked(1));
        try (AdminSocket socket = open(later, IpcLimits.CLIENT_LIMIT);
                IpcClient client = IpcClient.connect(socket.file())) {
            assertThat(client.ask(unlock("a"))).isEqualTo(new IpcAnswer.Unlocked(1));
        }
    }

    @Test
    void failingDesk_isAnAnswer() throws Exception {
        LockDesk failing = request -> CompletableFuture.failedFuture(new IllegalStateException("closed"));
        try (AdminSocket socket = open(failing, IpcLimits.CLIENT_LIMIT);
                IpcClient client = IpcClient.connect(socket.file())) {
            assertThat(client.ask(unlock("a"))).isEqualTo(new IpcAnswer.Refused("the server is closing"));
        }
    }

    @Test
    void whatIsNoRequest_isRefused_andTheConnectionEnds() throws Exception {
        try (AdminSocket socket = open(ECHO, IpcLimits.CLIENT_LIMIT)) {
            for (byte[] body : List.of(new byte[] {}, new byte[] {1, 9}, new byte[] {7, 1}, new byte[] {1, 2, 0})) {
                try (SocketChannel client = connect()) {
                    ByteBuffer frame = ByteBuffer.allocate(4 + body.length);
                    frame.putInt(body.length).put(body).flip();
                    client.write(frame);
                    assertThat(((IpcAnswer.Refused) read(client)).reason())
                            .startsWith("the request cannot be understood");
                    assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                }
            }
            assertThat(socket.file()).exists();
        }
    }

    @Test
    void frameBeyondTheLimit_isRefusedBeforeItComes() throws Exception {
        try (AdminSocket socket = open(ECHO, IpcLimits.CLIENT_LIMIT);
                SocketChannel client = connect()) {
            client.write(ByteBuffer.allocate(4).putInt(0, IpcLimits.MAX_REQUEST_BYTES + 1));
            assertThat(((IpcAnswer.Refused) read(client)).reason()).contains("a frame of ");
            assertThat(socket.file()).exists();
        }
    }

    @Test
    void silentClients_areCutOff_andMakeRoomForOthers() throws Exception {
        List<SocketChannel> silent = new ArrayList<>();
        try (AdminSocket socket = open(ECHO, Duration.ofMillis(300))) {
            for (int i = 0; i < IpcLimits.MAX_CONNECTIONS; i++) {
                silent.add(connect());
            }
            try (IpcClient waits = IpcClient.connect(socket.file())) {
                assertThat(waits.ask(unlock("a"))).isEqualTo(new IpcAnswer.Refused("a"));
            }
            for (SocketChannel client : silent) {
                assertThat(Channels.newInputStream(client).read()).isEqualTo(-1);
                client.close();
            }
        }
    }

    @Test
    void aClientThatGoesInTheMiddle_harmsNobody() throws Exception {
        try (AdminSocket socket = open(ECHO, IpcLimits.CLIENT_LIMIT)) {
            for (int i = 0; i < 50; i++) {
                try (SocketChannel client = connect()) {
                    ByteBuffer frame = IpcCodec.encode(unlock("abc"));
                    client.write(frame.limit(i % 2 == 0 ? 6 : frame.limit()));
                }
            }
            try (IpcClient client = IpcClient.connect(socket.file())) {
                assertThat(client.ask(unlock("a"))).isEqualTo(new IpcAnswer.Refused("a"));
            }
        }
    }

    @Test
    void closing_endsConnections_andIsHarmlessTwice() throws Exception {
        AdminSocket socket = open(ECHO, IpcLimits.CLIENT_LIMIT);
        try (IpcClient client = IpcClient.connect(socket.file())) {
            assertThat(client.ask(unlock("a"))).isEqualTo(new IpcAnswer.Refused("a"));
            socket.close();
            socket.close();
            assertThatThrownBy(() -> client.ask(unlock("a"))).isInstanceOf(IOException.class);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFailureToAccept_isNotMetAgainAtOnce_andTheClientIsServedAfterwards() throws Exception {
        List<Long> attempts = new CopyOnWriteArrayList<>();
        AdminSocket.Accepting noFilesAtFirst = listener -> {
            attempts.add(System.nanoTime());
            if (attempts.size() == 1) {
                throw new IOException("Too many open files");
            }
            return listener.accept();
        };
        try (AdminSocket socket = AdminSocket.open(folder.resolve("s"), ECHO, IpcLimits.CLIENT_LIMIT, noFilesAtFirst);
                IpcClient client = IpcClient.connect(socket.file())) {
            assertThat(client.ask(unlock("a"))).isEqualTo(new IpcAnswer.Refused("a"));
        }
        assertThat(attempts.get(1) - attempts.get(0)).isGreaterThanOrEqualTo(IpcLimits.ACCEPT_PAUSE.toNanos());
    }

    @Test
    void aServerThatAcceptsNobody_isGivenUp_andItsSocketIsNotTakenOver() throws Exception {
        List<SocketChannel> inTheQueue = new ArrayList<>();
        Path file = folder.resolve("s");
        try (ServerSocketChannel still = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            still.bind(UnixDomainSocketAddress.of(file), 1);
            boolean room = true;
            while (room) {
                SocketChannel waiting = SocketChannel.open(StandardProtocolFamily.UNIX);
                inTheQueue.add(waiting);
                waiting.configureBlocking(false);
                room = SocketFile.hasRoom(waiting, file);
            }
            assertThatThrownBy(() -> IpcClient.connect(file, Duration.ofMillis(100)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("accepted nobody");
            assertThatThrownBy(() -> SocketFile.create(file))
                    .isInstanceOfSatisfying(
                            SocketFileException.class,
                            failed -> assertThat(failed.isInUse()).isTrue());
        } finally {
            for (SocketChannel waiting : inTheQueue) {
                waiting.close();
            }
        }
    }
}
