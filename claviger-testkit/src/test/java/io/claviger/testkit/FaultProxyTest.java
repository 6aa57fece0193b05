package io.claviger.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.testkit.ContractFixture.Blocking;
import io.claviger.testkit.FaultProxy.Direction;
import io.claviger.testkit.FaultProxy.Ending;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The proxy between plain sockets. */
@Timeout(60)
class FaultProxyTest {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int A_MOMENT_MILLIS = 50;
    private static final int MORE_THAN_SYSTEMS_BUFFER = 256 << 20;
    private static final int READ_BUFFER = 1 << 16;

    private ServerSocket server;
    private FaultProxy proxy;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout(PATIENCE_MILLIS);
        proxy = FaultProxy.to((InetSocketAddress) server.getLocalSocketAddress());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    /** A client and what the server accepted for it. */
    private record Pair(Socket client, Socket accepted) implements AutoCloseable {
        Socket from(Direction direction) {
            return direction == Direction.TO_SERVER ? client : accepted;
        }

        Socket to(Direction direction) {
            return direction == Direction.TO_SERVER ? accepted : client;
        }

        @Override
        public void close() throws IOException {
            client.close();
            accepted.close();
        }
    }

    private Socket connect() throws IOException {
        Socket client = new Socket();
        client.connect(proxy.address(), PATIENCE_MILLIS);
        client.setSoTimeout(PATIENCE_MILLIS);
        client.setTcpNoDelay(true);
        return client;
    }

    private Pair pair() throws IOException {
        Socket client = connect();
        Socket accepted = server.accept();
        accepted.setSoTimeout(PATIENCE_MILLIS);
        accepted.setTcpNoDelay(true);
        return new Pair(client, accepted);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    private static void assertArrives(byte[] expected, Socket at) throws IOException {
        assertThat(at.getInputStream().readNBytes(expected.length)).isEqualTo(expected);
    }

    private static void assertNothingArrives(Socket at) throws IOException {
        at.setSoTimeout(A_MOMENT_MILLIS);
        assertThatThrownBy(() -> at.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        at.setSoTimeout(PATIENCE_MILLIS);
    }

    private static void eventually(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (!condition.call()) {
            assertThat(System.nanoTime() - deadline).as("waited in vain").isNegative();
            Thread.onSpinWait();
        }
    }

    @Test
    void passesEverythingOnWhileAllIsWell() throws Exception {
        try (Pair pair = pair()) {
            byte[] sent = bytes(3_000_000);
            Thread writer = new Thread(() -> {
                try {
                    pair.client().getOutputStream().write(sent);
                    pair.client().shutdownOutput();
                } catch (IOException failed) {
                    throw new AssertionError(failed);
                }
            });
            writer.start();
            assertThat(pair.accepted().getInputStream().readAllBytes()).isEqualTo(sent);
            pair.accepted().getOutputStream().write(sent, 0, 1000);
            pair.accepted().shutdownOutput();
            assertThat(pair.client().getInputStream().readAllBytes()).isEqualTo(Arrays.copyOf(sent, 1000));
            assertThat(proxy.passedOn(Direction.TO_SERVER)).isEqualTo(sent.length);
            assertThat(proxy.passedOn(Direction.TO_CLIENT)).isEqualTo(1000);
            writer.join();
        }
        eventually(() -> proxy.connections() == 0);
    }

    @ParameterizedTest
    @EnumSource
    void passesAResetOn(Direction direction) throws Exception {
        try (Pair pair = pair()) {
            pair.from(direction).setSoLinger(true, 0);
            pair.from(direction).close();
            assertThatThrownBy(() -> pair.to(direction).getInputStream().read()).isInstanceOf(SocketException.class);
        }
        eventually(() -> proxy.connections() == 0);
    }

    @ParameterizedTest
    @EnumSource
    void delaysOneDirectionAndKeepsItsOrder(Direction direction) throws Exception {
        try (Pair pair = pair()) {
            proxy.delay(direction, Duration.ofMillis(80));
            long sentNanos = System.nanoTime();
            byte[] sent = bytes(10_000);
            pair.from(direction).getOutputStream().write(sent, 0, 5_000);
            eventually(() -> proxy.waitingBytes(direction) + proxy.passedOn(direction) == 5_000);
            proxy.delay(direction, Duration.ZERO);
            pair.from(direction).getOutputStream().write(sent, 5_000, 5_000);
            pair.from(direction).shutdownOutput();
            assertThat(pair.to(direction).getInputStream().readAllBytes()).isEqualTo(sent);
            assertThat(System.nanoTime() - sentNanos).isGreaterThanOrEqualTo(80_000_000L);
            pair.to(direction).getOutputStream().write(7);
            assertArrives(new byte[] {7}, pair.from(direction));
        }
    }

    private static Stream<Arguments> cuts() {
        return Stream.of(Direction.values())
                .flatMap(direction -> Stream.of(Ending.values())
                        .flatMap(ending ->
                                Stream.of(0, 1, 117, 5_000).map(bytes -> Arguments.of(direction, ending, bytes))));
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void cutsAtExactlyThatByte(Direction direction, Ending ending, int bytes) throws Exception {
        try (Pair cut = pair();
                Pair other = pair()) {
            proxy.cutAfter(direction, bytes, ending);
            byte[] sent = bytes(6_000);
            cut.from(direction).getOutputStream().write(sent);
            assertArrives(Arrays.copyOf(sent, bytes), cut.to(direction));
            assertEnd(cut.to(direction), ending);
            assertEnd(cut.from(direction), ending);
            // Only once, and only that connection.
            other.from(direction).getOutputStream().write(sent);
            assertArrives(sent, other.to(direction));
            assertThat(proxy.passedOn(direction)).isEqualTo(bytes + sent.length);
        }
        eventually(() -> proxy.connections() == 0);
    }

    @Test
    void cutWithAnEndLosesNothingBeforeIt() throws Exception {
        try (Pair cut = pair()) {
            proxy.cutAfter(Direction.TO_CLIENT, 700_001, Ending.FIN);
            byte[] sent = bytes(1_000_000);
            Blocking<Boolean> writer = new Blocking<>(() -> {
                cut.accepted().getOutputStream().write(sent);
                return true;
            });
            assertThat(cut.client().getInputStream().readAllBytes()).isEqualTo(Arrays.copyOf(sent, 700_001));
            cut.client().close();
            // The rest is taken and thrown away, so the writer does not hang.
            assertThat(writer.result.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                    .isTrue();
        }
    }

    private static void assertEnd(Socket at, Ending ending) throws IOException {
        if (ending == Ending.FIN) {
            assertThat(at.getInputStream().read()).isEqualTo(-1);
        } else {
            assertThatThrownBy(() -> at.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void cutsEverythingNow(Ending ending) throws Exception {
        try (Pair one = pair();
                Pair two = pair()) {
            proxy.cut(ending);
            for (Pair pair : new Pair[] {one, two}) {
                assertEnd(pair.client(), ending);
                assertEnd(pair.accepted(), ending);
            }
            // A peer that never ends its side gets so long, and no longer.
            eventually(() -> proxy.connections() == 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsHeldArrivesLater(Direction direction) throws Exception {
        try (Pair pair = pair()) {
            proxy.hold(direction);
            byte[] sent = bytes(9_999);
            pair.from(direction).getOutputStream().write(sent);
            pair.from(direction).shutdownOutput();
            assertNothingArrives(pair.to(direction));
            pair.to(direction).getOutputStream().write(7);
            assertArrives(new byte[] {7}, pair.from(direction));
            assertThat(proxy.passedOn(direction)).isZero();
            proxy.heal();
            assertThat(pair.to(direction).getInputStream().readAllBytes()).isEqualTo(sent);
        }
    }

    @Test
    void delayedBytesAreHeldAsWell() throws Exception {
        try (Pair pair = pair()) {
            proxy.delay(Direction.TO_SERVER, Duration.ofSeconds(1));
            pair.client().getOutputStream().write(bytes(1000));
            eventually(() -> proxy.waitingBytes(Direction.TO_SERVER) == 1000);
            long seenNanos = System.nanoTime();
            proxy.hold(Direction.TO_SERVER);
            eventually(() -> System.nanoTime() - seenNanos > 1_100_000_000L);
            assertNothingArrives(pair.accepted());
            proxy.heal();
            assertArrives(bytes(1000), pair.accepted());
        }
    }

    @ParameterizedTest
    @EnumSource
    void blackHoleSwallowsBytesAndEndsWhileTheConnectionStaysOpen(Direction direction) throws Exception {
        try (Pair pair = pair();
                Pair idle = pair()) {
            proxy.blackHole(direction);
            pair.from(direction).getOutputStream().write(bytes(100));
            pair.from(direction).shutdownOutput();
            assertNothingArrives(pair.to(direction));
            pair.to(direction).getOutputStream().write(7);
            assertArrives(new byte[] {7}, pair.from(direction));
            assertThat(proxy.connections()).isEqualTo(2);
            proxy.heal();
            // Behind a hole nothing may follow; without one all goes on.
            assertEnd(pair.to(direction), Ending.RST);
            idle.from(direction).getOutputStream().write(9);
            assertArrives(new byte[] {9}, idle.to(direction));
        }
    }

    @Test
    void blackHoleBothWays() throws Exception {
        try (Pair pair = pair()) {
            for (Direction direction : Direction.values()) {
                proxy.blackHole(direction);
                pair.from(direction).getOutputStream().write(bytes(100));
            }
            assertNothingArrives(pair.client());
            assertNothingArrives(pair.accepted());
            pair.client().setSoLinger(true, 0);
            pair.client().close();
            assertNothingArrives(pair.accepted());
            proxy.heal();
            assertEnd(pair.accepted(), Ending.RST);
        }
    }

    @Test
    void refusesNewConnectionsOnly() throws Exception {
        try (Pair pair = pair()) {
            for (int i = 0; i < 20; i++) {
                proxy.refuse();
                assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
                pair.client().getOutputStream().write(i);
                assertArrives(new byte[] {(byte) i}, pair.accepted());
                proxy.heal();
                pair().close();
            }
        }
    }

    @Test
    void deadEndGoesOnwardsOnlyWhenHealed() throws Exception {
        proxy.refuse();
        proxy.deadEnd();
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes(100));
            server.setSoTimeout(A_MOMENT_MILLIS);
            assertThatThrownBy(() -> server.accept()).isInstanceOf(SocketTimeoutException.class);
            server.setSoTimeout(PATIENCE_MILLIS);
            assertThat(proxy.connections()).isEqualTo(1);
            proxy.heal();
            try (Socket accepted = server.accept()) {
                accepted.setSoTimeout(PATIENCE_MILLIS);
                assertArrives(bytes(100), accepted);
            }
        }
    }

    @Test
    void resetsWhoeverComesWhileThereIsNoServer() throws Exception {
        server.close();
        // The reset may come as early as at the first option that is set after connecting.
        assertThatThrownBy(() -> {
                    try (Socket client = connect()) {
                        client.getInputStream().read();
                    }
                })
                .isInstanceOf(SocketException.class)
                .isNotInstanceOf(ConnectException.class);
        eventually(() -> proxy.connections() == 0);
    }

    /** Writes until no more is taken, and returns how much was. */
    private static long writeAllThatIsTaken(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        ByteBuffer chunk = ByteBuffer.allocate(READ_BUFFER);
        long written = 0;
        long lastProgress = System.nanoTime();
        while (System.nanoTime() - lastProgress < TimeUnit.MILLISECONDS.toNanos(300)) {
            chunk.clear();
            int taken = channel.write(chunk);
            written += taken;
            assertThat(written).isLessThan(MORE_THAN_SYSTEMS_BUFFER);
            if (taken > 0) {
                lastProgress = System.nanoTime();
            }
        }
        return written;
    }

    @Test
    void aReceiverThatDoesNotReadStopsTheSender() throws Exception {
        try (SocketChannel client = SocketChannel.open(proxy.address());
                Socket accepted = server.accept()) {
            long written = writeAllThatIsTaken(client);
            assertThat(proxy.waitingBytes(Direction.TO_SERVER)).isLessThanOrEqualTo(READ_BUFFER);
            client.shutdownOutput();
            accepted.setSoTimeout(PATIENCE_MILLIS);
            assertThat(accepted.getInputStream().skip(written)).isEqualTo(written);
            assertThat(accepted.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void delayedBytesAreBounded() throws Exception {
        proxy.delay(Direction.TO_SERVER, Duration.ofMinutes(10));
        try (SocketChannel client = SocketChannel.open(proxy.address());
                Socket accepted = server.accept()) {
            long written = writeAllThatIsTaken(client);
            assertThat(written).isGreaterThan(FaultProxy.MAX_WAITING_BYTES);
            assertThat(proxy.waitingBytes(Direction.TO_SERVER))
                    .isBetween((long) FaultProxy.MAX_WAITING_BYTES, (long) FaultProxy.MAX_WAITING_BYTES + READ_BUFFER);
            assertThat(accepted.getInputStream().available()).isZero();
        }
    }

    @Test
    void closeEndsEverything() throws Exception {
        try (Pair pair = pair()) {
            proxy.delay(Direction.TO_SERVER, Duration.ofMinutes(10));
            proxy.blackHole(Direction.TO_CLIENT);
            pair.client().getOutputStream().write(bytes(100));
            long begun = System.nanoTime();
            proxy.close();
            proxy.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(FaultProxy.LIMIT);
            assertEnd(pair.client(), Ending.RST);
            assertEnd(pair.accepted(), Ending.RST);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> proxy.heal())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
    }

    @Test
    void whoHasLeftBeforeTheWayOnwardsIsNotKept() throws Exception {
        proxy.deadEnd();
        try (Socket client = connect()) {
            client.setSoLinger(true, 0);
        }
        eventually(() -> proxy.connections() == 1);
        proxy.heal();
        server.accept().close();
        eventually(() -> proxy.connections() == 0);
    }

    @Test
    void closesWhileNewConnectionsAreRefused() {
        proxy.refuse();
        proxy.close();
        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    }

    @Test
    void refusesNegativeDelaysAndNumbers() {
        assertThatThrownBy(() -> proxy.delay(Direction.TO_CLIENT, Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not negative");
        assertThatThrownBy(() -> proxy.cutAfter(Direction.TO_CLIENT, -1, Ending.FIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not negative");
    }
}
