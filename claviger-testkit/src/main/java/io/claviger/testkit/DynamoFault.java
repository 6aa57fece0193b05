package io.claviger.testkit;

import java.time.Duration;
import java.util.Set;

/** One thing that a {@link DynamoFaultProxy} does to one request. Those with a duration last at most {@link #LONGEST}. */
public sealed interface DynamoFault {
    /** How long a request or an answer may be held up: a minute. */
    Duration LONGEST = Duration.ofMinutes(1);

    /**
     * Whether it can happen to an operation, such as {@code UpdateItem}. To one that it cannot happen to, no plan does it, and a
     * script that wants it is refused.
     */
    default boolean fits(String operation) {
        return true;
    }

    /** Nothing: in a script, the request that is let through before the one that is meant. */
    record None() implements DynamoFault {}

    /** The request is done, and answered with {@code InternalServerError}, status 500. */
    record AppliedButError() implements DynamoFault {}

    /** The request is done, and the connection is reset before its answer. */
    record AppliedButCut() implements DynamoFault {}

    /** The request is not done, since the table is asked for too much. */
    record Throttled(Billing billing) implements DynamoFault {
        /** How the table is paid for, and with which words it throttles therefore; the status is 400 in either. */
        public enum Billing {
            /** {@code ProvisionedThroughputExceededException}. */
            PROVISIONED,
            /** {@code ThrottlingException}. */
            ON_DEMAND
        }
    }

    /** The request is not done, and answered with {@code InternalServerError}, status 500. */
    record ServerError() implements DynamoFault {}

    /** The request is not done, and answered by something before the service: status 503, and no JSON. */
    record Unavailable() implements DynamoFault {}

    /** The request arrives later; its sender may have given it up by then, and it is done nevertheless. */
    record SlowBefore(Duration latency) implements DynamoFault {
        /** Checks the latency. */
        public SlowBefore {
            check(latency);
        }
    }

    /** The request is done at once, and its answer arrives later. */
    record SlowAfter(Duration latency) implements DynamoFault {
        /** Checks the latency. */
        public SlowAfter {
            check(latency);
        }
    }

    /** The connection is reset and the request is not done. */
    record Cut() implements DynamoFault {}

    /** The connection is reset, and the request, which looks lost, is done later. */
    record Late(Duration delay) implements DynamoFault {
        /** Checks the delay. */
        public Late {
            check(delay);
        }
    }

    /** The request is done and answered, and a copy of it arrives later. */
    record Duplicated(Duration delay) implements DynamoFault {
        /** Checks the delay. */
        public Duplicated {
            check(delay);
        }

        @Override
        public boolean fits(String operation) {
            return WRITES.contains(operation);
        }
    }

    /**
     * A read that is not consistent gets an answer that was true earlier and is not now: the oldest one that the proxy still knows. A
     * consistent read is never stale, nor is one to which there never was another answer; these are let through.
     */
    record StaleRead() implements DynamoFault {
        @Override
        public boolean fits(String operation) {
            return READS.contains(operation);
        }
    }

    /**
     * The request is not done, since another transaction has the item: a transaction is cancelled for {@code TransactionConflict}, any
     * other write is refused with {@code TransactionConflictException}.
     */
    record TransactionConflict() implements DynamoFault {
        @Override
        public boolean fits(String operation) {
            return WRITES.contains(operation);
        }
    }

    /** The transaction is not done, and answered with {@code TransactionInProgressException}: as if a copy of it were at work. */
    record TransactionInProgress() implements DynamoFault {
        @Override
        public boolean fits(String operation) {
            return operation.equals("TransactWriteItems");
        }
    }

    /** The operations that read items, and may be inconsistent. */
    Set<String> READS = Set.of("GetItem", "Query");

    /** The operations that change items. */
    Set<String> WRITES = Set.of("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems");

    private static void check(Duration duration) {
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "something is held up for 0 s to " + LONGEST + ", but this is " + duration);
        }
    }
}
