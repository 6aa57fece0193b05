package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.claviger.server.LdlmConfig;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lock that waits, and all that may happen to it meanwhile. */
class RestWaitE2eTest {
    private static final Duration IDLE = Duration.ofMillis(1_500);

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private RestServer server;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private RestClient holder;

    @BeforeEach
    void start() {
        server = new RestServer();
        holder = server.session();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String waiting(String name, int seconds) {
        return "{\"name\":\"" + name + "\",\"wait_timeout_seconds\":" + seconds + "}";
    }

    private static HttpResponse<String> get(CompletableFuture<HttpResponse<String>> answer) throws Exception {
        return answer.get(20, TimeUnit.SECONDS);
    }

    private static boolean isLocked(HttpResponse<String> answer) {
        return RestClient.json(answer).get("locked").getAsBoolean();
    }

    /** Waits until that many requests wait for the name, which one session holds. */
    private void awaitQueue(String name, int length) {
        RestServer.await(() -> server.queueLength(name) == length, length + " to wait for " + name);
    }

    @Test
    void aWaitingLockIsGrantedOnUnlock() throws Exception {
        String key = holder.lock("a");
        var waiting = server.session().postLater("/v1/lock", waiting("a", 0));
        awaitQueue("a", 1);
        assertThat(waiting).isNotDone();
        holder.unlock("a", key);
        assertThat(isLocked(get(waiting))).isTrue();
    }

    @Test
    void anUnlockOfTheSameSessionPassesAWaitingLock() throws Exception {
        String key = holder.lock("a");
        var waiting = holder.postLater("/v1/lock", waiting("a", 0));
        awaitQueue("a", 1);
        assertThat(holder.unlock("a", key).get("unlocked").getAsBoolean()).isTrue();
        assertThat(isLocked(get(waiting))).isTrue();
    }

    @Test
    void aFreeLockIsGrantedAtOnce() {
        assertThat(isLocked(holder.post("/v1/lock", waiting("free", 0)))).isTrue();
    }

    @Test
    void L5_aWaitEndsOnTimeAndLeavesNothing() {
        String key = holder.lock("a");
        long begin = System.nanoTime();
        JsonObject answer = server.session().ask("/v1/lock", waiting("a", 1));
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(1_000_000_000L);
        assertThat(answer.get("locked").getAsBoolean()).isFalse();
        assertThat(answer.get("key").getAsString()).isEmpty();
        assertThat(RestClient.errorCode(answer)).isEqualTo("LockWaitTimeout");
        assertThat(RestClient.errorMessage(answer)).isEqualTo("timeout waiting to acquire lock");
        assertThat(server.queueLength("a")).isZero();
        holder.unlock("a", key);
        assertThat(server.tryByText("a")).isEqualTo("ok");
    }

    @Test
    void L2_waitersAreServedInTheirOrder() throws Exception {
        String key = holder.lock("a");
        List<RestClient> clients = new ArrayList<>();
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(server.session());
            waiting.add(clients.get(i).postLater("/v1/lock", waiting("a", 0)));
            awaitQueue("a", i + 1);
        }
        holder.unlock("a", key);
        for (int i = 0; i < 10; i++) {
            HttpResponse<String> answer = get(waiting.get(i));
            assertThat(isLocked(answer)).isTrue();
            assertThat(waiting.subList(i + 1, 10)).noneMatch(CompletableFuture::isDone);
            clients.get(i).unlock("a", RestClient.json(answer).get("key").getAsString());
        }
        assertThat(server.tryByText("a")).isEqualTo("ok");
    }

    @Test
    void S9_aClientThatLeavesWhileItWaitsIsNeverGranted() {
        String key = holder.lock("a");
        String cookie = server.session().cookie();
        RawHttp closing = server.raw().post("/v1/lock", cookie, waiting("a", 0));
        awaitQueue("a", 1);
        RawHttp resetting = server.raw().post("/v1/lock", cookie, waiting("a", 0));
        awaitQueue("a", 2);
        closing.close();
        awaitQueue("a", 1);
        resetting.reset();
        awaitQueue("a", 0);
        holder.unlock("a", key);
        assertThat(server.tryByText("a")).isEqualTo("ok");
    }

    @Test
    void aClientThatHasSaidItsLastWaitsNoMoreButIsAnswered() {
        holder.lock("a");
        try (RawHttp client = server.raw().post("/v1/lock", server.session().cookie(), waiting("a", 0))) {
            awaitQueue("a", 1);
            client.halfClose();
            RawHttp.Reply reply = client.reply();
            assertThat(reply.status()).isEqualTo(200);
            assertThat(JsonParser.parseString(reply.body()))
                    .isEqualTo(JsonParser.parseString("{\"locked\":false, \"name\":\"a\", \"key\":\"\","
                            + "\"error\":{\"code\":\"Unknown\", \"message\":\"context canceled\"},"
                            + "\"fencing_token\":0}"));
            assertThat(client.isEnd()).isTrue();
            assertThat(server.queueLength("a")).isZero();
        }
    }

    @Test
    void aHalfClosedClientGetsALockThatIsFree() {
        try (RawHttp client = server.raw()) {
            client.post("/v1/lock", holder.cookie(), "{\"name\":\"free\"}").halfClose();
            assertThat(client.reply().body()).contains("\"locked\":true");
        }
    }

    @Test
    void requestsSentAheadAreAnsweredInOrder() {
        String key = holder.lock("a");
        String cookie = server.session().cookie();
        try (RawHttp client = server.raw().post("/v1/lock", cookie, waiting("a", 0))) {
            awaitQueue("a", 1);
            // More than is kept ahead, in pieces.
            for (int i = 0; i < 100; i++) {
                client.post("/v1/lock", cookie, "{\"name\":\"ahead-" + i + "\",\"wait_timeout_seconds\":0}");
            }
            holder.unlock("a", key);
            assertThat(client.reply().body()).contains("\"name\":\"a\"", "\"locked\":true");
            for (int i = 0; i < 100; i++) {
                assertThat(client.reply().body()).contains("\"name\":\"ahead-" + i + "\"", "\"locked\":true");
            }
        }
    }

    @Test
    void aRequestSentTogetherWithAWaitingOneIsAnsweredAfterIt() {
        String key = holder.lock("a");
        String cookie = server.session().cookie();
        String first = waiting("a", 0);
        String both = "POST /v1/lock HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + first.length() + "\r\nCookie: "
                + cookie + "\r\n\r\n" + first + "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try (RawHttp client = server.raw().send(both)) {
            awaitQueue("a", 1);
            holder.unlock("a", key);
            assertThat(client.reply().body()).contains("\"locked\":true");
            assertThat(client.reply().body()).contains("\"openapi\"");
        }
    }

    @Test
    void S9_aClientThatLeftAfterSendingAheadIsNeverGranted() {
        String key = holder.lock("a");
        String cookie = server.session().cookie();
        RawHttp client = server.raw().post("/v1/lock", cookie, waiting("a", 0));
        awaitQueue("a", 1);
        client.post("/v1/lock", cookie, "{\"name\":\"b\"}").close();
        awaitQueue("a", 0);
        holder.unlock("a", key);
        assertThat(server.tryByText("a")).isEqualTo("ok");
    }

    @Test
    void aDeletedSessionAnswersWhatWaits() throws Exception {
        holder.lock("a");
        RestClient client = server.session();
        var waiting = client.postLater("/v1/lock", waiting("a", 0));
        awaitQueue("a", 1);
        assertThat(client.send("DELETE", "/session", "").statusCode()).isEqualTo(200);
        HttpResponse<String> answer = get(waiting);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("session cookie invalid or expired");
        assertThat(server.queueLength("a")).isZero();
    }

    @Test
    void aServerThatClosesAnswersWhatWaitsAtOnce() throws Exception {
        holder.lock("a");
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        RestClient client = server.session();
        for (int i = 0; i < 20; i++) {
            waiting.add(client.postLater("/v1/lock", waiting("a", 0)));
        }
        awaitQueue("a", 20);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
        for (CompletableFuture<HttpResponse<String>> answer : waiting) {
            assertThat(get(answer).statusCode()).isEqualTo(503);
            assertThat(JsonParser.parseString(get(answer).body()))
                    .isEqualTo(JsonParser.parseString(
                            "{\"code\":14, \"message\":\"the server is closing\", \"details\":[]}"));
        }
        closed.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aSessionDoesNotRunOutWhileItWaits() throws Exception {
        LdlmConfig config = RestServer.idle(IDLE);
        try (RestServer hasty = new RestServer(config)) {
            RestClient other = hasty.session();
            String key = other.lock("a");
            RestClient client = hasty.session();
            client.lock("kept");
            var waiting = client.postLater("/v1/lock", waiting("a", 0));
            for (int i = 0; i < 6; i++) {
                // The holder's session is to live on as well.
                Thread.sleep(IDLE.toMillis() / 3);
                other.post("/v1/unlock", "{}");
            }
            assertThat(waiting).isNotDone();
            assertThat(hasty.tryByText("kept")).isEqualTo("not-granted");
            other.unlock("a", key);
            assertThat(isLocked(get(waiting))).isTrue();
            hasty.awaitFree("kept");
            hasty.awaitFree("a");
        }
    }
}
