package io.claviger.server.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What Jetty answers by itself, such as to what is no HTTP: the status and its words, and nothing of our inside. */
final class PlainErrors implements Request.Handler {
    private static final int INVALID_ARGUMENT = 3;
    private static final int INTERNAL = 13;

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        int code = status < 500 ? INVALID_ARGUMENT : INTERNAL;
        Answer answer = Answer.status(status, code, HttpStatus.getMessage(status));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        response.write(true, ByteBuffer.wrap(answer.body().getBytes(StandardCharsets.UTF_8)), callback);
        return true;
    }
}
