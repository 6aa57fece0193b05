package io.claviger.lab;

import com.google.gson.JsonObject;
import io.claviger.dynamodb.Dynalock;
import io.claviger.dynamodb.DynalockLocker;
import io.claviger.dynamodb.DynalockLocker.LockOption;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The locks of a {@link DrivenDynalock}. Thread-safe. */
final class DrivenLockers {
    private final Dynalock store;
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    DrivenLockers(Dynalock store) {
        this.store = store;
    }

    /** A lock, and what is known of it from outside. */
    private static final class Kept {
        private final DynalockLocker locker;
        private final CompletableFuture<Void> stopRenewing;
        private volatile CompletableFuture<Void> lost = new CompletableFuture<>();

        private Kept(DynalockLocker locker, CompletableFuture<Void> stopRenewing) {
            this.locker = locker;
            this.stopRenewing = stopRenewing;
        }
    }

    JsonObject run(String what, Ask ask) throws InterruptedException, IOException {
        JsonObject answer = new JsonObject();
        switch (what) {
            case "new_lock" -> kept.put(ask.text("lock"), create(ask));
            case "lock" -> lock(ask);
            case "lost" -> of(ask).lost.join();
            case "unlock" -> of(ask).locker.unlock();
            case "stop_renewing" -> of(ask).stopRenewing.complete(null);
            case "cycles" -> cycles(ask);
            case "contend" -> contend(ask);
            default -> throw new IllegalArgumentException("cannot " + what);
        }
        return answer;
    }

    private Kept create(Ask ask) {
        CompletableFuture<Void> stop = new CompletableFuture<>();
        List<LockOption> options = new ArrayList<>();
        options.add(DynalockLocker.lockWithTTL(ttl(ask)));
        options.add(DynalockLocker.lockWithRenewLock(stop));
        ask.findText("bytes")
                .ifPresent(bytes -> options.add(
                        DynalockLocker.lockWithBytes(Base64.getDecoder().decode(bytes))));
        if (ask.flag("no_renew")) {
            options.add(DynalockLocker.lockWithNoRenew());
        }
        return new Kept(store.newLock(ask.text("key"), options.toArray(new LockOption[0])), stop);
    }

    private void lock(Ask ask) throws InterruptedException {
        Kept lock = of(ask);
        CompletableFuture<Void> stop = new CompletableFuture<>();
        ask.seconds("wait").ifPresent(wait -> stop.completeOnTimeout(null, wait.toNanos(), TimeUnit.NANOSECONDS));
        lock.lost = lock.locker.lock(stop);
    }

    /** Locks and unlocks, each time so long after that a renewal is due. */
    private void cycles(Ask ask) throws InterruptedException {
        DynalockLocker locker = of(ask).locker;
        for (int i = 0; i < ask.whole("times"); i++) {
            CompletableFuture<Void> lost = locker.lock();
            Thread.sleep(ask.seconds("pause").orElse(Duration.ZERO).toMillis());
            unlock(locker, lost);
        }
    }

    private void contend(Ask ask) throws InterruptedException, IOException {
        MarkedSection section = ask.section();
        for (int i = 0; i < ask.whole("times"); i++) {
            DynalockLocker locker = store.newLock(ask.text("key"), DynalockLocker.lockWithTTL(ttl(ask)));
            CompletableFuture<Void> lost = locker.lock();
            section.pass();
            unlock(locker, lost);
        }
    }

    private static void unlock(DynalockLocker locker, CompletableFuture<Void> lost) {
        if (lost.isDone()) {
            throw new IllegalStateException("lost");
        }
        locker.unlock();
    }

    private static Duration ttl(Ask ask) {
        return ask.seconds("ttl").orElse(DynalockLocker.DEFAULT_LOCK_TTL);
    }

    private Kept of(Ask ask) {
        Kept lock = kept.get(ask.text("lock"));
        if (lock == null) {
            throw new IllegalArgumentException("no lock " + ask.text("lock"));
        }
        return lock;
    }
}
