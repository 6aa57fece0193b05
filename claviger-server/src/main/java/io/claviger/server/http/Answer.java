package io.claviger.server.http;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;

/** What a request is answered with. */
record Answer(int status, String contentType, String body) {
    static final String JSON = "application/json";

    /** As Go's servers write it. */
    private static final String TEXT = "text/plain; charset=utf-8";

    static final Answer NO_COOKIE = error(401, "session cookie not found. create a new session at /session");
    static final Answer BAD_COOKIE = error(401, "session cookie invalid or expired. create a new session at /session");
    static final Answer NOT_FOUND = status(404, 5, "Not Found");
    static final Answer NOT_ALLOWED = status(405, 12, "Method Not Allowed");
    static final Answer NO_SESSION = new Answer(409, TEXT, "{\"error\": \"session not found\"}");
    static final Answer TOO_LARGE =
            status(413, 3, "the body is longer than " + HttpLimits.MAX_BODY_BYTES + " bytes, the most allowed");
    static final Answer TOO_MANY_ATTEMPTS = error(429, "too many attempts, try again later");
    static final Answer TOO_MANY_CALLS = status(
            429, 8, "the session has " + HttpLimits.MAX_CALLS_PER_SESSION + " requests under way, the most allowed");
    static final Answer TOO_MANY_SESSIONS =
            error(503, "there are " + HttpLimits.MAX_SESSIONS + " sessions, the most allowed. try again later");

    /** An answer with LDLM's own kind of error. */
    static Answer error(int status, String message) {
        return new Answer(status, JSON, "{\"error\": " + JsonText.quoted(message) + "}");
    }

    /** An answer in the form of LDLM's gateway, which takes gRPC's codes over. */
    static Answer status(int status, int code, String message) {
        String body = "{\"code\":" + code + ", \"message\":" + JsonText.quoted(message) + ", \"details\":[]}";
        return new Answer(status, JSON, body);
    }

    static Answer badRequest(String message) {
        return status(400, 3, message);
    }

    static Answer unavailable(String why) {
        return status(503, 14, why);
    }

    /** Sets it as the answer of the request. */
    void answer(Context context) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        // All of it in one buffer, so that the one write at the end does not block the thread for a slow client.
        context.res().setBufferSize(Math.max(bytes.length + 1, MIN_BUFFER));
        context.status(status).contentType(contentType).result(bytes);
    }

    private static final int MIN_BUFFER = 1_024;
}
