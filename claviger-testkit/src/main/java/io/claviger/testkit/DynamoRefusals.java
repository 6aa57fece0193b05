package io.claviger.testkit;

import io.claviger.testkit.DynamoFault.Throttled.Billing;
import io.claviger.testkit.WireMessage.Answer;
import java.util.Optional;

/** What the service says to requests that it does not do, in its own words as far as clients go by them. */
final class DynamoRefusals {
    private static final String SERVICE = "com.amazonaws.dynamodb.v20120810#";
    private static final int BAD_REQUEST = 400;
    private static final int INTERNAL = 500;
    private static final int UNAVAILABLE = 503;

    /** Also said of what was done. */
    static final Answer ERROR = Answer.failure(INTERNAL, SERVICE + "InternalServerError", "Internal server error", "");

    private static final Answer PROVISIONED = Answer.failure(
            BAD_REQUEST,
            SERVICE + "ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for the table was exceeded.",
            "");
    private static final Answer ON_DEMAND = Answer.failure(
            BAD_REQUEST,
            "com.amazon.coral.availability#ThrottlingException",
            "Throughput exceeds the current capacity of your table or index.",
            "");
    private static final Answer CONFLICT = Answer.failure(
            BAD_REQUEST, SERVICE + "TransactionConflictException", "Transaction is ongoing for the item", "");
    private static final Answer IN_PROGRESS = Answer.failure(
            BAD_REQUEST,
            SERVICE + "TransactionInProgressException",
            "The transaction with the given request token is already in progress.",
            "");
    private static final Answer CANCELLED = Answer.failure(
            BAD_REQUEST,
            SERVICE + "TransactionCanceledException",
            "Transaction cancelled, please refer cancellation reasons for specific reasons [None, TransactionConflict]",
            ",\"CancellationReasons\":[{\"Code\":\"None\"},{\"Code\":\"TransactionConflict\","
                    + "\"Message\":\"Transaction is ongoing for the item\"}]");

    private DynamoRefusals() {}

    /** Returns the answer if the fault is one that leaves the request undone and answers it. */
    static Optional<Answer> of(DynamoFault fault, String operation) {
        if (fault instanceof DynamoFault.Throttled throttled) {
            return Optional.of(throttled.billing() == Billing.PROVISIONED ? PROVISIONED : ON_DEMAND);
        } else if (fault instanceof DynamoFault.ServerError) {
            return Optional.of(ERROR);
        } else if (fault instanceof DynamoFault.Unavailable) {
            return Optional.of(Answer.plain(UNAVAILABLE, "Service Unavailable"));
        } else if (fault instanceof DynamoFault.TransactionConflict) {
            return Optional.of(operation.equals("TransactWriteItems") ? CANCELLED : CONFLICT);
        } else if (fault instanceof DynamoFault.TransactionInProgress) {
            return Optional.of(IN_PROGRESS);
        }
        return Optional.empty();
    }
}
