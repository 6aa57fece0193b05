package io.claviger.server.http;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Enumeration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The cookie that carries a session. It is for no script (HttpOnly) and for no page of another site: {@code Strict}, since
 * no link leads to anything here that a person would look at.
 */
final class SessionCookie {
    private static final String NAME = "ldlm-session";
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final Duration idle;
    private final String attributes;

    /**
     * @param idle how long it is good after each request
     * @param secure whether a browser may send it over TLS only
     */
    SessionCookie(Duration idle, boolean secure) {
        this.idle = idle;
        this.attributes = "; HttpOnly; SameSite=Strict" + (secure ? "; Secure" : "");
    }

    /** Returns the id that a request carries; null if it has none. The first one counts. */
    static @Nullable String of(HttpServletRequest request) {
        Enumeration<String> headers = request.getHeaders("Cookie");
        while (headers.hasMoreElements()) {
            for (String pair : headers.nextElement().split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(NAME)) {
                    return pair.substring(equals + 1).strip();
                }
            }
        }
        return null;
    }

    /** Returns the header that gives, or extends, the cookie. */
    String give(String id, Instant now) {
        // Up to the next whole second, so that no client drops it before the session ends.
        Instant expires = now.plus(idle).plusMillis(999);
        return NAME + "=" + id + "; Path=/; Expires=" + DATE.format(expires) + attributes;
    }

    /** Returns the header that empties the cookie. */
    String empty() {
        return NAME + "=; Path=/" + attributes;
    }
}
