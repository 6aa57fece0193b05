package io.claviger.examples;

import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.client.ldlm.LdlmClient;
import io.claviger.client.ldlm.LdlmLock;
import io.claviger.client.ldlm.LdlmLockContext;
import io.claviger.client.ldlm.LdlmOptions;
import io.claviger.client.ldlm.LdlmTls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The Java examples of the page for those who come from LDLM, and that of LdlmClient's Javadoc, word for word: a test compares
 * the texts, and {@link RunAll} runs them.
 */
final class LdlmExamples {
    /** What the examples have done. */
    interface Worker {
        void perform(String task);

        void cancel();
    }

    private final Worker worker;

    LdlmExamples(Worker worker) {
        this.worker = worker;
    }

    void firstSteps() throws InterruptedException {
        try (LdlmClient client = LdlmClient.connect("localhost:3144")) {
            try (LdlmLockContext lock = client.lockContext("my-task")) {
                lock.onLost(reason -> worker.cancel());
                worker.perform("my-task");
            }
        }
    }

    LdlmClient configured() {
        return LdlmClient.builder("server:3144")
                .password("open sesame")
                .tls(LdlmTls.SYSTEM.withCa(Path.of("ca.pem")))
                .retries(10)
                .retryDelay(Duration.ofSeconds(2))
                .lockTimeout(Duration.ofSeconds(30))
                .connect();
    }

    void byHand(LdlmClient client) throws InterruptedException {
        LdlmLock lock = client.lock("my-task", LdlmOptions.DEFAULT.withWaitTimeout(Duration.ofSeconds(30)));
        if (!lock.isLocked()) {
            return;
        }
        worker.perform("my-task");
        client.unlock("my-task", lock.key());
    }

    void inAContext(LdlmClient client) throws InterruptedException {
        try (LdlmLockContext lock = client.lockContext("my-task")) {
            lock.onLost(reason -> worker.cancel());
            worker.perform("my-task");
        }
    }

    CompletableFuture<Void> async(LdlmClient client) {
        return client.lockAsync("my-task").thenCompose(lock -> {
            worker.perform("my-task");
            return lock.unlockAsync();
        });
    }

    void refreshedByHand(LdlmClient client) throws InterruptedException {
        LdlmLock lock = client.lock("task1-lock", LdlmOptions.DEFAULT.withLockTimeout(Duration.ofMinutes(5)));
        worker.perform("some work");
        client.refreshLock("task1-lock", lock.key(), Duration.ofMinutes(5));
        worker.perform("more work");
        client.unlock("task1-lock", lock.key());
    }

    void failover(LdlmClient client) throws InterruptedException {
        LdlmLock lock = client.lock("application-primary");
        lock.onLost(reason -> worker.cancel());
        worker.perform("as primary"); // Unlocked when this process dies.
    }

    void failoverNative(LockClient client) throws InterruptedException {
        try (Lease lease = client.lock("application-primary").acquire()) {
            lease.onLost(reason -> worker.cancel());
            worker.perform("as primary");
        }
    }

    void taskLocking(LdlmClient client, List<String> queue) throws InterruptedException {
        for (String item : queue) {
            try (LdlmLockContext lock = client.tryLockContext(item)) {
                if (lock.isLocked()) {
                    worker.perform(item);
                }
            }
        }
    }

    void taskLockingNative(LockClient client, List<String> queue) {
        for (String item : queue) {
            Optional<Lease> granted = client.lock(item).tryAcquire();
            if (granted.isPresent()) {
                try (Lease lease = granted.get()) {
                    lease.checkpoint();
                    worker.perform(item);
                }
            }
        }
    }

    void resourceLimiting(LdlmClient client) throws InterruptedException {
        LdlmLock slot = client.lock("ElasticSearchSlot", LdlmOptions.DEFAULT.withSize(10));
        worker.perform("search");
        slot.unlock();
    }

    void resourceLimitingNative(LockClient client) throws InterruptedException {
        client.runLocked(client.semaphore("ElasticSearchSlot", 10), slot -> worker.perform("search"));
    }

    static LdlmClient limiter(String address) {
        return LdlmClient.builder(address).autoRenewLocks(false).connect();
    }

    /** At most ten a second, in all clients together. */
    void rateLimiting(LdlmClient limiter, List<String> requests) throws InterruptedException {
        LdlmOptions tenASecond = LdlmOptions.DEFAULT.withSize(10).withLockTimeout(Duration.ofSeconds(1));
        for (String request : requests) {
            limiter.lock("expensive-requests", tenASecond); // Never unlocked: it ends after a second.
            worker.perform(request);
        }
    }

    void rateLimitingNative(LockClient client, List<String> requests) throws InterruptedException {
        LockOptions aSecond = LockOptions.manualLease(Duration.ofSeconds(1));
        for (String request : requests) {
            client.semaphore("expensive-requests", 10, aSecond).acquire(); // Never released: it ends after a second.
            worker.perform(request);
        }
    }
}
