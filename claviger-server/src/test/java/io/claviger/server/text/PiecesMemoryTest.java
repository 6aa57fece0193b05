package io.claviger.server.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.ServerConfig;
import io.claviger.server.SessionIds;
import io.claviger.server.VolatileSequencer;
import io.claviger.server.security.Guard;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a connection does when there is no memory for its answers. */
class PiecesMemoryTest {
    private final Scarce memory = new Scarce();
    private final Peer one = new Peer();
    private final VolatileSequencer sequencer = new VolatileSequencer(one.eventLoop());
    private final TextFront front =
            new TextFront(ServerConfig.builder().build(), Guard.none(), sequencer, new SessionIds(), () -> {});
    private final LoopTools tools = new LoopTools();

    @Test
    void anAnswerThatFoundNoMemoryDoesNotReachAnotherConnection() {
        Peer two = new Peer();
        one.begin();
        two.begin();
        assertThat(one.ask(".session")).isEqualTo("session\n");
        memory.exhausted = true;
        one.writeInbound(Unpooled.copiedBuffer("lock,name:secret,id:1\n", StandardCharsets.US_ASCII));
        memory.exhausted = false;
        assertThat(two.ask(".ping")).isEqualTo("pong\n");
    }

    @Test
    void aConnectionWithoutMemoryForItsAnswerIsClosed() {
        one.begin();
        assertThat(one.ask(".session")).isEqualTo("session\n");
        memory.exhausted = true;
        one.writeInbound(Unpooled.copiedBuffer(".ping,id:1\n", StandardCharsets.US_ASCII));
        assertThat(one.isOpen()).isFalse();
    }

    @Test
    void aGrantThatFindsNoMemoryClosesItsOwnConnectionOnly() {
        Peer two = new Peer();
        one.begin();
        two.begin();
        assertThat(one.ask(".session")).isEqualTo("session\n");
        String granted = one.ask("lock,name:a,id:1");
        String release = "release,id:2,key:" + granted.substring(granted.indexOf(",key:") + 5);
        assertThat(two.ask("lock,name:a,wait:60")).isEmpty();
        one.pipeline().fireChannelRead(Unpooled.copiedBuffer(release, StandardCharsets.US_ASCII));
        memory.exhausted = true;
        one.runPendingTasks();
        memory.exhausted = false;
        assertThat(two.isOpen()).isFalse();
        one.pipeline().fireChannelReadComplete();
        assertThat(one.answers()).isEqualTo("released,id:2\n");
    }

    /** Has no buffers while it is exhausted. */
    private static final class Scarce extends AbstractByteBufAllocator {
        private boolean exhausted;

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            check();
            return UnpooledByteBufAllocator.DEFAULT.heapBuffer(initialCapacity, maxCapacity);
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            check();
            return UnpooledByteBufAllocator.DEFAULT.directBuffer(initialCapacity, maxCapacity);
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }

        private void check() {
            if (exhausted) {
                throw new OutOfMemoryError("on purpose");
            }
        }
    }

    /** A connection without a socket. */
    private final class Peer extends EmbeddedChannel {
        @Override
        protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        }

        void begin() {
            config().setAllocator(memory);
            TextConnection connection = new TextConnection(front, tools, this);
            pipeline().addLast(connection);
            pipeline().fireChannelActive();
        }

        String ask(String line) {
            writeInbound(Unpooled.copiedBuffer(line + "\n", StandardCharsets.US_ASCII));
            return answers();
        }

        String answers() {
            StringBuilder answer = new StringBuilder();
            for (ByteBuf part = readOutbound(); part != null; part = readOutbound()) {
                answer.append(part.toString(StandardCharsets.US_ASCII));
                part.release();
            }
            return answer.toString();
        }
    }
}
