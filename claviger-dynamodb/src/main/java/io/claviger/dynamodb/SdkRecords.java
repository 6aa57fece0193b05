package io.claviger.dynamodb;

import io.claviger.ReadConsistency;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** The records of a partition of DynamoDB's, by the AWS SDK. */
final class SdkRecords implements RecordTable {
    private static final String CONDITION_FAILED = "ConditionalCheckFailed";
    private static final String NO_ERROR = "None";

    private final SdkTable table;
    private final String name;
    private final String partition;
    private final Keys keys;

    SdkRecords(SdkTable table, String name, String partition) {
        this.table = table;
        this.name = name;
        this.partition = partition;
        this.keys = Keys.records(partition);
    }

    @Override
    public CompletableFuture<Outcome> read(String key, ReadConsistency consistency, long timeoutNanos) {
        GetItemRequest request = GetItemRequest.builder()
                .tableName(name)
                .key(keys.of(key))
                .consistentRead(consistency == ReadConsistency.CONSISTENT)
                .overrideConfiguration(SdkTable.limits(timeoutNanos))
                .build();
        return table.outcome(() ->
                table.client().getItem(request).thenApply(answer -> SdkTable.done(answer.hasItem(), answer.item())));
    }

    @Override
    public CompletableFuture<Outcome> write(Write write, long timeoutNanos) {
        return table.write(write, timeoutNanos, keys);
    }

    @Override
    public CompletableFuture<Outcome> writeIf(String otherKey, Condition other, Write write, long timeoutNanos) {
        TransactWriteItemsRequest request = TransactWriteItemsRequest.builder()
                .transactItems(
                        TransactWriteItem.builder()
                                .conditionCheck(check(otherKey, other))
                                .build(),
                        TransactWriteItem.builder().update(update(write)).build())
                .overrideConfiguration(SdkTable.limits(timeoutNanos))
                .build();
        return table.outcome(
                () -> table.client().transactWriteItems(request).thenApply(answer -> SdkTable.done(false, Map.of())));
    }

    private ConditionCheck check(String key, Condition condition) {
        Expressions expressions = new Expressions();
        return ConditionCheck.builder()
                .tableName(name)
                .key(keys.of(key))
                .conditionExpression(expressions.condition(condition))
                .expressionAttributeNames(expressions.names())
                .expressionAttributeValues(expressions.values())
                .build();
    }

    private Update update(Write write) {
        Expressions expressions = new Expressions();
        return Update.builder()
                .tableName(name)
                .key(keys.of(write.key()))
                .updateExpression(expressions.update(write.changes()))
                .conditionExpression(expressions.condition(write.condition()))
                .expressionAttributeNames(expressions.names())
                .expressionAttributeValues(expressions.values())
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                .build();
    }

    /** What a transaction of {@link #writeIf} says that was not done. */
    static Outcome cancelled(TransactionCanceledException cancelled, String table) {
        List<CancellationReason> reasons = cancelled.cancellationReasons();
        for (CancellationReason reason : reasons) {
            if (!NO_ERROR.equals(reason.code()) && !CONDITION_FAILED.equals(reason.code())) {
                return other(reason, SdkFailures.attempts(cancelled) > 1, table);
            }
        }
        boolean held = reasons.isEmpty() || NO_ERROR.equals(reasons.get(0).code());
        CancellationReason record = reasons.get(reasons.size() - 1);
        Optional<Item> item = record.hasItem() && !record.item().isEmpty()
                ? Optional.of(Attributes.item(record.item()))
                : Optional.empty();
        return held ? new Outcome.Refused(item, SdkFailures.attempts(cancelled) > 1) : new Outcome.Unguarded(item);
    }

    private static Outcome other(CancellationReason reason, boolean repeated, String table) {
        String code = Objects.toString(reason.code(), "");
        if (code.equals("ValidationError")) {
            return new Outcome.Failed(
                    repeated ? Outcome.Kind.PERHAPS_DONE : Outcome.Kind.HOPELESS,
                    "the table '" + table + "' refuses (" + code + "): " + reason.message());
        }
        return new Outcome.Failed(
                repeated ? Outcome.Kind.PERHAPS_DONE : Outcome.Kind.NOT_DONE,
                "the table '" + table + "' is asked for too much at once (" + code + ")");
    }

    @Override
    public CompletableFuture<Outcome> list(
            String prefix, String after, int limit, ReadConsistency consistency, long timeoutNanos) {
        QueryRequest.Builder request = QueryRequest.builder()
                .tableName(name)
                .limit(limit)
                .consistentRead(consistency == ReadConsistency.CONSISTENT)
                .overrideConfiguration(SdkTable.limits(timeoutNanos));
        if (prefix.isEmpty()) {
            request.keyConditionExpression("#i = :i")
                    .expressionAttributeNames(Map.of("#i", DynalockRecord.ID))
                    .expressionAttributeValues(Map.of(":i", AttributeValue.fromS(partition)));
        } else {
            request.keyConditionExpression("#i = :i AND begins_with(#n, :n)")
                    .expressionAttributeNames(Map.of("#i", DynalockRecord.ID, "#n", DynalockRecord.NAME))
                    .expressionAttributeValues(
                            Map.of(":i", AttributeValue.fromS(partition), ":n", AttributeValue.fromS(prefix)));
        }
        if (!after.isEmpty()) {
            request.exclusiveStartKey(keys.of(after));
        }
        return table.outcome(() -> table.client().query(request.build()).thenApply(SdkRecords::listed));
    }

    private static Outcome listed(QueryResponse answer) {
        AttributeValue last = answer.lastEvaluatedKey().get(DynalockRecord.NAME);
        return new Outcome.Listed(
                answer.items().stream().map(Attributes::item).toList(),
                last == null ? Optional.empty() : Optional.of(last.s()));
    }
}
