package io.claviger.dynamodb;

import io.claviger.dynamodb.Outcome.Kind;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
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

    /** From here on it is what the network code makes of answers that are no HTTP. */
    private static final int NO_STATUS = 600;

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
            return refused(failure, NoCredentials.line(failure));
        } else if (failure instanceof IllegalStateException) {
            return new Outcome.Failed(Kind.HOPELESS, "the client of DynamoDB is closed");
        }
        return new Outcome.Failed(Kind.PERHAPS_DONE, "no answer from " + place + ": " + NoAnswer.reason(failure));
    }

    private static Outcome.Failed answered(AwsServiceException answer, String place) {
        AwsErrorDetails details = answer.awsErrorDetails();
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        String given = details == null ? "" : Objects.toString(details.errorMessage(), "");
        String said = given.isEmpty() ? "without a reason" : given;
        if (code.equals(UNDER_WAY)) {
            return new Outcome.Failed(Kind.PERHAPS_DONE, place + " has not finished yet (" + code + ")");
        } else if (DENIALS.contains(code)) {
            return refused(answer, "access to " + place + " is denied (" + code + "): " + said);
        } else if (answer.isThrottlingException() || CONFLICTS.contains(code)) {
            // An earlier attempt may have had no answer at all.
            Kind kind = attempts(answer) > 1 ? Kind.PERHAPS_DONE : Kind.NOT_DONE;
            return new Outcome.Failed(kind, place + " is asked for more than it allows (" + code + ")");
        } else if (answer.statusCode() >= 500 && answer.statusCode() < NO_STATUS) {
            String how = given.isEmpty() ? "HTTP status " + answer.statusCode() : given;
            return new Outcome.Failed(Kind.PERHAPS_DONE, place + " is in trouble: " + how);
        } else if (code.isEmpty()) {
            return refused(answer, noDynamo("HTTP status " + answer.statusCode()));
        } else if (said.contains("Item size")) {
            return refused(answer, "the item would be longer than the 400 KB that DynamoDB allows");
        }
        return refused(answer, place + " refuses (" + code + "): " + said);
    }

    /** It would be refused again. It was not done, unless an earlier attempt was that had no answer. */
    private static Outcome.Failed refused(Throwable failure, String message) {
        return new Outcome.Failed(attempts(failure) > 1 ? Kind.PERHAPS_DONE : Kind.HOPELESS, message);
    }

    /** Of an answer that is none of DynamoDB's: some other server's, or a proxy's. */
    static String noDynamo(String answer) {
        return "what answers at the endpoint is no DynamoDB (" + answer + "); see whether the endpoint is right";
    }

    private static boolean isAboutCredentials(Throwable failure) {
        return String.valueOf(failure.getMessage()).contains("credentials");
    }
}
