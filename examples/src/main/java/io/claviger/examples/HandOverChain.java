package io.claviger.examples;

import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.dynamodb.Lynk;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A lock that goes through twenty workers as text, each of which could be in another process: lynk's example of serialization, in its
 * words and in ours. Between the workers nobody else is granted the lock, and each worker has a greater token than the one before.
 */
final class HandOverChain {
    static final int WORKERS = 20;

    /** What the workers have done, in order. */
    private final List<String> done = new CopyOnWriteArrayList<>();

    List<String> done() {
        return done;
    }

    /** In lynk's words; its own workers may stand between ours. */
    void ofLynk(Lynk.Session session, String name) throws InterruptedException {
        Lynk.Lock first = session.createLock(name);
        first.acquire();
        CompletableFuture<String> text = CompletableFuture.completedFuture(first.serialize());
        for (int i = 1; i <= WORKERS; i++) {
            int worker = i;
            text = text.thenApplyAsync(serialized -> {
                Lynk.Lock lock = session.deserializeLock(serialized);
                done.add("worker " + worker);
                return lock.serialize();
            });
        }
        session.deserializeLock(result(text)).release();
    }

    /** In ours: the workers take turns in two clients, as if they were two processes. */
    void ofOurs(List<LockClient> clients, String name) throws InterruptedException {
        CompletableFuture<String> text = CompletableFuture.completedFuture(
                clients.get(0).lock(name).acquire().handOff());
        for (int i = 1; i <= WORKERS; i++) {
            LockClient client = clients.get(i % clients.size());
            text = text.thenApplyAsync(handedOff -> {
                Lease lease = client.adopt(handedOff);
                done.add("token " + lease.token().value());
                return lease.handOff();
            });
        }
        clients.get(0).adopt(result(text)).release();
    }

    /** What a worker throws says what is wrong, not that it was in another thread. */
    private static String result(CompletableFuture<String> text) {
        try {
            return text.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException known ? known : failed;
        }
    }
}
