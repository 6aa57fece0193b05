package io.claviger.server.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** Reads a body as it comes; no thread waits for a slow sender. */
final class RequestBody implements ReadListener {
    private static final int CHUNK_BYTES = 8 * 1024;
    private static final byte[] NOTHING = {};

    private final ServletInputStream in;
    private final ByteArrayOutputStream read = new ByteArrayOutputStream(256);
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private final CompletableFuture<byte[]> all = new CompletableFuture<>();

    private RequestBody(ServletInputStream in) {
        this.in = in;
    }

    /**
     * Reads the body of a request that is already asynchronous.
     *
     * @return the body; fails with {@link BadBodyException} if it is too long, or with what broke the connection
     */
    static CompletableFuture<byte[]> read(HttpServletRequest request) {
        long announced = request.getContentLengthLong();
        if (announced == 0) {
            return CompletableFuture.completedFuture(NOTHING);
        }
        if (announced > HttpLimits.MAX_BODY_BYTES) {
            return CompletableFuture.failedFuture(new BadBodyException(Answer.TOO_LARGE));
        }
        try {
            RequestBody body = new RequestBody(request.getInputStream());
            body.in.setReadListener(body);
            return body.all;
        } catch (IOException broken) {
            return CompletableFuture.failedFuture(broken);
        }
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (!all.isDone() && in.isReady()) {
            int length = in.read(chunk);
            if (length < 0) {
                return;
            }
            read.write(chunk, 0, length);
            if (read.size() > HttpLimits.MAX_BODY_BYTES) {
                all.completeExceptionally(new BadBodyException(Answer.TOO_LARGE));
            }
        }
    }

    @Override
    public void onAllDataRead() {
        all.complete(read.toByteArray());
    }

    @Override
    public void onError(Throwable broken) {
        all.completeExceptionally(broken);
    }
}
