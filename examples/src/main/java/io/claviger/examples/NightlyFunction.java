package io.claviger.examples;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A function on AWS Lambda that must not overlap itself, however often it is invoked. The environment names the table of its locks:
 * {@code LOCK_TABLE}.
 *
 * <p><b>Between invocations</b> the sandbox is frozen: no thread runs, nothing is renewed, and nobody is told of a loss. So a lease must
 * not outlive the invocation; it is released before the answer is returned. If the invocation is killed at its time limit, the lease runs out
 * by itself, and the next invocation waits for that at most: hence a short one.
 *
 * <p><b>After a freeze</b> the clock of the sandbox may have stood still as well, and a lease that was kept would look valid. Only its token
 * would give it away.
 */
public final class NightlyFunction implements RequestHandler<Map<String, String>, String> {
    /** What may be done by one at a time. */
    interface Job {
        /** Does it. Looks at the lease before each step, and sends its token with each write. */
        void run(Map<String, String> event, Lease lease) throws InterruptedException;
    }

    /** What the job needs. An invocation with less time left does not begin it. */
    static final Duration NEEDED = Duration.ofSeconds(5);

    private static final LockOptions LEASE = LockOptions.lease(Duration.ofSeconds(6));

    /** Used by all invocations in this sandbox: to connect takes longer than to lock. */
    private final LockClient client;

    private final Job job;

    /** For Lambda: made once in each sandbox. */
    public NightlyFunction() {
        this(LockClient.connect("dynamodb:" + System.getenv("LOCK_TABLE")), NightlyFunction::bill);
    }

    NightlyFunction(LockClient client, Job job) {
        this.client = client;
        this.job = job;
    }

    @Override
    public String handleRequest(Map<String, String> event, Context context) {
        Duration wait = Duration.ofMillis(context.getRemainingTimeInMillis()).minus(NEEDED);
        if (wait.isNegative()) {
            return "skipped: too little time is left";
        }
        try {
            Optional<Lease> granted =
                    client.lock(context.getFunctionName(), LEASE).acquire(wait);
            if (granted.isEmpty()) {
                return "skipped: another invocation is at it";
            }
            try (Lease lease = granted.get()) {
                lease.onLost(reason -> context.getLogger().log("the lock is lost: " + reason));
                job.run(event, lease);
                lease.release(); // Waits until it is free, and fails the invocation if it was lost.
                return "done with token " + lease.token().value();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    private static void bill(Map<String, String> event, Lease lease) {
        for (String customer : event.keySet()) {
            lease.checkpoint();
            System.out.println(
                    "billed " + customer + " with token " + lease.token().value());
        }
    }
}
