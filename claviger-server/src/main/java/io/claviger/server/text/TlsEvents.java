package io.claviger.server.text;

import io.netty.channel.Channel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;

/** What is different about an end when there is TLS: it has words for it, and they must be said before the socket's. */
@SuppressWarnings("FutureReturnValueIgnored")
final class TlsEvents {
    private TlsEvents() {}

    /** Whether the event says that the client will send nothing more, in the words of TCP or of TLS. */
    static boolean isInputEnd(Object event) {
        return event == ChannelInputShutdownEvent.INSTANCE || event == SslCloseCompletionEvent.SUCCESS;
    }

    /** Ends our sending side, so that the client sees an orderly end, while we can still read. */
    static void endOutput(Channel channel, DuplexChannel duplex) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            duplex.shutdownOutput();
        } else {
            tls.closeOutbound().addListener(said -> duplex.shutdownOutput());
        }
    }

    /** Whether it is the client's fault: it does not speak TLS, or not ours, or has no certificate that we trust. */
    static boolean isBrokenTls(Throwable cause) {
        return cause instanceof DecoderException && cause.getCause() instanceof javax.net.ssl.SSLException;
    }
}
