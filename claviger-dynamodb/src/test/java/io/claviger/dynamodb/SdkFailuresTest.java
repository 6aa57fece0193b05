package io.claviger.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.dynamodb.Outcome.Kind;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** What the failures of a request mean: whether it was done, whether to ask again, and what to say. */
class SdkFailuresTest {

    private static Outcome.Failed failed(Throwable failure) {
        return SdkFailures.failed(new CompletionException(failure), "locks");
    }

    private static DynamoDbException.Builder answer(int status, String code, String message) {
        DynamoDbException.Builder answer = DynamoDbException.builder();
        answer.statusCode(status);
        answer.awsErrorDetails(
                AwsErrorDetails.builder().errorCode(code).errorMessage(message).build());
        return answer;
    }

    private static void assertFailure(Throwable failure, Kind kind, String... words) {
        Outcome.Failed failed = failed(failure);
        assertThat(failed.kind()).as(failed.message()).isEqualTo(kind);
        assertThat(failed.message()).contains(words);
    }

    @Test
    void denialsAreHopelessAndNameTheTable() {
        for (String code :
                new String[] {"AccessDeniedException", "UnrecognizedClientException", "ExpiredTokenException"}) {
            assertFailure(
                    answer(400, code, "User: x is not authorized to perform: dynamodb:UpdateItem")
                            .build(),
                    Kind.HOPELESS,
                    "access to the table 'locks' is denied",
                    code,
                    "dynamodb:UpdateItem");
        }
    }

    @Test
    void missingTableAndTooLargeItemsAreHopeless() {
        assertFailure(ResourceNotFoundException.builder().build(), Kind.HOPELESS, "there is no table 'locks'");
        assertFailure(
                answer(400, "ValidationException", "Item size has exceeded the maximum allowed size")
                        .build(),
                Kind.HOPELESS,
                "400 KB");
        assertFailure(
                answer(400, "ValidationException", "One or more parameter values were invalid")
                        .build(),
                Kind.HOPELESS,
                "the table 'locks' refuses (ValidationException)",
                "parameter values");
    }

    @Test
    void throttledRequestWasNotDoneUnlessAnEarlierAttemptMayHaveBeen() {
        DynamoDbException.Builder once = answer(400, "ProvisionedThroughputExceededException", "too much");
        once.numAttempts(1);
        assertFailure(once.build(), Kind.NOT_DONE, "asked for more than it allows");
        DynamoDbException.Builder thrice = answer(400, "ThrottlingException", "too much");
        thrice.numAttempts(3);
        assertFailure(thrice.build(), Kind.PERHAPS_DONE, "asked for more than it allows");
        ProvisionedThroughputExceededException.Builder typed = ProvisionedThroughputExceededException.builder();
        typed.awsErrorDetails(AwsErrorDetails.builder()
                .errorCode("ProvisionedThroughputExceededException")
                .errorMessage("too much")
                .build());
        assertFailure(typed.build(), Kind.NOT_DONE, "asked for more than it allows");
    }

    @Test
    void K4_whatIsRefusedAfterAnAttemptWithoutAnAnswerWasPerhapsDone() {
        for (String code : new String[] {"AccessDeniedException", "ExpiredTokenException", "ValidationException"}) {
            DynamoDbException.Builder second = answer(400, code, "no");
            second.numAttempts(2);
            assertFailure(second.build(), Kind.PERHAPS_DONE, code);
        }
        ResourceNotFoundException.Builder gone = ResourceNotFoundException.builder();
        gone.numAttempts(2);
        assertFailure(gone.build(), Kind.PERHAPS_DONE, "there is no table 'locks'");
        SdkClientException.Builder credentials = SdkClientException.builder();
        credentials.message("Unable to load credentials from any of the providers in the chain");
        credentials.numAttempts(2);
        assertFailure(credentials.build(), Kind.PERHAPS_DONE, "no AWS credentials");
    }

    @Test
    void K4_aTransactionThatIsStillUnderWayWasPerhapsDone() {
        for (String code : new String[] {"TransactionInProgressException", "TransactionConflictException"}) {
            DynamoDbException.Builder second = answer(400, code, "wait");
            second.numAttempts(2);
            assertFailure(second.build(), Kind.PERHAPS_DONE, code);
        }
        assertFailure(
                answer(400, "TransactionInProgressException", "wait").build(),
                Kind.PERHAPS_DONE,
                "TransactionInProgressException");
    }

    @Test
    void whatHasNoAnswerWasPerhapsDone() {
        assertFailure(answer(500, "InternalServerError", "oops").build(), Kind.PERHAPS_DONE, "in trouble", "oops");
        assertFailure(
                SdkClientException.create("Unable to execute HTTP request: connection reset"),
                Kind.PERHAPS_DONE,
                "no answer from the table 'locks'",
                "connection reset");
        assertFailure(
                ApiCallTimeoutException.create(1_000),
                Kind.PERHAPS_DONE,
                "no answer from the table 'locks'",
                "the time for it is over");
    }

    @Test
    void missingCredentialsAndAClosedClientAreHopeless() {
        assertFailure(
                SdkClientException.create("Unable to load credentials from any of the providers in the chain"),
                Kind.HOPELESS,
                "no AWS credentials",
                "AWS_ACCESS_KEY_ID");
        assertFailure(new IllegalStateException("Connection pool shut down"), Kind.HOPELESS, "is closed");
    }

    @Test
    void K4_whatWasUnderWayWhenTheClientWasClosedWasPerhapsDone_andLaterNothingIs() {
        DynamoDbAsyncClient closing = (DynamoDbAsyncClient) Proxy.newProxyInstance(
                DynamoDbAsyncClient.class.getClassLoader(),
                new Class<?>[] {DynamoDbAsyncClient.class},
                (proxy, method, arguments) ->
                        CompletableFuture.failedFuture(new IllegalStateException("Connection pool shut down")));
        SdkTable table = new SdkTable(closing, "locks", () -> {});
        Write write =
                Write.update("x", List.of(Change.set("a", "b")), new Condition.Is(Path.of(NativeLayout.VERSION), "v"));
        for (Kind kind : List.of(Kind.PERHAPS_DONE, Kind.HOPELESS, Kind.HOPELESS)) {
            assertThat(table.write(write, 1_000_000_000L).join())
                    .isEqualTo(new Outcome.Failed(kind, "the client of DynamoDB is closed"));
        }
    }
}
