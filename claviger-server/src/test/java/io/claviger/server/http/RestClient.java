package io.claviger.server.http;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

/** A client of the REST API with the JDK's own HTTP client; it keeps the cookie itself, to see all of it. */
final class RestClient {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final HttpClient PLAIN =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final HttpClient http;
    private final URI server;
    private String cookie = "";
    private String authorization = "";

    RestClient(URI server) {
        this(server, PLAIN);
    }

    /** With TLS. */
    RestClient(URI server, SSLContext tls) {
        this(
                server,
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(tls)
                        .build());
    }

    private RestClient(URI server, HttpClient http) {
        this.server = server;
        this.http = http;
    }

    RestClient authorization(String header) {
        this.authorization = header;
        return this;
    }

    RestClient cookie(String header) {
        this.cookie = header;
        return this;
    }

    String cookie() {
        return cookie;
    }

    /** Opens a session and keeps its cookie. */
    HttpResponse<String> open() {
        HttpResponse<String> answer = post("/session", "");
        if (answer.statusCode() != 201) {
            throw new AssertionError("no session: " + answer.statusCode() + " " + answer.body());
        }
        cookie = "ldlm-session=" + json(answer).get("session_id").getAsString();
        return answer;
    }

    HttpResponse<String> post(String path, String body) {
        return send("POST", path, body);
    }

    HttpResponse<String> send(String method, String path, String body) {
        try {
            return http.send(request(method, path, body).build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> postLater(String path, String body) {
        return http.sendAsync(request("POST", path, body).build(), BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path))
                .timeout(LIMIT)
                .method(method, BodyPublishers.ofString(body));
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return request;
    }

    /** The answer to a request that LDLM has answered. */
    JsonObject ask(String path, String body) {
        HttpResponse<String> answer = post(path, body);
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return json(answer);
    }

    /** Takes a lock that must be free, and returns its key. */
    String lock(String name) {
        JsonObject answer = ask("/v1/lock", "{\"name\":\"" + name + "\"}");
        if (!answer.get("locked").getAsBoolean()) {
            throw new AssertionError("not locked: " + answer);
        }
        return answer.get("key").getAsString();
    }

    JsonObject unlock(String name, String key) {
        return ask("/v1/unlock", "{\"name\":\"" + name + "\",\"key\":\"" + key + "\"}");
    }

    static JsonObject json(HttpResponse<String> answer) {
        return JsonParser.parseString(answer.body()).getAsJsonObject();
    }

    static String errorCode(JsonObject answer) {
        return answer.getAsJsonObject("error").get("code").getAsString();
    }

    static String errorMessage(JsonObject answer) {
        return answer.getAsJsonObject("error").get("message").getAsString();
    }
}
