package io.claviger.server.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.engine.Command;
import io.claviger.engine.Event;
import io.claviger.engine.LockMachine;
import io.claviger.engine.OwnerKey;
import io.claviger.server.Sequencer;
import io.claviger.server.ServerConfig;
import io.claviger.server.SessionIds;
import io.claviger.server.VolatileSequencer;
import io.claviger.server.security.Guard;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The front over the JDK's selector, and over a sequencer that is asynchronous to it and may be slow: revocations, and
 * withdrawals that do not apply in time.
 */
class TextFrontE2eTest {
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final SlowSequencer sequencer = new SlowSequencer(new VolatileSequencer(loops.next()));
    private final TextFront front =
            new TextFront(ServerConfig.builder().build(), Guard.none(), sequencer, new SessionIds(), () -> {});

    @BeforeEach
    void open() throws IOException {
        front.open(
                new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() {
        front.close(2_000);
        sequencer.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void aRevokedHolderIsToldAndItsEndConfirms() {
        try (Wire told = connect();
                Wire plain = connect()) {
            String token = told.ask("lock,name:a,info:1").replaceAll("ok,token:(\\d+),.*", "$1");
            revoke("a");
            assertThat(told.rest()).isEqualTo("lost,name:a,token:" + token + ",reason:revoked\n");
            awaitIdle();
            assertThat(plain.ask("lock,name:b")).isEqualTo("ok");
            revoke("b");
            assertThat(plain.rest()).isEmpty();
            awaitIdle();
        }
    }

    @Test
    void aRevokedSessionLockIsToldAndReleased() {
        try (Wire session = connect();
                Wire waiter = connect()) {
            assertThat(session.ask(".session")).isEqualTo("session");
            String token = session.ask("lock,name:a,id:1").replaceAll(".*token:(\\d+),.*", "$1");
            waiter.send("lock,name:a,wait:30\n");
            TextServer.await(() -> claims() == 2, "the waiter");
            revoke("a");
            assertThat(session.line()).isEqualTo("lost,name:a,token:" + token + ",reason:revoked");
            assertThat(waiter.line()).isEqualTo("ok");
            assertThat(session.ask(".ping,id:2")).isEqualTo("pong,id:2");
        }
    }

    @Test
    void L5_aWithdrawalThatDoesNotApplyIsNoHang() {
        try (Wire holder = connect();
                Wire session = connect();
                Wire waiter = connect()) {
            assertThat(holder.ask("lock,name:a")).isEqualTo("ok");
            assertThat(session.ask(".session")).isEqualTo("session");
            sequencer.holdWithdrawals = true;
            session.send("lock,name:a,wait:0.1,id:1\nlock,name:a,wait:60,id:2\ncancel,id:2\n");
            assertThat(waiter.send("lock,name:a,wait:0.1\n").rest()).isEqualTo("err,outcome unknown\n");
            assertThat(session.line()).isEqualTo("err,outcome unknown,id:2");
            assertThat(session.line()).isEqualTo("err,outcome unknown,id:1");
            assertThat(session.ask(".ping,id:1")).isEqualTo("pong,id:1");
        }
        awaitIdle();
    }

    @Test
    void aSequencerThatIsClosedEndsConnections() {
        try (Wire wire = connect()) {
            sequencer.close();
            assertThat(wire.send("lock,name:a\n").rest()).isEmpty();
        }
    }

    private Wire connect() {
        return new Wire(front.address());
    }

    private void revoke(String name) {
        Command command = new Command.Revoke(name, Optional.<OwnerKey>empty(), Command.Urgency.WHEN_SAFE);
        assertThat(sequencer.submit(command).toCompletableFuture().join()).isEqualTo(new Event.Revoked(name, 1));
    }

    private int claims() {
        return sequencer.query(LockMachine::claimCount).toCompletableFuture().join();
    }

    private void awaitIdle() {
        TextServer.await(() -> claims() == 0, "everything to be released");
    }

    /** Passes everything on, but withdrawals only if it may. */
    private static final class SlowSequencer implements Sequencer {
        private final Sequencer inner;
        private volatile boolean holdWithdrawals;

        SlowSequencer(Sequencer inner) {
            this.inner = inner;
        }

        @Override
        public CompletionStage<Event.Reply> submit(Command command) {
            return holdWithdrawals && command instanceof Command.Withdraw
                    ? new CompletableFuture<>()
                    : inner.submit(command);
        }

        @Override
        public void host(long session, Consumer<Event.Notice> observer) {
            inner.host(session, observer);
        }

        @Override
        public void leave(long session) {
            inner.leave(session);
        }

        @Override
        public <T> CompletionStage<T> query(Function<LockMachine, T> question) {
            return inner.query(question);
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
