package io.claviger.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which request has which fault: what was foretold one by one, then what all of an operation have, then the plan. */
final class DynamoFaultScript {
    static final int MAX_FORETOLD = 10_000;

    private final Map<String, Deque<DynamoFault>> next = new HashMap<>();
    private final Map<String, DynamoFault> every = new HashMap<>();
    private @Nullable DynamoFaultPlan plan;
    private long planned;

    void next(String operation, DynamoFault fault) {
        Deque<DynamoFault> foretold = next.computeIfAbsent(operation, none -> new ArrayDeque<>());
        if (foretold.size() >= MAX_FORETOLD) {
            throw new IllegalStateException(
                    "at most " + MAX_FORETOLD + " faults of " + operation + " can be foretold at a time");
        }
        foretold.add(fault);
    }

    void every(String operation, DynamoFault fault) {
        every.put(operation, fault);
    }

    void play(DynamoFaultPlan whole) {
        plan = whole;
        planned = 0;
    }

    void clear() {
        next.clear();
        every.clear();
        plan = null;
    }

    /** Returns what happens to the request that has just arrived. */
    DynamoFault take(String operation) {
        Deque<DynamoFault> foretold = next.get(operation);
        if (foretold != null && !foretold.isEmpty()) {
            return foretold.remove();
        }
        DynamoFault always = every.get(operation);
        if (always != null) {
            return always;
        }
        return plan == null ? new DynamoFault.None() : plan.fault(planned++, operation);
    }
}
