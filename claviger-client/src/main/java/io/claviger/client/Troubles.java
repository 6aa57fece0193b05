package io.claviger.client;

import io.claviger.client.Connector.Ending;
import io.grpc.Status;
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
        String lower = (text + " " + causes(cause)).toLowerCase(Locale.ROOT);
        if (lower.contains("first received frame was not settings")
                || lower.contains("http/2")
                || lower.contains("http status code")) {
            return new Ending(true, server + " does not speak gRPC; is that the port of something else, or of TLS?");
        }
        return new Ending(false, server + " is unavailable: " + (text.isEmpty() ? status.getCode() : text));
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

    /** The status itself may say no more than that HTTP/2 failed. */
    private static String causes(@Nullable Throwable from) {
        StringBuilder messages = new StringBuilder();
        for (Throwable cause = from; cause != null; cause = cause.getCause()) {
            messages.append(line(cause.getMessage())).append(' ');
        }
        return messages.toString();
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
