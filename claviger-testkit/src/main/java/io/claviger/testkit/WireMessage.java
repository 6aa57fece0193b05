package io.claviger.testkit;

import io.claviger.engine.Bytes;
import io.netty.handler.codec.http.FullHttpMessage;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A request or an answer of HTTP, free of buffers that somebody has to release. */
sealed interface WireMessage {
    /** What is about a connection, and so not passed on. */
    Set<String> OF_CONNECTION =
            Set.of("connection", "keep-alive", "transfer-encoding", "content-length", "expect", "upgrade");

    List<Map.Entry<String, String>> headers();

    Bytes body();

    default String text() {
        return new String(body().toArray(), StandardCharsets.UTF_8);
    }

    /**
     * A request.
     *
     * @param number how many came before it
     * @param operation what {@code X-Amz-Target} names behind its dot; empty if there is none
     */
    record Request(
            long number,
            String operation,
            HttpMethod method,
            String path,
            List<Map.Entry<String, String>> headers,
            Bytes body)
            implements WireMessage {

        static Request of(long number, FullHttpRequest message) {
            String target = message.headers().get("X-Amz-Target", "");
            return new Request(
                    number,
                    target.substring(target.indexOf('.') + 1),
                    message.method(),
                    message.uri(),
                    passedOn(message.headers()),
                    bytes(message));
        }
    }

    /** An answer. */
    record Answer(int status, List<Map.Entry<String, String>> headers, Bytes body) implements WireMessage {
        private static final String JSON = "application/x-amz-json-1.0";

        static Answer of(FullHttpResponse message) {
            return new Answer(message.status().code(), passedOn(message.headers()), bytes(message));
        }

        /** What the service says when it refuses. */
        static Answer failure(int status, String type, String message, String more) {
            return new Answer(
                    status,
                    header(JSON),
                    bytes("{\"__type\":\"" + type + "\",\"message\":\"" + message + "\"" + more + "}"));
        }

        /** What something before the service says. */
        static Answer plain(int status, String text) {
            return new Answer(status, header("text/plain"), bytes(text));
        }

        private static List<Map.Entry<String, String>> header(String type) {
            return List.of(Map.entry(HttpHeaderNames.CONTENT_TYPE.toString(), type));
        }
    }

    private static List<Map.Entry<String, String>> passedOn(HttpHeaders headers) {
        return headers.entries().stream()
                .filter(header -> OF_CONNECTION.stream().noneMatch(header.getKey()::equalsIgnoreCase))
                .map(header -> Map.entry(header.getKey(), header.getValue()))
                .toList();
    }

    private static Bytes bytes(FullHttpMessage message) {
        byte[] bytes = new byte[message.content().readableBytes()];
        message.content().getBytes(message.content().readerIndex(), bytes);
        return Bytes.copyOf(bytes);
    }

    private static Bytes bytes(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
    }
}
