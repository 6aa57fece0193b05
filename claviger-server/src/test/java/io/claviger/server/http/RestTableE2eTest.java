package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LDLM's tables of the REST API, row by row. */
class RestTableE2eTest {
    private static final String NO_COOKIE =
            "{\"error\": \"session cookie not found. create a new session at /session\"}";
    private static final String BAD_COOKIE =
            "{\"error\": \"session cookie invalid or expired. create a new session at /session\"}";

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static RestServer server;

    @BeforeAll
    static void start() {
        server = new RestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void assertBody(HttpResponse<String> answer, int status, String type, String json) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type").map(value -> value.replace(" ", "")))
                .hasValue(type);
        assertThat(JsonParser.parseString(answer.body())).isEqualTo(JsonParser.parseString(json));
    }

    private static void assertJson(HttpResponse<String> answer, int status, String json) {
        assertBody(answer, status, "application/json", json);
    }

    /** The parts of the cookie, whose first is its value. */
    private static List<String> cookie(HttpResponse<String> answer) {
        assertThat(answer.headers().allValues("set-cookie")).hasSize(1);
        return Arrays.asList(answer.headers().allValues("set-cookie").get(0).split("; ", -1));
    }

    private static void assertRefreshed(RestClient client, HttpResponse<String> answer) {
        List<String> cookie = cookie(answer);
        assertThat(cookie.get(0)).isEqualTo(client.cookie());
        assertThat(cookie).contains("Path=/", "HttpOnly", "SameSite=Strict").doesNotContain("Secure");
        String expires = cookie.stream()
                .filter(part -> part.startsWith("Expires="))
                .findFirst()
                .orElseThrow();
        Instant end = ZonedDateTime.parse(expires.substring(8), DateTimeFormatter.RFC_1123_DATE_TIME)
                .toInstant();
        Instant expected = Instant.now().plus(Duration.ofMinutes(10));
        assertThat(end).isBetween(expected.minusSeconds(20), expected.plusSeconds(1));
    }

    @Test
    void aSessionIsCreated() {
        RestClient client = server.client();
        HttpResponse<String> answer = client.open();
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(RestClient.json(answer).get("session_id").getAsString()).matches("[0-9a-f]{32}");
        assertRefreshed(client, answer);
    }

    @Test
    void queryAndBodyOfSessionAreIgnored() {
        assertThat(server.client().post("/session?name=x", "nonsense").statusCode())
                .isEqualTo(201);
    }

    @Test
    void aSessionIsDestroyed() {
        RestClient client = server.session();
        client.lock("of-the-destroyed");
        HttpResponse<String> answer = client.send("DELETE", "/session", "");
        assertJson(answer, 200, "{\"session_id\": \"\"}");
        assertThat(cookie(answer)).containsExactly("ldlm-session=", "Path=/", "HttpOnly", "SameSite=Strict");
        // At once: the answer came after the release.
        assertThat(server.tryByText("of-the-destroyed")).isEqualTo("ok");
        assertJson(client.post("/v1/lock", "{}"), 401, BAD_COOKIE);
    }

    @Test
    void anUnknownSessionCannotBeDestroyed() {
        HttpResponse<String> answer =
                server.client().cookie("ldlm-session=0123456789abcdef").send("DELETE", "/session", "");
        assertBody(answer, 409, "text/plain;charset=utf-8", "{\"error\": \"session not found\"}");
        assertThat(answer.headers().allValues("set-cookie")).isEmpty();
    }

    @Test
    void theSecondOfTwoDeletionsFindsNothing() {
        RestClient client = server.session();
        assertThat(client.send("DELETE", "/session", "").statusCode()).isEqualTo(200);
        assertThat(client.send("DELETE", "/session", "").statusCode()).isEqualTo(409);
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE,/session",
        "GET,/session",
        "POST,/session/",
        "POST,/v1/lock",
        "GET,/v1/lock",
        "POST,/openapi.json",
        "GET,/",
        "GET,/no/such/path",
        "OPTIONS,/v1/lock"
    })
    void withoutACookieNothingIsTold(String method, String path) {
        HttpResponse<String> answer = server.client().send(method, path, "");
        assertJson(answer, 401, NO_COOKIE);
        assertThat(answer.headers().allValues("set-cookie")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"GET,/session", "POST,/v1/lock", "POST,/v1/unlock", "GET,/nowhere", "PUT,/v1/renew"})
    void anUnknownCookieIsRefused(String method, String path) {
        RestClient client = server.client().cookie("ldlm-session=00000000000000000000000000000000");
        assertJson(client.send(method, path, ""), 401, BAD_COOKIE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/session/",
                "/v1",
                "/v1/lock/",
                "/v1/Lock",
                "/v1/lock;x=1",
                "/v1//lock",
                "/v1%2flock",
                "/v1/trylock",
                "/nowhere"
            })
    void anUnknownPathIsNotFound(String path) {
        RestClient client = server.session();
        HttpResponse<String> answer = client.post(path, "{\"name\":\"x\"}");
        assertJson(answer, 404, "{\"code\":5, \"message\":\"Not Found\", \"details\":[]}");
        assertRefreshed(client, answer);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/v1/lock,POST",
        "PUT,/v1/unlock,POST",
        "OPTIONS,/v1/renew,POST",
        "DELETE,/v1/refreshlock,POST",
        "BREW,/v1/lock,POST",
        "GET,/session,'DELETE, POST'",
        "POST,/openapi.json,'GET, HEAD'"
    })
    void anotherMethodIsNotAllowed(String method, String path, String allowed) {
        RestClient client = server.session();
        HttpResponse<String> answer = client.send(method, path, "");
        assertJson(answer, 405, "{\"code\":12, \"message\":\"Method Not Allowed\", \"details\":[]}");
        assertThat(answer.headers().firstValue("allow")).hasValue(allowed);
        assertRefreshed(client, answer);
    }

    @Test
    void aHeaderDoesNotChangeTheMethod() throws Exception {
        RestClient client = server.session();
        HttpResponse<String> answer = client.send(client.request("POST", "/session", "")
                .header("X-HTTP-Method-Override", "DELETE")
                .build());
        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(client.lock("still there")).isNotEmpty();
    }

    @Test
    void aLockIsLocked() {
        RestClient client = server.session();
        HttpResponse<String> answer = client.post("/v1/lock", "{\"name\":\"My lock\"}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertRefreshed(client, answer);
        JsonObject lock = RestClient.json(answer);
        assertThat(lock.keySet()).containsExactlyInAnyOrder("locked", "name", "key", "fencing_token");
        assertThat(lock.get("locked").getAsBoolean()).isTrue();
        assertThat(lock.get("name").getAsString()).isEqualTo("My lock");
        assertThat(lock.get("key").getAsString())
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(lock.getAsJsonPrimitive("fencing_token").isNumber()).isTrue();
        assertThat(lock.get("fencing_token").getAsLong()).isPositive();
    }

    @Test
    void aTakenLockIsNoError() {
        server.session().lock("taken");
        HttpResponse<String> answer = server.session().post("/v1/lock", "{\"name\":\"taken\"}");
        assertJson(answer, 200, "{\"locked\":false, \"name\":\"taken\", \"key\":\"\", \"fencing_token\":0}");
        assertThat(server.tryByText("taken")).isEqualTo("not-granted");
    }

    @Test
    void anotherSessionMayUnlockAndRenew() {
        RestClient holder = server.session();
        JsonObject lock = holder.ask("/v1/lock", "{\"name\":\"shared-key\",\"lock_timeout_seconds\":60}");
        String key = lock.get("key").getAsString();
        RestClient other = server.session();
        for (String path : List.of("/v1/renew", "/v1/refreshlock")) {
            JsonObject renewed =
                    other.ask(path, "{\"name\":\"shared-key\",\"key\":\"" + key + "\",\"lockTimeoutSeconds\":\"30\"}");
            assertThat(renewed).isEqualTo(lock);
        }
        assertJson(
                other.post("/v1/unlock", "{\"name\":\"shared-key\",\"key\":\"" + key + "\"}"),
                200,
                "{\"unlocked\":true, \"name\":\"shared-key\"}");
        assertThat(server.tryByText("shared-key")).isEqualTo("ok");
    }

    @Test
    void severalHoldersShareALock() {
        RestClient client = server.session();
        for (int i = 0; i < 3; i++) {
            assertThat(client.ask("/v1/lock", "{\"name\":\"three\",\"size\":3}")
                            .get("locked")
                            .getAsBoolean())
                    .isTrue();
        }
        assertThat(client.ask("/v1/lock", "{\"name\":\"three\",\"size\":3}")
                        .get("locked")
                        .getAsBoolean())
                .isFalse();
        JsonObject mismatch = client.ask("/v1/lock", "{\"name\":\"three\"}");
        assertThat(RestClient.errorCode(mismatch)).isEqualTo("LockSizeMismatch");
        assertThat(mismatch.get("key").getAsString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "/v1/lock, `{}`, Unknown, lock name cannot be empty",
                "/v1/lock, ``, Unknown, lock name cannot be empty",
                "/v1/lock, `{\"name\":\"e\",\"lock_timeout_seconds\":-1}`, Unknown, lock timeout must be greater than 0",
                "/v1/lock, `{\"name\":\"e\",\"wait_timeout_seconds\":-1}`, Unknown, wait timeout must be greater than 0",
                "/v1/lock, `{\"name\":\"e\",\"size\":0}`, InvalidLockSize, lock size must be greater than 0",
                "/v1/lock, `{\"name\":\"e\",\"size\":-2}`, InvalidLockSize, lock size must be greater than 0",
                "/v1/unlock, `{}`, LockDoesNotExist, a lock by that name does not exist",
                "/v1/unlock, `{\"name\":\"none\"}`, LockDoesNotExist, a lock by that name does not exist",
                "/v1/renew, `{\"name\":\"e\",\"key\":\"k\"}`, Unknown, lock timeout must be greater than 0",
                "/v1/refreshlock, `{\"name\":\"e\",\"key\":\"k\",\"lock_timeout_seconds\":1}`, "
                        + "LockDoesNotExistOrInvalidKey, lock does not exist or invalid key"
            })
    void anErrorOfLdlmIsAnAnswer(String path, String body, String code, String message) {
        JsonObject answer = server.session().ask(path, body);
        assertThat(RestClient.errorCode(answer)).isEqualTo(code);
        assertThat(RestClient.errorMessage(answer)).isEqualTo(message);
    }

    @Test
    void aWrongKeyUnlocksNothing() {
        RestClient client = server.session();
        client.lock("guarded");
        JsonObject answer = client.unlock("guarded", "wrong");
        assertThat(answer.get("unlocked").getAsBoolean()).isFalse();
        assertThat(RestClient.errorCode(answer)).isEqualTo("InvalidLockKey");
        assertThat(RestClient.errorMessage(answer)).isEqualTo("invalid lock key");
    }

    @Test
    void aLockThatRanOutIsLost() {
        RestClient client = server.session();
        String key = client.ask("/v1/lock", "{\"name\":\"short\",\"lock_timeout_seconds\":1}")
                .get("key")
                .getAsString();
        JsonObject next = server.session().ask("/v1/lock", "{\"name\":\"short\",\"wait_timeout_seconds\":10}");
        assertThat(next.get("locked").getAsBoolean()).isTrue();
        assertThat(RestClient.errorCode(client.unlock("short", key))).isEqualTo("InvalidLockKey");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "null",
                "1",
                "{\"name\":1}",
                "{\"size\":\"x\"}",
                "{\"size\":1.5}",
                "{\"size\":2147483648}"
            })
    void aBodyThatIsNoneIsABadRequest(String body) {
        RestClient client = server.session();
        HttpResponse<String> answer = client.post("/v1/lock", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        JsonObject json = RestClient.json(answer);
        assertThat(json.keySet()).containsExactlyInAnyOrder("code", "message", "details");
        assertThat(json.get("code").getAsInt()).isEqualTo(3);
        assertThat(json.getAsJsonArray("details")).isEmpty();
        assertRefreshed(client, answer);
    }

    @Test
    void theContentTypeDoesNotMatter() throws Exception {
        RestClient client = server.session();
        HttpResponse<String> answer = client.send(client.request("POST", "/v1/lock", "{\"name\":\"by form\"}")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .build());
        assertThat(RestClient.json(answer).get("locked").getAsBoolean()).isTrue();
    }

    @Test
    void theFirstCookieCounts() {
        RestClient client = server.session();
        client.cookie("other=1; " + client.cookie() + "; ldlm-session=wrong");
        assertThat(client.lock("by the first")).isNotEmpty();
    }

    @Test
    void namesAreEchoedWhateverTheyHave() {
        RestClient client = server.session();
        String name = "\"\\\u0001\n\u007f\u00e9\u2028\ud83d\udd12</script>";
        JsonObject request = new JsonObject();
        request.addProperty("name", name);
        assertThat(client.ask("/v1/lock", request.toString()).get("name").getAsString())
                .isEqualTo(name);
    }

    @Test
    void theLongestNameFitsHoweverItIsWritten() {
        RestClient client = server.session();
        String escaped = "\\u00e9".repeat(65_536);
        JsonObject answer = client.ask("/v1/lock", "{\"name\":\"" + escaped + "\"}");
        assertThat(answer.get("locked").getAsBoolean()).isTrue();
        assertThat(answer.get("name").getAsString()).hasSize(65_536);
        JsonObject tooLong = client.ask("/v1/lock", "{\"name\":\"" + "x".repeat(65_537) + "\"}");
        assertThat(RestClient.errorMessage(tooLong)).isEqualTo("a lock name has at most 65536 characters");
    }

    @Test
    void theDescriptionNeedsNoSession() {
        HttpResponse<String> answer = server.client().send("GET", "/openapi.json", "");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        JsonObject description = RestClient.json(answer);
        assertThat(description.get("openapi").getAsString()).startsWith("3.1");
        assertThat(description.getAsJsonObject("info").get("version").getAsString())
                .matches("\\d+\\.\\d+.*");
        assertThat(description.getAsJsonObject("paths").keySet())
                .containsExactlyInAnyOrder(
                        "/session", "/v1/lock", "/v1/unlock", "/v1/renew", "/v1/refreshlock", "/openapi.json");
        HttpResponse<String> head = server.client().send("HEAD", "/openapi.json", "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("content-type")).hasValue("application/json");
    }
}
