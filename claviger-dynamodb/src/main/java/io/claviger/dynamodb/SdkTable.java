package io.claviger.dynamodb;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** A table of DynamoDB, by the AWS SDK. */
final class SdkTable implements Table {
    /** So long one attempt may take, so that a lost answer costs no more. */
    private static final long ATTEMPT_NANOS = 1_000_000_000L;

    /** A call has time for at least so many attempts. */
    private static final long ATTEMPTS = 2;

    private final DynamoDbAsyncClient client;
    private final String name;
    private final Runnable onClose;
    private final Keys keys;

    /** Whether the SDK has said that its client is closed. */
    private volatile boolean closed;

    SdkTable(DynamoDbAsyncClient client, String name, Runnable onClose) {
        this(client, name, Keys.whole(), onClose);
    }

    SdkTable(DynamoDbAsyncClient client, String name, Keys keys, Runnable onClose) {
        this.client = client;
        this.name = name;
        this.keys = keys;
        this.onClose = onClose;
    }

    @Override
    public CompletableFuture<Outcome> write(Write write, long timeoutNanos) {
        return switch (write.kind()) {
            case UPDATE -> write(write, timeoutNanos, keys);
            case PUT -> outcome(() -> put(write, timeoutNanos));
            case DELETE -> outcome(() -> delete(write, timeoutNanos));
        };
    }

    @Override
    public CompletableFuture<Outcome> read(String key, long timeoutNanos) {
        GetItemRequest request = GetItemRequest.builder()
                .tableName(name)
                .key(keys.of(key))
                .consistentRead(true)
                .overrideConfiguration(limits(timeoutNanos))
                .build();
        return outcome(() -> client.getItem(request).thenApply(answer -> done(answer.hasItem(), answer.item())));
    }

    DynamoDbAsyncClient client() {
        return client;
    }

    /** Asks what the table is like; the future fails with what the SDK throws. */
    CompletableFuture<TableDescription> describe(DescribeTableRequest request) {
        return client.describeTable(request).thenApply(DescribeTableResponse::table);
    }

    /** Updates an item that is found by other keys. */
    CompletableFuture<Outcome> write(Write update, long timeoutNanos, Keys others) {
        return outcome(() -> update(update, timeoutNanos, others));
    }

    private CompletableFuture<Outcome> update(Write write, long timeoutNanos, Keys found) {
        Expressions expressions = new Expressions();
        UpdateItemRequest request = UpdateItemRequest.builder()
                .tableName(name)
                .key(found.of(write.key()))
                .updateExpression(expressions.update(write.changes()))
                .conditionExpression(expressions.condition(write.condition()))
                .expressionAttributeNames(expressions.names())
                .expressionAttributeValues(expressions.values())
                .returnValues(ReturnValue.ALL_NEW)
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .overrideConfiguration(limits(timeoutNanos))
                .build();
        return client.updateItem(request).thenApply(answer -> done(true, answer.attributes()));
    }

    private CompletableFuture<Outcome> put(Write write, long timeoutNanos) {
        Map<String, AttributeValue> item = new HashMap<>(keys.of(write.key()));
        for (Change change : write.changes()) {
            Change.Set set = (Change.Set) change;
            item.put(set.path().steps().get(0), Attributes.of(set.value()));
        }
        Expressions expressions = new Expressions();
        PutItemRequest.Builder request = PutItemRequest.builder()
                .tableName(name)
                .item(item)
                .conditionExpression(expressions.condition(write.condition()))
                .expressionAttributeNames(expressions.names())
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .overrideConfiguration(limits(timeoutNanos));
        if (!expressions.values().isEmpty()) {
            request.expressionAttributeValues(expressions.values());
        }
        return client.putItem(request.build()).thenApply(answer -> done(true, item));
    }

    private CompletableFuture<Outcome> delete(Write write, long timeoutNanos) {
        Expressions expressions = new Expressions();
        DeleteItemRequest request = DeleteItemRequest.builder()
                .tableName(name)
                .key(keys.of(write.key()))
                .conditionExpression(expressions.condition(write.condition()))
                .expressionAttributeNames(expressions.names())
                .expressionAttributeValues(expressions.values())
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .overrideConfiguration(limits(timeoutNanos))
                .build();
        return client.deleteItem(request).thenApply(answer -> done(false, Map.of()));
    }

    static Outcome done(boolean found, Map<String, AttributeValue> item) {
        return new Outcome.Done(found ? Optional.of(Attributes.item(item)) : Optional.empty());
    }

    CompletableFuture<Outcome> outcome(Supplier<CompletableFuture<Outcome>> call) {
        boolean closedBefore = closed;
        CompletableFuture<Outcome> asked;
        try {
            asked = call.get();
        } catch (RuntimeException notSent) {
            asked = CompletableFuture.failedFuture(notSent);
        }
        return asked.exceptionally(failure -> failed(SdkFailures.unwrapped(failure), closedBefore));
    }

    private Outcome failed(Throwable failure, boolean closedBefore) {
        if (failure instanceof ConditionalCheckFailedException refused) {
            Optional<Item> item = refused.hasItem() ? Optional.of(Attributes.item(refused.item())) : Optional.empty();
            return new Outcome.Refused(item, SdkFailures.attempts(refused) > 1);
        } else if (failure instanceof TransactionCanceledException cancelled) {
            return SdkRecords.cancelled(cancelled, name);
        }
        Outcome.Failed failed = SdkFailures.failed(failure, name);
        if (failure instanceof IllegalStateException) {
            closed = true;
            // Closed under a request, whose first attempt may have arrived; whatever is asked for later is not sent at
            // all.
            return closedBefore ? failed : new Outcome.Failed(Outcome.Kind.PERHAPS_DONE, failed.message());
        }
        return failed;
    }

    static Consumer<AwsRequestOverrideConfiguration.Builder> limits(long timeoutNanos) {
        Duration call = Duration.ofNanos(Math.max(1_000_000, timeoutNanos));
        Duration attempt = Duration.ofNanos(Math.min(ATTEMPT_NANOS, call.toNanos() / ATTEMPTS));
        return limits -> limits.apiCallTimeout(call).apiCallAttemptTimeout(attempt);
    }

    @Override
    public void close() {
        onClose.run();
    }
}
