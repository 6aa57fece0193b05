package io.claviger.testkit;

import io.claviger.testkit.DynamoFaultProxy.Incident;
import io.claviger.testkit.WireMessage.Answer;
import io.claviger.testkit.WireMessage.Request;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** The requests of one connection, one after the other, and what happens to them. Used on the loop only. */
final class DynamoExchange extends SimpleChannelInboundHandler<FullHttpRequest> {
    /** So many requests may be sent ahead of the answers; then the connection is closed. */
    static final int MAX_AHEAD = 16;

    private final DynamoTraffic traffic;
    private final Channel channel;
    private final Deque<Arrival> ahead = new ArrayDeque<>();
    private boolean busy;

    /**
     * A request as it came.
     *
     * @param isLast whether its answer ends the connection
     */
    private record Arrival(Request request, boolean isLast) {}

    DynamoExchange(DynamoTraffic traffic, Channel channel) {
        this.traffic = traffic;
        this.channel = channel;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest message) {
        if (ahead.size() >= MAX_AHEAD) {
            channel.close();
            return;
        }
        ahead.add(new Arrival(traffic.arrived(message), !HttpUtil.isKeepAlive(message)));
        if (!busy) {
            next();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        channel.close();
    }

    private void next() {
        Arrival arrival = ahead.poll();
        busy = arrival != null;
        if (arrival != null) {
            Request request = arrival.request();
            DynamoFault fault = traffic.faultOf(request);
            DynamoRefusals.of(fault, request.operation())
                    .ifPresentOrElse(
                            refusal -> {
                                traffic.note(request, fault, Incident.NEVER);
                                answer(arrival, refusal);
                            },
                            () -> send(arrival, fault));
        }
    }

    private void send(Arrival arrival, DynamoFault fault) {
        Request request = arrival.request();
        if (fault instanceof DynamoFault.Cut) {
            traffic.note(request, fault, Incident.NEVER);
            cut();
        } else if (fault instanceof DynamoFault.Late late) {
            cut();
            traffic.later(late.delay(), done -> traffic.copy(request, fault, done));
        } else if (fault instanceof DynamoFault.SlowBefore slow) {
            traffic.later(
                    slow.latency(),
                    done -> forward(
                            request,
                            reply -> {
                                traffic.note(request, fault, reply.status());
                                answer(arrival, reply);
                            },
                            done));
        } else {
            forward(request, reply -> replied(arrival, fault, reply), () -> {});
        }
    }

    private void forward(Request request, Consumer<Answer> then, Runnable done) {
        traffic.forward(request).whenComplete((reply, failure) -> {
            if (failure == null) {
                then.accept(reply);
            } else {
                cut();
            }
            done.run();
        });
    }

    private void replied(Arrival arrival, DynamoFault fault, Answer reply) {
        Request request = arrival.request();
        if (fault instanceof DynamoFault.None) {
            answer(arrival, reply);
        } else if (fault instanceof DynamoFault.Duplicated twice) {
            traffic.later(twice.delay(), done -> traffic.copy(request, fault, done));
            answer(arrival, reply);
        } else if (fault instanceof DynamoFault.StaleRead) {
            Answer told = traffic.stale(request, reply);
            if (!told.equals(reply)) {
                traffic.note(request, fault, reply.status());
            }
            answer(arrival, told);
        } else {
            traffic.note(request, fault, reply.status());
            withhold(arrival, fault, reply);
        }
    }

    private void withhold(Arrival arrival, DynamoFault fault, Answer reply) {
        if (fault instanceof DynamoFault.AppliedButError) {
            answer(arrival, DynamoRefusals.ERROR);
        } else if (fault instanceof DynamoFault.SlowAfter slow) {
            traffic.later(slow.latency(), done -> {
                answer(arrival, reply);
                done.run();
            });
        } else {
            cut();
        }
    }

    private void answer(Arrival arrival, Answer answer) {
        if (!channel.isActive()) {
            // Whoever asked has given up; what was sent ahead is not done either.
            ahead.clear();
            return;
        }
        DefaultFullHttpResponse message = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                Unpooled.wrappedBuffer(answer.body().toArray()));
        answer.headers().forEach(header -> message.headers().add(header.getKey(), header.getValue()));
        message.headers().set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length());
        HttpUtil.setKeepAlive(message, !arrival.isLast());
        channel.writeAndFlush(message)
                .addListener(arrival.isLast() ? ChannelFutureListener.CLOSE : ChannelFutureListener.CLOSE_ON_FAILURE);
        next();
    }

    private void cut() {
        ahead.clear();
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close();
    }
}
