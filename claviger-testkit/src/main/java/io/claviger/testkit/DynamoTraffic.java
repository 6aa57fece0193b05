package io.claviger.testkit;

import io.claviger.testkit.DynamoFaultProxy.Incident;
import io.claviger.testkit.WireMessage.Answer;
import io.claviger.testkit.WireMessage.Request;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.FullHttpRequest;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** All requests of a {@link DynamoFaultProxy}: what they meet, what is held up, and what has happened. Used on the loop only. */
final class DynamoTraffic implements AutoCloseable {
    final DynamoFaultScript script = new DynamoFaultScript();
    private final EventLoopGroup group;
    private final DynamoUpstream upstream;
    private final EarlierAnswers earlier = new EarlierAnswers();
    private final Map<String, Long> counts = new HashMap<>();
    private final Deque<Incident> incidents = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> whenArrived = new ArrayList<>();
    private int heldUp;
    private long requests;

    DynamoTraffic(EventLoopGroup group, InetSocketAddress endpoint) {
        this.group = group;
        this.upstream = new DynamoUpstream(group, endpoint);
    }

    Request arrived(FullHttpRequest message) {
        Request request = Request.of(requests, message);
        requests++;
        if (DynamoFault.READS.contains(request.operation()) || DynamoFault.WRITES.contains(request.operation())) {
            counts.merge(request.operation(), 1L, Long::sum);
        }
        return request;
    }

    DynamoFault faultOf(Request request) {
        return script.take(request.operation());
    }

    long count(String operation) {
        return counts.getOrDefault(operation, 0L);
    }

    CompletableFuture<Answer> forward(Request request) {
        return upstream.forward(request).whenComplete((answer, failure) -> {
            if (failure == null) {
                earlier.remember(request, answer);
            }
        });
    }

    /** Sends on what nobody waits for. */
    void copy(Request request, DynamoFault fault, Runnable done) {
        forward(request).whenComplete((answer, failure) -> {
            note(request, fault, failure == null ? answer.status() : Incident.NEVER);
            done.run();
        });
    }

    /** Returns an answer that was true earlier, or the given one if there is none. */
    Answer stale(Request request, Answer now) {
        return earlier.stale(request, now).orElse(now);
    }

    void note(Request request, DynamoFault fault, int status) {
        String body = request.text();
        incidents.add(new Incident(
                request.number(),
                request.operation(),
                body.substring(0, Math.min(body.length(), DynamoFaultProxy.MAX_NOTED_LENGTH)),
                fault,
                status));
        if (incidents.size() > DynamoFaultProxy.MAX_INCIDENTS) {
            incidents.remove();
        }
    }

    List<Incident> incidents() {
        return List.copyOf(incidents);
    }

    /**
     * Does something later, or at once if too much is held up already.
     *
     * @param action is given what to call when it is done
     */
    void later(Duration delay, Consumer<Runnable> action) {
        if (heldUp >= DynamoFaultProxy.MAX_HELD_UP) {
            action.accept(() -> {});
            return;
        }
        heldUp++;
        group.schedule(() -> action.accept(this::arrived), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void arrived() {
        heldUp--;
        if (heldUp == 0) {
            List<CompletableFuture<Void>> all = List.copyOf(whenArrived);
            whenArrived.clear();
            all.forEach(waiting -> waiting.complete(null));
        }
    }

    /** Returns what is done when nothing is held up any more. */
    CompletableFuture<Void> whenArrived() {
        CompletableFuture<Void> all = new CompletableFuture<>();
        if (heldUp == 0) {
            all.complete(null);
        } else {
            whenArrived.add(all);
        }
        return all;
    }

    @Override
    public void close() {
        upstream.close();
    }
}
