package io.claviger.examples;

import io.claviger.Entry;
import io.claviger.KeyValueStore;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.PutOptions;
import io.claviger.Value;
import io.claviger.dynamodb.Dynalock;
import io.claviger.dynamodb.DynalockLocker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The Java examples of the page for those who come from dynalock, and those of {@link Dynalock}'s Javadoc, word for word: a test compares the
 * texts, and {@link RunOnTables} runs them.
 */
final class DynalockExamples {
    /** What the examples do under a lock. */
    interface Job {
        void runUntil(CompletableFuture<Void> lost) throws InterruptedException;
    }

    private DynalockExamples() {}

    // ------------------------------------------------------------------------------------------ opening

    static void open(DynamoDbAsyncClient dynamoSvc) {
        Dynalock agents = Dynalock.create(dynamoSvc, "dynalock-quickstart", "Agent");
        Dynalock locks = Dynalock.newWithDefaults("dynalock-quickstart", "Lock");

        agents.close();
        locks.close();
    }

    // ------------------------------------------------------------------------------------------ Store

    /** Returns what the record was like before it was deleted. */
    static Optional<AttributeValue> store(Dynalock agents) {
        byte[] bytes = "ready".getBytes(StandardCharsets.UTF_8);

        agents.put("orchestra/w1", Dynalock.writeWithTTL(Duration.ofMinutes(5)), Dynalock.writeWithBytes(bytes));
        Dynalock.KVPair pair = agents.get("orchestra/w1");
        boolean there = agents.exists("orchestra/w1", Dynalock.readConsistentDisable());
        List<Dynalock.KVPair> all = agents.list("orchestra/");
        agents.delete("orchestra/w1");

        System.out.println(new String(pair.bytesValue().orElseThrow(), StandardCharsets.UTF_8) + ", there: " + there
                + ", of " + all.size() + ", until " + pair.expires());
        return pair.attributeValue();
    }

    static void atomically(Dynalock agents, byte[] bytes, byte[] more) {
        Dynalock.KVPair first = agents.atomicPut("orchestra/w2", Dynalock.writeWithBytes(bytes));
        try {
            agents.atomicPut("orchestra/w2", Dynalock.writeWithPreviousKV(first), Dynalock.writeWithBytes(more));
            agents.atomicDelete("orchestra/w2", first);
        } catch (Dynalock.KeyModifiedException newer) {
            System.out.println(newer.getMessage());
        }
    }

    static void losingNothing(Dynalock agents, byte[] bytes) {
        agents.put("kept", Dynalock.writeWithBytes(bytes)); // dynalock: gone after 20 s
        agents.put("brief", Dynalock.writeWithBytes(bytes), Dynalock.writeWithTTL(Duration.ofSeconds(20)));
        agents.put("brief", Dynalock.writeWithNoExpires()); // now it stays, and keeps its value
    }

    static String structs(Dynalock agents) {
        record Agent(String name, int level) {}

        AttributeValue struct = Dynalock.marshalStruct(new Agent("w1", 3));
        agents.put("orchestra/w1", Dynalock.writeWithAttributeValue(struct));
        Optional<AttributeValue> read = agents.get("orchestra/w1").attributeValue();
        Agent agent = Dynalock.unmarshalStruct(read.orElseThrow(), Agent.class);

        return agent.name();
    }

    // ------------------------------------------------------------------------------------------ Locker

    static void lock(Dynalock store, Job job) throws InterruptedException {
        DynalockLocker lock = store.newLock("orchestra/w1", DynalockLocker.lockWithTTL(Duration.ofSeconds(30)));
        CompletableFuture<Void> lost = lock.lock();
        job.runUntil(lost);
        lock.unlock();
    }

    static void lockForAWhile(Dynalock locks, Job job) throws InterruptedException {
        DynalockLocker lock = locks.newLock("orchestra/w1");
        try {
            CompletableFuture<Void> lost = lock.lock(Duration.ofSeconds(5));
            job.runUntil(lost); // In Go the lock is no longer renewed once those 5 s are over.
            lock.unlock();
        } catch (DynalockLocker.LockAcquireCancelledException late) {
            System.out.println(late.getMessage());
        }
    }

    static boolean lockAtOnceOrNot(Dynalock locks) throws InterruptedException {
        DynalockLocker lock = locks.newLock(
                "orchestra/w1",
                DynalockLocker.lockWithNoTryPolling(),
                DynalockLocker.lockWithNoRenew(),
                DynalockLocker.lockWithBytes(new byte[] {1}));
        try {
            lock.lock();
        } catch (DynalockLocker.LockAcquireFailedException held) {
            return false;
        }
        lock.unlock();
        return true;
    }

    static void lockUntilStopped(Dynalock locks, CompletableFuture<Void> stopChan, CompletableFuture<Void> renewCh)
            throws InterruptedException {
        DynalockLocker lock = locks.newLock("orchestra/w1", DynalockLocker.lockWithRenewLock(renewCh));
        CompletableFuture<Void> lost = lock.lock(stopChan);
        renewCh.complete(null); // From now on it is not renewed, as close(renewCh) in Go.

        lost.thenRun(() -> System.out.println("over"));
        lock.unlock();
    }

    // ------------------------------------------------------------------------------------------ competing consumers

    /** Registers the agents for which consumers then compete. */
    static void register(Dynalock agents, List<String> workers) {
        for (String worker : workers) {
            agents.put(
                    "orchestra/" + worker,
                    Dynalock.writeWithAttributeValue(AttributeValue.fromS("test")),
                    Dynalock.writeWithTTL(Duration.ofMinutes(5)));
        }
    }

    /** One consumer of dynalock's example, in one round; original clients may compete with it. */
    static void consume(Dynalock agents, Dynalock locks, String worker, Duration longest) throws InterruptedException {
        Dynalock.KVPair agent = agents.get("orchestra/" + worker);
        DynalockLocker lock = locks.newLock(agent.key(), DynalockLocker.lockWithTTL(Duration.ofSeconds(30)));
        CompletableFuture<Void> lost = lock.lock();
        System.out.println(worker + ": locked");
        Thread.sleep(ThreadLocalRandom.current().nextLong(longest.toMillis()));
        if (lost.isDone()) {
            return; // dynalock's example goes on here.
        }
        agents.put(
                agent.key(),
                Dynalock.writeWithAttributeValue(AttributeValue.fromS("test")),
                Dynalock.writeWithTTL(Duration.ofMinutes(5)));
        lock.unlock();
        System.out.println(worker + ": unlocked");
    }

    // ------------------------------------------------------------------------------------------ further on

    /** A lock and what it protects, in one partition. */
    static void guarded(Dynalock agents) throws InterruptedException {
        DynalockLocker lock = agents.newLock("lock/w1");
        lock.lock();
        Lease lease = lock.lease();
        Value token = Value.text("token " + lease.token().value());
        agents.client().keyValues().ifHolding(lease).put("orchestra/w1", token);
        lock.unlock();
    }

    static void ofOurOwn(String table) throws InterruptedException {
        try (LockClient client = LockClient.connect("dynamodb:" + table + "?layout=dynalock&partition=Agent")) {
            KeyValueStore records = client.keyValues();
            PutOptions fiveMinutes = PutOptions.timeToLive(Duration.ofMinutes(5));
            Entry first = records.put("orchestra/w1", Value.text("ready"), fiveMinutes);
            Optional<Entry> second = records.atomicPut("orchestra/w1", Value.text("busy"), first.version());
            LockOptions thirtySeconds = LockOptions.lease(Duration.ofSeconds(30));
            try (Lease lease = client.lock("lock/w1", thirtySeconds).acquire()) {
                System.out.println("written: " + second.isPresent());
                records.ifHolding(lease).delete("orchestra/w1");
            }
        }
    }

    // ------------------------------------------------------------------------------------------ the Javadoc

    static void ofTheJavadoc(byte[] bytes, byte[] more) {
        try (Dynalock agents = Dynalock.newWithDefaults("agents", "Agent")) {
            agents.put("orchestra/w1", Dynalock.writeWithTTL(Duration.ofMinutes(5)), Dynalock.writeWithBytes(bytes));
            Dynalock.KVPair pair = agents.get("orchestra/w1");
            agents.atomicPut("orchestra/w1", Dynalock.writeWithPreviousKV(pair), Dynalock.writeWithBytes(more));
        }
    }
}
