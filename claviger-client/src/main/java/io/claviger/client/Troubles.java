package io.claviger.client;

import io.claviger.client.Connector.Ending;
import io.grpc.Status;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in one line what the end of a stream means. */
final class Troubles {
    private Troubles() {}

    static Ending of(ServerAddress server, Status status) {
        return switch (status.getCode()) {
            case UNAUTHENTICATED, PERMISSION_DENIED ->
                new Ending(true, server + " does not let this client in: " + line(status.getDescription()));
            case UNIMPLEMENTED -> new Ending(true, server + " speaks gRPC, but is no Claviger server");
            case UNAVAILABLE, UNKNOWN, INTERNAL -> ofConnection(server, status);
            default ->
                new Ending(
                        false, server + " ended the stream: " + status.getCode() + " " + line(status.getDescription()));
        };
    }

    private static Ending ofConnection(ServerAddress server, Status status) {
        Throwable cause = status.getCause();
        String text = line(status.getDescription());
        if (find(cause, UnknownHostException.class) != null || find(cause, UnresolvedAddressException.class) != null) {
            return new Ending(false, server + ": unknown host");
        }
        if (find(cause, ConnectException.class) != null) {
            return new Ending(false, server + " refuses connections; is a server running there?");
        }
        Throwable tls = find(cause, SSLException.class);
        if (tls != null) {
            return new Ending(true, server + ": TLS failed: " + ofTls(tls));
        }
        Throwable http = find(cause, Http2Exception.class);
        String detail = http == null ? text : line(http.getMessage());
        if (isSomethingElse(detail.toLowerCase(Locale.ROOT))) {
            return new Ending(true, server + " does not speak gRPC; is that the port of something else, or of TLS?");
        }
        Throwable broken = find(cause, IOException.class);
        String how = broken == null ? text : line(broken.getMessage());
        if (how.startsWith("Network closed") || how.contains("reset") || how.contains("roken")) {
            return new Ending(false, server + " broke the connection; if it speaks TLS, so must this client");
        }
        return new Ending(false, server + " is unavailable: " + (how.isEmpty() ? status.getCode() : how));
    }

    /** What Netty and gRPC say of a peer whose first words are none of HTTP/2, or whose answer is a page. */
    private static boolean isSomethingElse(String detail) {
        return detail.contains("first received frame was not settings")
                || detail.contains("http/1.")
                || detail.contains("http status code");
    }

    private static String ofTls(Throwable tls) {
        Throwable root = tls;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String text = line(root.getMessage());
        if (text.contains("not an SSL/TLS record")) {
            return "the server does not speak TLS there";
        }
        if (text.contains("unable to find valid certification path")) {
            return "its certificate is signed by nobody whom this client trusts; name its ca";
        }
        return text.isEmpty() ? root.getClass().getSimpleName() : text;
    }

    private static <T extends Throwable> @Nullable Throwable find(@Nullable Throwable from, Class<T> kind) {
        for (Throwable cause = from; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return cause;
            }
        }
        return null;
    }

    private static String line(@Nullable String text) {
        return text == null ? "" : text.lines().findFirst().orElse("").strip();
    }
}
