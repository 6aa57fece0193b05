package io.claviger.lab;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAdder;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * Counts what a client of DynamoDB sends, repetitions included, and the capacity that the service says it consumed. Of a write
 * whose condition did not hold the service does not say it, but bills it; it counts as one unit, which is right for items up to 1 KB.
 * Thread-safe.
 */
final class TableMeter implements ExecutionInterceptor {
    private static final ReturnConsumedCapacity TOTAL = ReturnConsumedCapacity.TOTAL;

    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final DoubleAdder writeUnits = new DoubleAdder();
    private final DoubleAdder readUnits = new DoubleAdder();

    /** What was counted up to a moment. */
    record Reading(long requests, long refused, double writeUnits, double readUnits) {
        Reading since(Reading before) {
            return new Reading(
                    requests - before.requests,
                    refused - before.refused,
                    writeUnits - before.writeUnits,
                    readUnits - before.readUnits);
        }
    }

    Reading read() {
        return new Reading(requests.get(), refused.get(), writeUnits.sum(), readUnits.sum());
    }

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
        SdkRequest request = context.request();
        if (request instanceof UpdateItemRequest update) {
            return update.toBuilder().returnConsumedCapacity(TOTAL).build();
        } else if (request instanceof PutItemRequest put) {
            return put.toBuilder().returnConsumedCapacity(TOTAL).build();
        } else if (request instanceof DeleteItemRequest delete) {
            return delete.toBuilder().returnConsumedCapacity(TOTAL).build();
        } else if (request instanceof GetItemRequest get) {
            return get.toBuilder().returnConsumedCapacity(TOTAL).build();
        }
        return request;
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        requests.incrementAndGet();
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        SdkResponse response = context.response();
        if (response instanceof UpdateItemResponse update) {
            add(writeUnits, update.consumedCapacity());
        } else if (response instanceof PutItemResponse put) {
            add(writeUnits, put.consumedCapacity());
        } else if (response instanceof DeleteItemResponse delete) {
            add(writeUnits, delete.consumedCapacity());
        } else if (response instanceof GetItemResponse get) {
            add(readUnits, get.consumedCapacity());
        }
    }

    @Override
    public void onExecutionFailure(Context.FailedExecution context, ExecutionAttributes attributes) {
        if (context.exception() instanceof ConditionalCheckFailedException) {
            refused.incrementAndGet();
            writeUnits.add(1);
        }
    }

    private static void add(DoubleAdder units, @Nullable ConsumedCapacity consumed) {
        if (consumed == null || consumed.capacityUnits() == null) {
            throw new IllegalStateException("the service does not say what a request consumed");
        }
        units.add(consumed.capacityUnits());
    }
}
