package io.claviger.examples;

import io.claviger.FencingToken;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.LockOptions;
import io.claviger.dynamodb.DynamoConfig;
import io.claviger.dynamodb.DynamoLayout;
import io.claviger.dynamodb.DynamoTables;
import io.claviger.dynamodb.Lynk;
import io.claviger.dynamodb.TableOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The Java examples of the page for those who come from lynk, and those of {@link Lynk}'s Javadoc, word for word: a test compares the
 * texts, and {@link RunOnTables} runs them.
 */
final class LynkExamples {
    /** What the examples protect. */
    interface Job {
        void run() throws InterruptedException;
    }

    /** Refuses a write with an older token than the newest it has seen. */
    interface Storage {
        void write(String data, FencingToken token);
    }

    private final Job work;
    private final List<String> debugged = new CopyOnWriteArrayList<>();

    /** Makes examples. The work is where lynk's documents have {@code time.sleep(10)}. */
    LynkExamples(Job work) {
        this.work = work;
    }

    /** Returns what has been logged, without the names of the threads. */
    List<String> debugged() {
        return debugged;
    }

    private void debug(String message) {
        debugged.add(message);
        System.out.println(Thread.currentThread().getName() + " - " + message);
    }

    // ------------------------------------------------------------------------------------------ lynk's own documents

    static void create() {
        Lynk.Session session = Lynk.getSession("lynk-quickstart");
        Lynk.Lock lock = session.createLock("my lock");

        lock.close();
        session.close();
    }

    static void createIn010() {
        Lynk.Session factory = Lynk.getLockFactory("lynk-quickstart");
        Lynk.Lock lock = factory.createLock("my lock");

        lock.close();
        factory.close();
    }

    static void withAHost() {
        Lynk.getLockFactory("lynk-quickstart", "worker-7").close();
        Lynk.getSession("lynk-quickstart", "worker-7").close();
    }

    void thread(Lynk.Session session) throws InterruptedException {
        debug("Starting");
        Lynk.Lock lock = session.createLock("my lock");
        lock.acquire();
        debug("Lock acquired");
        work.run();
        lock.release();
        debug("Lock released");
    }

    void twoThreads() throws InterruptedException {
        try (Lynk.Session session = Lynk.getSession("lynk-quickstart")) {
            Thread t1 = new Thread(() -> contend(session), "Thread-1");
            Thread t2 = new Thread(() -> contend(session), "Thread-2");

            t1.start();
            t2.start();
            t1.join();
            t2.join();
        }
    }

    /** What runs in a thread of Java's cannot throw what {@link #thread} does. */
    private void contend(Lynk.Session session) {
        try {
            thread(session);
        } catch (InterruptedException interrupted) {
            debug("Interrupted");
        }
    }

    void inAContext(Lynk.Session session) throws InterruptedException {
        Lynk.Lock lock = session.createLock("my lock");
        try (lock) {
            lock.acquire();
            work.run();
        }
        try (lock) {
            lock.acquire(Duration.ofSeconds(5), Duration.ofSeconds(30));
            work.run();
            lock.release(); // Says so if the lock was lost meanwhile, as lynk's with does.
        }
    }

    static String serialize() throws InterruptedException {
        Lynk.Session session = Lynk.getSession("lynk-quickstart");
        Lynk.Lock lock = session.createLock("my lock");
        lock.acquire(); // Without it lynk fails as well, whatever its manual shows.
        String serializedLock = lock.serialize();

        session.close();
        return serializedLock;
    }

    void deserialize(String serializedLock) {
        try (Lynk.Session session = Lynk.getSession("lynk-quickstart")) {
            Lynk.Lock lock = session.deserializeLock(serializedLock);
            doStuffWithLockedResource(lock);
        } catch (Lynk.LockAlreadyInUseException stolen) {
            debug("Someone else stole the lock.");
        }
    }

    private void doStuffWithLockedResource(Lynk.Lock lock) {
        lock.refresh();
        debug("Did stuff");
    }

    // ------------------------------------------------------------------------------------------ lynk's examples and
    // options

    void withoutRefresh(Lynk.Session session) throws InterruptedException {
        Lynk.Lock lock = session.createLockWithoutRefresh("my lock");
        lock.acquire(Duration.ofSeconds(5));
        work.run();
        lock.release();
    }

    static void ownTable(String name) {
        try (DynamoTables tables = DynamoTables.builder().open()) {
            if (!tables.exists(name)) {
                tables.create(name, TableOptions.of(DynamoLayout.LYNK));
            }
            tables.delete(name);
        }
    }

    static Lynk.Session elsewhere(String table, String endpoint) {
        return Lynk.over(DynamoConfig.builder(table)
                .layout(DynamoLayout.LYNK)
                .region("eu-west-1")
                .endpoint(URI.create(endpoint))
                .build()
                .connect());
    }

    // ------------------------------------------------------------------------------------------ further on

    /** What only the lease of a lock knows. */
    static boolean toldOfALoss(Lynk.Session session, Thread worker) throws InterruptedException {
        try (Lynk.Lock lock = session.createLock("my lock")) {
            lock.acquire();
            lock.lease().onLost(reason -> worker.interrupt());

            return lock.lease().isValid();
        }
    }

    static void withTokens(String table, Storage storage, String data) throws InterruptedException {
        try (LockClient client = LockClient.connect("dynamodb:" + table + "?layout=lynk")) {
            LockOptions twentySeconds = LockOptions.lease(Duration.ofSeconds(20));
            Optional<Lease> granted = client.lock("my lock", twentySeconds).acquire(Duration.ofMinutes(5));
            try (Lease lease = granted.orElseThrow()) {
                storage.write(data, lease.token());
            }
        }
    }

    /** While some programs are on the old table and some on both, so that all can be on the new one later. */
    static void onBothTables(String table, String newTable, Storage storage, String data) throws InterruptedException {
        try (LockClient old = LockClient.connect("dynamodb:" + table + "?layout=lynk&token=off");
                LockClient fresh = LockClient.connect("dynamodb:" + newTable)) {
            try (Lease before = old.lock("my lock").acquire();
                    Lease lease = fresh.lock("my lock").acquire()) {
                before.checkpoint();
                storage.write(data, lease.token());
            }
        }
    }

    // ------------------------------------------------------------------------------------------ the Javadoc

    static void ofTheJavadoc(Job job) throws InterruptedException {
        try (Lynk.Session session = Lynk.getSession("my-lock-table")) {
            Lynk.Lock lock = session.createLock("nightly");
            lock.acquire();
            job.run();
            lock.release();
        }
    }

    static void overAClient() {
        Lynk.Session session = Lynk.over(LockClient.connect("dynamodb:locks?layout=lynk&region=eu-west-1"));

        session.close();
    }
}
