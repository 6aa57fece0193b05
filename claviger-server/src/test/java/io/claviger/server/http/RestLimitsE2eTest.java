package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.ServerConfig;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bounds of the HTTP front, and clients that want more. */
class RestLimitsE2eTest {
    private static final String TOO_LARGE =
            "{\"code\":3, \"message\":\"the body is longer than 524288 bytes, the most allowed\", \"details\":[]}";

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private RestServer server;

    @BeforeEach
    void start() {
        server = new RestServer(ServerConfig.builder().maxConnections(50));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String filled(int length) {
        return "{\"x\":\"" + "x".repeat(length - 8) + "\"}";
    }

    @Test
    void aBodyHasALimit() {
        RestClient client = server.session();
        assertThat(client.post("/v1/unlock", filled(HttpLimits.MAX_BODY_BYTES)).statusCode())
                .isEqualTo(200);
        HttpResponse<String> answer = client.post("/v1/unlock", filled(HttpLimits.MAX_BODY_BYTES + 1));
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).isEqualTo(TOO_LARGE);
        assertThat(answer.headers().firstValue("set-cookie")).isPresent();
        assertThat(client.lock("after")).isNotEmpty();
    }

    @Test
    void aBodyWithoutALengthHasTheSame() throws Exception {
        RestClient client = server.session();
        byte[] body = filled(HttpLimits.MAX_BODY_BYTES + 1).getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> answer = client.send(client.request("POST", "/v1/lock", "")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body)))
                .build());
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).isEqualTo(TOO_LARGE);
    }

    @Test
    void aBodyInPiecesIsRead() {
        RestClient client = server.session();
        try (RawHttp raw = server.raw()) {
            raw.send("POST /v1/lock HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nCookie: "
                    + client.cookie() + "\r\n\r\n");
            raw.send("7\r\n{\"name\"\r\n");
            raw.send("5\r\n:\"in \r\n");
            raw.send("8\r\npieces\"}\r\n0\r\n\r\n");
            assertThat(raw.reply().body()).contains("\"locked\":true", "\"in pieces\"");
        }
    }

    @Test
    void headersHaveALimit() {
        try (RawHttp raw = server.raw()) {
            raw.send("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(17_000) + "\r\n\r\n");
            RawHttp.Reply reply = raw.reply();
            assertThat(reply.status()).isEqualTo(431);
            assertThat(reply.body())
                    .isEqualTo("{\"code\":3, \"message\":\"Request Header Fields Too Large\", \"details\":[]}");
        }
    }

    @Test
    void whatIsNoHttpIsToldSoWithoutOurInside() {
        try (RawHttp raw = server.raw()) {
            raw.send("lock,name:a\r\n\r\n");
            RawHttp.Reply reply = raw.reply();
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).isEqualTo("{\"code\":3, \"message\":\"Bad Request\", \"details\":[]}");
            assertThat(reply.head()).doesNotContainIgnoringCase("jetty").doesNotContain("Server:");
            assertThat(raw.isEnd()).isTrue();
        }
    }

    @Test
    void connectionsHaveALimit() {
        List<RawHttp> open = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            RawHttp raw = server.raw().send("HEAD /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n");
            open.add(raw);
        }
        RestServer.await(() -> server.connections() == 50, "50 connections");
        try (RawHttp tooMany = server.raw()) {
            assertThat(tooMany.isEnd()).isTrue();
        }
        open.forEach(RawHttp::close);
        RestServer.await(() -> server.connections() == 0, "no connection");
        assertThat(server.session().lock("again")).isNotEmpty();
    }

    @Test
    void slowSendersHinderNobody() {
        RestClient client = server.session();
        List<RawHttp> slow = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String begin = "POST /v1/lock HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\nCookie: "
                    + client.cookie() + "\r\n";
            slow.add(server.raw().send(i % 2 == 0 ? begin : begin + "\r\n{\"na"));
        }
        assertThat(client.lock("past the slow")).isNotEmpty();
        slow.forEach(RawHttp::close);
        // Nothing of them keeps the session in use.
        RestServer.await(() -> server.connections() <= 2, "the slow ones to be gone");
        assertThat(client.send("DELETE", "/session", "").statusCode()).isEqualTo(200);
    }

    @Test
    void aBodyThatBreaksOffIsNoRequest() {
        RestClient client = server.session();
        try (RawHttp raw = server.raw()) {
            raw.send("POST /v1/lock HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\nCookie: " + client.cookie()
                            + "\r\n\r\n{\"name\":\"broken\"}")
                    .halfClose();
            assertThat(raw.reply().status()).isEqualTo(400);
        }
        assertThat(server.tryByText("broken")).isEqualTo("ok");
    }

    @Test
    void manyMayWaitAtOnceOnAFewThreads() throws Exception {
        RestClient holder = server.session();
        holder.lock("a");
        RestClient client = server.session();
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            waiting.add(client.postLater("/v1/lock", "{\"name\":\"a\",\"wait_timeout_seconds\":0}"));
        }
        RestServer.await(() -> server.queueLength("a") == 30, "30 to wait");
        client.send("DELETE", "/session", "");
        for (CompletableFuture<HttpResponse<String>> answer : waiting) {
            assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(401);
        }
    }
}
