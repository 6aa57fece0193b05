package io.claviger.server.text;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * Watches a connection whose client has ended sending but keeps its lock.
 *
 * <p>Such a client has nothing left to send but a reset, and when that (or the end of keep-alive) has come, the channel
 * gets no event, since it has ended reading. So we look at the socket. Only epoll can: elsewhere the lock stays until its
 * lease ends or an answer cannot be sent.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class HalfClosed {
    /** The state of a socket whose peer has ended sending, as Linux numbers it. */
    private static final int TCP_CLOSE_WAIT = 8;

    private HalfClosed() {}

    static void watch(TextConnection connection, Channel channel) {
        if (connection.isEnding() || !(channel instanceof EpollSocketChannel epoll)) {
            return;
        }
        if (epoll.tcpInfo().state() != TCP_CLOSE_WAIT) {
            channel.close();
        } else {
            connection.after(TextLimits.HALF_CLOSED_MILLIS, TimeUnit.MILLISECONDS, () -> watch(connection, channel));
        }
    }
}
