package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.ServerConfig;
import io.claviger.server.security.Security;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The password, and pages of other origins. */
class RestSecurityE2eTest {
    private static final String PASSWORD = "with:colons: \u00e9";

    private static RestServer guarded() {
        return new RestServer(ServerConfig.builder()
                .security(Security.builder().password(PASSWORD).build()));
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertUnauthorised(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("www-authenticate")).hasValue("Basic realm=\"Restricted\"");
        assertThat(answer.headers().firstValue("content-type")).isEmpty();
        assertThat(answer.headers().allValues("set-cookie")).isEmpty();
    }

    @Test
    void anyUserWithThePasswordIsServed() {
        try (RestServer server = guarded()) {
            for (String user : List.of("", "anybody", "b\u00fcrger")) {
                RestClient client = server.client().authorization(basic(user + ":" + PASSWORD));
                client.open();
                assertThat(client.lock("of-" + user)).isNotEmpty();
                client.authorization(basic(user + ":" + PASSWORD).replace("Basic", "bASIC"));
                assertThat(client.send("DELETE", "/session", "").statusCode()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"POST,/session", "DELETE,/session", "POST,/v1/lock", "GET,/openapi.json", "GET,/nowhere", "PUT,/session"
    })
    void everyRequestNeedsThePassword(String method, String path) {
        try (RestServer server = guarded()) {
            assertUnauthorised(server.client().send(method, path, ""));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic",
                "Basic ",
                "Basic !!!!",
                "Basic " + "YWJj",
                "Bearer with:colons",
                "with:colons",
                "Digest x=y"
            })
    void whatIsNoBasicPasswordIsNone(String header) {
        try (RestServer server = guarded()) {
            assertUnauthorised(server.client().authorization(header).post("/session", ""));
        }
    }

    @Test
    void theSessionDoesNotReplaceThePassword() {
        try (RestServer server = guarded()) {
            RestClient client = server.client().authorization(basic("u:" + PASSWORD));
            client.open();
            assertUnauthorised(client.authorization("").post("/v1/lock", "{\"name\":\"a\"}"));
            assertUnauthorised(client.authorization(basic("u:wrong")).post("/v1/lock", "{\"name\":\"a\"}"));
            assertThat(server.lock("a", PASSWORD)).isEmpty();
        }
    }

    @Test
    void whoGuessesWaitsAndWhoHasProvedItDoesNot() {
        try (RestServer server = guarded();
                RawHttp proven = server.raw();
                RawHttp guessing = server.raw()) {
            String right = "\r\nHost: localhost\r\nAuthorization: " + basic("u:" + PASSWORD) + "\r\n\r\n";
            String wrong = "\r\nHost: localhost\r\nAuthorization: " + basic("u:guess") + "\r\n\r\n";
            assertThat(proven.send("GET /openapi.json HTTP/1.1" + right).reply().status())
                    .isEqualTo(200);
            long begin = System.nanoTime();
            for (int i = 0; i < 3; i++) {
                assertThat(guessing.send("POST /session HTTP/1.1" + wrong)
                                .reply()
                                .status())
                        .isEqualTo(401);
            }
            // The first wrong one is told at once, the next after 100 ms and 200 ms.
            assertThat(System.nanoTime() - begin).isGreaterThan(300_000_000L);
            guessing.send("POST /session HTTP/1.1" + right);
            // Long before the 400 ms after which that one is answered.
            assertThat(proven.send("GET /nowhere HTTP/1.1" + right).reply().status())
                    .isEqualTo(401);
            assertThat(guessing.reply().status()).isEqualTo(201);
            assertThat(System.nanoTime() - begin).isGreaterThan(700_000_000L);
        }
    }

    @Test
    void attemptsThatAreTooManyAreNotLookedAt() {
        try (RestServer server = guarded()) {
            String wrong =
                    "POST /session HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + basic("u:guess") + "\r\n\r\n";
            List<RawHttp> crowd = new java.util.ArrayList<>();
            try (RawHttp first = server.raw()) {
                for (int i = 0; i < 6; i++) {
                    assertThat(first.send(wrong).reply().status()).isEqualTo(401);
                }
                for (int i = 0; i < 130; i++) {
                    crowd.add(server.raw().send(wrong));
                }
                long refused = crowd.stream()
                        .filter(client -> client.reply().status() == 429)
                        .count();
                assertThat(refused).isBetween(20L, 30L);
            }
            crowd.forEach(RawHttp::close);
        }
    }

    private static int statusOf(RestServer server, String requestLine, String host, String origin) {
        try (RawHttp raw = server.raw()) {
            String originLine = origin.isEmpty() ? "" : "Origin: " + origin + "\r\n";
            return raw.send(requestLine + " HTTP/1.1\r\nHost: " + host + "\r\n" + originLine
                            + "Content-Length: 0\r\n\r\n")
                    .reply()
                    .status();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:3145,http://evil.example",
        "localhost:3145,http://localhost:8080",
        "localhost:3145,http://localhost",
        "localhost:3145,null",
        "localhost:3145,''''",
        "localhost:3145,http://localhost:3145.evil.example",
        // A name that its owner points to this machine.
        "evil.example:3145,http://evil.example:3145",
        "localhost.evil.example,http://localhost.evil.example",
        "127.0.0.1.evil.example,http://127.0.0.1.evil.example"
    })
    void pagesOfOtherOriginsAreRefused(String host, String origin) {
        try (RestServer server = new RestServer()) {
            assertThat(statusOf(server, "POST /session", host, origin)).isEqualTo(403);
            assertThat(statusOf(server, "DELETE /session", host, origin)).isEqualTo(403);
            assertThat(statusOf(server, "POST /v1/lock", host, origin)).isEqualTo(403);
            assertThat(statusOf(server, "GET /openapi.json", host, origin)).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:3145,http://localhost:3145",
        "LOCALHOST:3145,http://localhost:3145",
        "localhost,http://localhost:80",
        "127.0.0.1:3145,http://127.0.0.1:3145",
        "[::1]:3145,http://[::1]:3145",
        "app.localhost,https://app.localhost",
        "evil.example:3145,''",
        "locks,''"
    })
    void ourOwnPagesAndProgramsAreServed(String host, String origin) {
        try (RestServer server = new RestServer()) {
            assertThat(statusOf(server, "POST /session", host, origin)).isEqualTo(201);
        }
    }

    @Test
    void withAPasswordAnyNameWillDo() {
        try (RestServer server = guarded()) {
            assertThat(statusOf(server, "POST /session", "locks.example", "http://locks.example"))
                    .isEqualTo(401);
            assertThat(statusOf(server, "POST /session", "locks.example", "http://evil.example"))
                    .isEqualTo(403);
        }
    }
}
