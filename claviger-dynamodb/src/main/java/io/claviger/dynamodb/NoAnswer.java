package io.claviger.dynamodb;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/** Why a request had no answer, in the few words that help; those of the SDK are for whoever knows its insides. */
final class NoAnswer {
    private static final int LONGEST = 200;
    private static final Pattern COUNT = Pattern.compile(" \\(SDK Attempt Count: \\d+\\)$");
    private static final Pattern PREFIX = Pattern.compile("^Unable to execute HTTP request: ");

    /** Of the SDK's own reader of JSON, whose package is its own business. */
    private static final String NO_JSON = "JsonParseException";

    private NoAnswer() {}

    /** Returns the reason, without a full stop. */
    static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Optional<String> words = words(cause);
            if (words.isPresent()) {
                return words.get();
            }
        }
        return shortened(String.valueOf(failure.getMessage()));
    }

    private static Optional<String> words(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof UnknownHostException) {
            return Optional.of("there is no host of the name " + message.split(":", 2)[0]);
        } else if (cause instanceof ApiCallTimeoutException || cause instanceof ApiCallAttemptTimeoutException) {
            return Optional.of("the time for it is over");
        } else if (cause instanceof TimeoutException) {
            return Optional.of(
                    "no connection in time; finding its host may take too long, or too many requests are under way");
        } else if (cause instanceof ConnectException) {
            // Java writes an address without a name with a slash before it.
            return Optional.of("no connection: " + shortened(message.replace(": /", ": ")));
        } else if (cause instanceof SSLException) {
            return Optional.of("no TLS with it: " + shortened(message)
                    + "; an endpoint without TLS begins with http://, not https://");
        } else if (cause.getClass().getSimpleName().equals(NO_JSON)) {
            return Optional.of(SdkFailures.noDynamo("it does not write JSON"));
        } else if (cause instanceof IOException && message.startsWith("The connection was closed during the request")) {
            return Optional.of("the connection was closed before it came");
        }
        return Optional.empty();
    }

    /** Its first line, as far as it helps. */
    static String shortened(String message) {
        String first = PREFIX.matcher(
                        COUNT.matcher(message.lines().findFirst().orElse("")).replaceFirst(""))
                .replaceFirst("");
        return first.length() <= LONGEST ? first : first.substring(0, LONGEST) + "…";
    }
}
