package io.claviger.examples;

import io.claviger.ClavigerException;
import io.claviger.LockClient;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs the examples against a server on this machine, and tells what each did. */
public final class RunAll {
    private static final String SERVER = "claviger://localhost:3144";

    private RunAll() {}

    /** Runs them; the exit status is 1 if no server answers. */
    public static void main(String[] args) throws InterruptedException {
        try {
            run();
        } catch (ClavigerException failed) {
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
        System.out.println("all examples ran");
    }
}
