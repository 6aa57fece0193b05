package io.claviger.testkit;

import io.claviger.testkit.WireMessage.Answer;
import io.claviger.testkit.WireMessage.Request;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.pool.AbstractChannelPoolHandler;
import io.netty.channel.pool.ChannelHealthChecker;
import io.netty.channel.pool.FixedChannelPool;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The endpoint that requests go on to, over connections that are kept and used one request at a time. Used on the loop only. */
final class DynamoUpstream implements AutoCloseable {
    /** How many requests are at the endpoint at a time. */
    static final int MAX_CONNECTIONS = 256;

    /** How many more wait for a connection. */
    static final int MAX_WAITING = 10_000;

    /** An answer that takes longer is none. */
    static final Duration LIMIT = Duration.ofSeconds(10);

    private final FixedChannelPool connections;

    DynamoUpstream(EventLoopGroup group, InetSocketAddress endpoint) {
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .remoteAddress(endpoint);
        connections = new FixedChannelPool(
                bootstrap,
                new Opening(),
                ChannelHealthChecker.ACTIVE,
                FixedChannelPool.AcquireTimeoutAction.FAIL,
                LIMIT.toMillis(),
                MAX_CONNECTIONS,
                MAX_WAITING);
    }

    private static final class Opening extends AbstractChannelPoolHandler {
        @Override
        public void channelCreated(Channel channel) {
            channel.pipeline()
                    .addLast(
                            new HttpClientCodec(),
                            new HttpObjectAggregator(DynamoFaultProxy.MAX_BODY_BYTES),
                            new Answers());
        }
    }

    /** Sends a request on. The future completes on the loop, and fails if there is no answer. */
    CompletableFuture<Answer> forward(Request request) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        connections.acquire().addListener((Future<Channel> acquired) -> {
            if (acquired.isSuccess()) {
                send(request, acquired.getNow(), answer);
            } else {
                answer.completeExceptionally(acquired.cause());
            }
        });
        return answer;
    }

    private void send(Request request, Channel channel, CompletableFuture<Answer> answer) {
        DefaultFullHttpRequest message = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                request.method(),
                request.path(),
                Unpooled.wrappedBuffer(request.body().toArray()));
        request.headers().forEach(header -> message.headers().add(header.getKey(), header.getValue()));
        message.headers().set(HttpHeaderNames.CONTENT_LENGTH, request.body().length());
        channel.pipeline().get(Answers.class).expect(answer);
        Future<?> limit = channel.eventLoop()
                .schedule(
                        () -> answer.completeExceptionally(new IOException("no answer within " + LIMIT)),
                        LIMIT.toMillis(),
                        TimeUnit.MILLISECONDS);
        answer.whenComplete((done, failure) -> {
            limit.cancel(false);
            if (failure != null) {
                channel.close();
            }
            connections.release(channel);
        });
        channel.writeAndFlush(message).addListener(written -> {
            if (!written.isSuccess()) {
                answer.completeExceptionally(written.cause());
            }
        });
    }

    /** Waits for the answer to the one request that is under way on its connection. */
    private static final class Answers extends SimpleChannelInboundHandler<FullHttpResponse> {
        private @Nullable CompletableFuture<Answer> expected;

        void expect(CompletableFuture<Answer> answer) {
            expected = answer;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse message) {
            CompletableFuture<Answer> answer = expected;
            expected = null;
            if (!HttpUtil.isKeepAlive(message)) {
                context.close();
            }
            if (answer != null) {
                answer.complete(Answer.of(message));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail(new IOException("the endpoint ended the connection"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
            fail(cause);
        }

        private void fail(Throwable cause) {
            CompletableFuture<Answer> answer = expected;
            expected = null;
            if (answer != null) {
                answer.completeExceptionally(cause);
            }
        }
    }

    /** What is under way ends with the loop. */
    @Override
    public void close() {
        connections.closeAsync();
    }
}
