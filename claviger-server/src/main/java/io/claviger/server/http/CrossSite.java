package io.claviger.server.http;

import jakarta.servlet.http.HttpServletRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what a browser sends for a page that is not ours. A browser names the page's origin with every request that may
 * change something, and a page cannot leave that out; programs that are no browsers send none and are not concerned.
 *
 * <p>A page may also come from a name that its owner lets point to this machine, so that origin and host are equal (DNS
 * rebinding). Without a password, a listener on loopback therefore takes requests of pages only under names that are
 * always loopback.
 */
final class CrossSite {
    private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.[0-9]{1,3}){3}");

    private final boolean passwordAsked;

    CrossSite(boolean passwordAsked) {
        this.passwordAsked = passwordAsked;
    }

    /** Returns the answer that refuses the request; empty if it may go on. */
    Optional<Answer> refusal(HttpServletRequest request, @Nullable SocketAddress local) {
        String origin = request.getHeader("Origin");
        if (origin == null
                || request.getMethod().equals("GET")
                || request.getMethod().equals("HEAD")) {
            return Optional.empty();
        }
        String host = request.getHeader("Host");
        if (host == null || !isOf(origin, host)) {
            return Optional.of(Answer.error(403, "requests of pages of another origin are refused"));
        }
        if (!passwordAsked && isLoopback(local) && !isLoopbackName(host)) {
            return Optional.of(Answer.error(
                    403, "requests of pages are refused under names other than localhost unless a password is set"));
        }
        return Optional.empty();
    }

    private static boolean isOf(String origin, String host) {
        try {
            URI page = new URI(origin);
            URI here = new URI(page.getScheme() + "://" + host);
            return page.getHost() != null
                    && page.getHost().equalsIgnoreCase(here.getHost())
                    && port(page) == port(here);
        } catch (URISyntaxException noOrigin) {
            return false;
        }
    }

    /** A proxy may end TLS before us, so the page's scheme counts for both. */
    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    private static boolean isLoopback(@Nullable SocketAddress local) {
        return local instanceof InetSocketAddress internet
                && internet.getAddress() != null
                && internet.getAddress().isLoopbackAddress();
    }

    private static boolean isLoopbackName(String host) {
        String name = host.replaceFirst(":[0-9]*$", "").toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("[::1]")
                || LOOPBACK_V4.matcher(name).matches();
    }

    /** Returns an address for people, in digits: a name would have to be looked up. */
    static String digits(@Nullable SocketAddress remote) {
        if (remote instanceof InetSocketAddress internet && internet.getAddress() != null) {
            InetAddress address = internet.getAddress();
            return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
        }
        return "an unknown address";
    }
}
