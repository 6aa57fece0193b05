package io.claviger.dynamodb;

import io.claviger.RejectedException;
import io.claviger.UnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** The service that has the tables, asked one thing at a time. */
final class TableService {
    /** The SDK makes nothing of an answer that lacks what DynamoDB always tells. */
    private static final Outcome.Failed NO_DYNAMO =
            new Outcome.Failed(Outcome.Kind.HOPELESS, SdkFailures.noDynamo("its answer lacks what is asked for"));

    private final DynamoDbAsyncClient client;
    private final AwsRequestOverrideConfiguration limits;

    /** @param limit how long one question may take, repetitions included */
    TableService(DynamoDbAsyncClient client, Duration limit) {
        this.client = client;
        this.limits = AwsRequestOverrideConfiguration.builder()
                .apiCallTimeout(limit)
                .apiCallAttemptTimeout(limit.dividedBy(2))
                .build();
    }

    /** The limits of every request. */
    AwsRequestOverrideConfiguration limits() {
        return limits;
    }

    /**
     * What a question was answered.
     *
     * @param value empty = it failed
     * @param code the service's own word for the failure, such as {@code ResourceInUseException}; may be empty
     * @param failure in our words
     */
    record Answer<T>(Optional<T> value, String code, Outcome.Failed failure) {
        private static final Set<String> DENIALS =
                Set.of("AccessDeniedException", "AccessDenied", "UnauthorizedOperation");
        private static final Outcome.Failed NONE = new Outcome.Failed(Outcome.Kind.NOT_DONE, "");

        /** Whether it failed for want of a permission. */
        boolean isDenied() {
            return DENIALS.contains(code);
        }

        /** Whether there is no table of that name. */
        boolean isAbsent() {
            return code.equals("ResourceNotFoundException");
        }

        /**
         * The value.
         *
         * @throws RejectedException if the answer is no, and would be again: not done
         * @throws UnavailableException if there was no usable answer: perhaps done
         */
        T orThrow() {
            return value.orElseThrow(() -> failure.kind() == Outcome.Kind.HOPELESS
                    ? new RejectedException(failure.message())
                    : new UnavailableException(failure.message()));
        }
    }

    /** Asks about a table. <b>Blocks</b> until it is answered, or given up. */
    <T> Answer<T> ask(String table, Function<DynamoDbAsyncClient, CompletableFuture<T>> question) {
        return ask(question, failed -> SdkFailures.failed(failed, table));
    }

    /** As {@link #ask}, of no table in particular. */
    <T> Answer<T> ask(Function<DynamoDbAsyncClient, CompletableFuture<T>> question) {
        return ask(question, failed -> SdkFailures.failedAt(failed, "DynamoDB"));
    }

    private <T> Answer<T> ask(
            Function<DynamoDbAsyncClient, CompletableFuture<T>> question, Function<Throwable, Outcome.Failed> inWords) {
        try {
            T value = question.apply(client).join();
            return value == null
                    ? new Answer<>(Optional.empty(), "", NO_DYNAMO)
                    : new Answer<>(Optional.of(value), "", Answer.NONE);
        } catch (CompletionException failed) {
            return new Answer<>(Optional.empty(), code(SdkFailures.unwrapped(failed)), inWords.apply(failed));
        }
    }

    private static String code(Throwable failure) {
        if (failure instanceof AwsServiceException said && said.awsErrorDetails() != null) {
            String code = said.awsErrorDetails().errorCode();
            return code == null ? "" : code;
        }
        return "";
    }

    /** Looks at a table; empty = there is none. */
    Optional<TableDescription> describe(String table) {
        Answer<TableDescription> answer = look(table);
        return answer.isAbsent() ? Optional.empty() : Optional.of(answer.orThrow());
    }

    /** As {@link #describe}, with the failure as an answer. */
    Answer<TableDescription> look(String table) {
        return ask(
                table,
                service -> service.describeTable(
                                request -> request.tableName(table).overrideConfiguration(limits))
                        .thenApply(said -> said.table()));
    }
}
