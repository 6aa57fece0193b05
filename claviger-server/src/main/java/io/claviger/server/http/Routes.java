package io.claviger.server.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.json.JsonMapper;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which path is what. */
final class Routes {
    private static final Logger log = LoggerFactory.getLogger(Routes.class);

    private static final String SESSION = "/session";
    private static final String LOCK = "/v1/lock";
    private static final String UNLOCK = "/v1/unlock";
    private static final String RENEW = "/v1/renew";

    /** The name of renew before LDLM 1.2. */
    private static final String REFRESH_LOCK = "/v1/refreshlock";

    private static final String DESCRIPTION = "/openapi.json";

    private static final Map<String, String> ALLOWED = Map.of(
            SESSION, "DELETE, POST",
            LOCK, "POST",
            UNLOCK, "POST",
            RENEW, "POST",
            REFRESH_LOCK, "POST",
            DESCRIPTION, "GET, HEAD");

    private Routes() {}

    /** Whether a request is for one of those who have no session yet. */
    static boolean needsNoSession(Context context) {
        String method = context.req().getMethod();
        return switch (context.path()) {
            case SESSION -> method.equals("POST") || method.equals("DELETE");
            case DESCRIPTION -> method.equals("GET") || method.equals("HEAD");
            default -> false;
        };
    }

    /** Returns the servlet that has all routes. */
    static Servlet servlet(Gate gate, SessionApi sessions, LockApi locks) {
        return Javalin.create(config -> {
                    quiet(config);
                    config.routes.before(gate::handle);
                    config.routes.post(SESSION, sessions::open);
                    config.routes.delete(SESSION, sessions::end);
                    config.routes.post(LOCK, locks::lock);
                    config.routes.post(UNLOCK, locks::unlock);
                    config.routes.post(RENEW, locks::renew);
                    config.routes.post(REFRESH_LOCK, locks::renew);
                    config.routes.get(DESCRIPTION, Routes::describe);
                    config.routes.head(DESCRIPTION, Routes::describe);
                    config.routes.exception(HttpResponseException.class, Routes::unmatched);
                    config.routes.exception(Exception.class, Routes::failed);
                    config.routes.after(sessions::refresh);
                })
                .javalinServlet();
    }

    private static void quiet(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.router.ignoreTrailingSlashes = false;
        config.http.prefer405over404 = true;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        // We write our JSON ourselves; Javalin would look for Jackson.
        config.jsonMapper(new JsonMapper() {});
    }

    private static void unmatched(HttpResponseException failure, Context context) {
        if (failure instanceof MethodNotAllowedResponse) {
            context.header("Allow", Objects.requireNonNull(ALLOWED.get(context.path())));
            Answer.NOT_ALLOWED.answer(context);
        } else {
            Answer.NOT_FOUND.answer(context);
        }
    }

    private static void failed(Exception failure, Context context) {
        if (failure instanceof IOException) {
            // The client broke off while it sent its body; there is nobody to be told.
            Answer.badRequest("the body broke off").answer(context);
            return;
        }
        log.error("A request to {} failed", context.path(), failure);
        Answer.status(500, 13, "internal error").answer(context);
    }

    private static void describe(Context context) {
        new Answer(200, Answer.JSON, Description.TEXT).answer(context);
    }

    /** Read when it is first asked for. */
    private static final class Description {
        static final String TEXT = read();

        private static String read() {
            try (InputStream in = Routes.class.getResourceAsStream("openapi.json")) {
                return new String(Objects.requireNonNull(in).readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }
}
