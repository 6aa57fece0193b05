package io.claviger.dynamodb;

import io.claviger.dynamodb.Outcome.Kind;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** What the SDK's exceptions say about a write, and in words. */
final class SdkFailures {
    private static final Set<String> CONFLICTS =
            Set.of("TransactionConflictException", "ReplicatedWriteConflictException", "LimitExceededException");
    /** An earlier copy of a transaction is being done. */
    private static final String UNDER_WAY = "TransactionInProgressException";

    private static final Set<String> DENIALS = Set.of(
            "AccessDeniedException",
            "UnrecognizedClientException",
            "InvalidSignatureException",
            "IncompleteSignatureException",
            "MissingAuthenticationTokenException",
            "MissingAuthenticationToken",
            "ExpiredTokenException");

    private SdkFailures() {}

    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** How often the request went out; at least once. */
    static int attempts(Throwable failure) {
        Integer attempts = failure instanceof SdkException known ? known.numAttempts() : null;
        return attempts == null ? 1 : attempts;
    }

    static Outcome.Failed failed(Throwable wrapped, String table) {
        if (unwrapped(wrapped) instanceof ResourceNotFoundException) {
            return refused(unwrapped(wrapped), "there is no table '" + table + "'");
        }
        return failedAt(wrapped, "the table '" + table + "'");
    }

    /** As {@link #failed}, of any place, in words for the middle of a sentence. */
    static Outcome.Failed failedAt(Throwable wrapped, String place) {
        Throwable failure = unwrapped(wrapped);
        if (failure instanceof AwsServiceException answer) {
            return answered(answer, place);
        } else if (failure instanceof SdkClientException && isAboutCredentials(failure)) {
            return refused(failure, noCredentials());
        } else if (failure instanceof IllegalStateException) {
            return new Outcome.Failed(Kind.HOPELESS, "the client of DynamoDB is closed");
        }
        return new Outcome.Failed(Kind.PERHAPS_DONE, "no answer from " + place + ": " + reason(failure));
    }

    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException) {
                return "there is no host of the name "
                        + String.valueOf(cause.getMessage()).split(":", 2)[0];
            } else if (cause instanceof ApiCallTimeoutException || cause instanceof ApiCallAttemptTimeoutException) {
                return "the time for it is over";
            }
        }
        return String.valueOf(failure.getMessage());
    }

    private static Outcome.Failed answered(AwsServiceException answer, String place) {
        String code = answer.awsErrorDetails() == null
                ? ""
                : String.valueOf(answer.awsErrorDetails().errorCode());
        String given = answer.awsErrorDetails() == null
                ? answer.getMessage()
                : answer.awsErrorDetails().errorMessage();
        String said = given == null ? "without a reason" : given;
        if (code.equals(UNDER_WAY)) {
            return new Outcome.Failed(Kind.PERHAPS_DONE, place + " has not finished yet (" + code + ")");
        } else if (DENIALS.contains(code)) {
            return refused(answer, "access to " + place + " is denied (" + code + "): " + said);
        } else if (answer.isThrottlingException() || CONFLICTS.contains(code)) {
            // An earlier attempt may have had no answer at all.
            Kind kind = attempts(answer) > 1 ? Kind.PERHAPS_DONE : Kind.NOT_DONE;
            return new Outcome.Failed(kind, place + " is asked for more than it allows (" + code + ")");
        } else if (answer.statusCode() >= 500) {
            return new Outcome.Failed(Kind.PERHAPS_DONE, place + " is in trouble: " + said);
        } else if (said.contains("Item size")) {
            return refused(answer, "the item would be longer than the 400 KB that DynamoDB allows");
        }
        return refused(answer, place + " refuses (" + code + "): " + said);
    }

    /** It would be refused again. It was not done, unless an earlier attempt was that had no answer. */
    private static Outcome.Failed refused(Throwable failure, String message) {
        return new Outcome.Failed(attempts(failure) > 1 ? Kind.PERHAPS_DONE : Kind.HOPELESS, message);
    }

    private static boolean isAboutCredentials(Throwable failure) {
        return String.valueOf(failure.getMessage()).contains("credentials");
    }

    static String noCredentials() {
        return "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile, or give this machine a role";
    }
}
