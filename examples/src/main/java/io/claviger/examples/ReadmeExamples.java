package io.claviger.examples;

import io.claviger.DistributedReadWriteLock;
import io.claviger.LeaderElection;
import io.claviger.Leadership;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.MultiLease;
import io.claviger.MultiLock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The Java examples of the README, and that of leaders in the Javadoc, word for word: a test compares the texts, and
 * {@link RunAll} runs them.
 */
final class ReadmeExamples {
    /** What the examples protect. */
    interface Storage {
        void write(String data, long token);
    }

    /** What the examples stop. */
    interface Worker {
        void cancel();
    }

    private final Storage storage;
    private final Worker worker;
    private final String data;

    ReadmeExamples(Storage storage, Worker worker, String data) {
        this.storage = storage;
        this.worker = worker;
        this.data = data;
    }

    void againstAServer() throws InterruptedException {
        try (LockClient client = LockClient.connect("claviger://localhost:3144")) {
            try (Lease lease = client.lock("invoices/42").acquire()) {
                lease.onLost(reason -> worker.cancel());
                storage.write(data, lease.token().value());
            }
        }
    }

    void manyKinds(LockClient client) throws InterruptedException {
        Optional<Lease> slot = client.semaphore("es-slot", 10).acquire(Duration.ofSeconds(5));

        try (MultiLease both =
                MultiLock.of(client.lock("from"), client.lock("to")).acquire()) {
            both.checkpoint();
        }

        client.runLocked("nightly", lease -> storage.write(data, lease.token().value()));

        slot.ifPresent(Lease::close);
        DistributedReadWriteLock catalogue = client.readWriteLock("catalogue");
        try (Lease reading = catalogue.readLock().acquire()) {
            storage.write(data, reading.token().value());
        }
        LockOptions leased = LockOptions.lease(Duration.ofSeconds(30));
        CompletableFuture<Lease> later = client.lock("nightly", leased).acquireAsync();
        later.thenAccept(Lease::close).join();
    }

    void lead(LockClient client, String candidate, AtomicBoolean stopped) throws InterruptedException {
        LeaderElection election = LeaderElection.of(client, "scheduler", candidate);
        while (!stopped.get()) {
            try (Leadership leadership = election.campaign()) {
                leadership.onLost(reason -> worker.cancel());
                while (leadership.isLeader() && !stopped.get()) {
                    storage.write(data, leadership.token().value());
                }
            }
        }
    }

    void handOver(LockClient client, LockClient otherProcess) throws InterruptedException {
        String text = client.lock("pipeline").acquire().handOff();
        try (Lease adopted = otherProcess.adopt(text)) {
            storage.write(data, adopted.token().value());
        }
    }

    static void onATable(Storage storage, String data) throws Exception {
        try (LockClient client = LockClient.connect("dynamodb:locks?region=eu-west-1")) {
            client.runLocked(
                    "nightly", lease -> storage.write(data, lease.token().value()));
        }
    }
}
