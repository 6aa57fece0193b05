package io.claviger.examples;

import io.claviger.ClavigerException;
import io.claviger.LockClient;
import io.claviger.client.ldlm.LdlmClient;
import io.claviger.client.ldlm.LdlmException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** Runs the examples against a server on this machine, and those that need a table on an emulated DynamoDB, and tells what each did. */
public final class RunAll {
    private static final String ADDRESS = "localhost:3144";
    private static final String SERVER = "claviger://" + ADDRESS;

    /** More than may be made in one second. */
    private static final int REQUESTS = 12;

    private RunAll() {}

    /** Where DynamoDB is. Without it nothing is asked of any, least of all of AWS. */
    private static final String TABLES = "AWS_ENDPOINT_URL_DYNAMODB";

    /** Runs them, with the argument {@code tables} only those on tables; the exit status is 1 if one fails. */
    public static void main(String[] args) throws InterruptedException {
        try {
            boolean onlyTables = List.of(args).contains("tables");
            if (!onlyTables) {
                run();
            }
            if (System.getenv(TABLES) != null) {
                RunOnTables.run(Duration.ofSeconds(1));
            } else if (onlyTables) {
                throw new IllegalStateException("there is no " + TABLES + ", such as http://127.0.0.1:8000");
            } else {
                System.out.println("skipped: the examples on tables of DynamoDB, since there is no " + TABLES);
            }
            System.out.println("all examples ran");
        } catch (ClavigerException | LdlmException | IllegalStateException failed) {
            System.err.println("examples: " + failed.getMessage());
            System.exit(1);
        }
    }

    private static void run() throws InterruptedException {
        ReadmeExamples examples = new ReadmeExamples(
                (data, token) -> System.out.println("wrote " + data + " with token " + token),
                () -> System.out.println("the lock is lost"),
                "data");
        System.out.println("a lock of a server:");
        examples.againstAServer();
        try (LockClient client = LockClient.connect(SERVER);
                LockClient other = LockClient.connect(SERVER)) {
            System.out.println("many kinds of locks:");
            examples.manyKinds(client);
            System.out.println("from one process to another:");
            examples.handOver(client, other);
            System.out.println("records beside the locks:");
            KeyValueExamples.settings(client);
            System.out.println("read level " + KeyValueExamples.records(client.keyValues()));
            System.out.println("a leader, until it is stopped:");
            AtomicBoolean stopped = new AtomicBoolean();
            ReadmeExamples leader = new ReadmeExamples(
                    (data, token) -> {
                        System.out.println("wrote " + data + " with token " + token);
                        stopped.set(true);
                    },
                    () -> System.out.println("no leader any more"),
                    "data");
            leader.lead(client, "example", stopped);
        }
        ofLdlm();
    }

    private static void ofLdlm() throws InterruptedException {
        LdlmExamples examples = new LdlmExamples(new LdlmExamples.Worker() {
            @Override
            public void perform(String task) {
                System.out.println("performed " + task);
            }

            @Override
            public void cancel() {
                System.out.println("the lock is lost");
            }
        });
        System.out.println("a client of LDLM:");
        examples.firstSteps();
        try (LdlmClient client = LdlmClient.connect(ADDRESS);
                LdlmClient limiter = LdlmExamples.limiter(ADDRESS)) {
            examples.byHand(client);
            examples.inAContext(client);
            examples.async(client).join();
            examples.refreshedByHand(client);
            examples.taskLocking(client, List.of("task-1", "task-2"));
            examples.resourceLimiting(client);
            System.out.println("at most ten a second:");
            examples.rateLimiting(limiter, requests());
            examples.failover(client);
        }
        System.out.println("the same with our own client:");
        try (LockClient client = LockClient.connect(SERVER)) {
            examples.failoverNative(client);
            examples.taskLockingNative(client, List.of("task-1", "task-2"));
            examples.resourceLimitingNative(client);
            examples.rateLimitingNative(client, requests());
        }
    }

    private static List<String> requests() {
        return IntStream.rangeClosed(1, REQUESTS)
                .mapToObj(number -> "request " + number)
                .toList();
    }
}
