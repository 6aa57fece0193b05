package io.claviger.lab;

import com.google.gson.JsonObject;
import io.claviger.LockClient;
import io.claviger.dynamodb.Lynk;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Our {@link Lynk} in {@link DynamoDriver}, with the locks that it was asked for. Thread-safe. */
final class DrivenLynk implements DynamoDriver.Driven {
    private final Lynk.Session session;

    /** By the names that the suite gave them. */
    private final Map<String, Lynk.Lock> locks = new ConcurrentHashMap<>();

    private DrivenLynk(Lynk.Session session) {
        this.session = session;
    }

    /** A lease of its own is for what is adopted, since the text says nothing of leases. */
    static DrivenLynk open(Ask ask) {
        String table = ask.text("table");
        return new DrivenLynk(ask.findText("lease")
                .map(seconds -> Lynk.over(LockClient.connect("dynamodb:" + table + "?layout=lynk&token=off&lease="
                        + seconds + "s&label=" + ask.text("host"))))
                .orElseGet(() -> Lynk.getSession(table, ask.text("host"))));
    }

    @Override
    public JsonObject run(String what, Ask ask) throws InterruptedException, IOException {
        JsonObject answer = new JsonObject();
        switch (what) {
            case "acquire" -> acquire(create(ask), ask);
            case "refresh" -> lock(ask).refresh();
            case "release" -> lock(ask).release();
            case "serialize" -> answer.addProperty("text", lock(ask).serialize());
            case "deserialize" -> locks.put(ask.text("lock"), session.deserializeLock(ask.text("text")));
            case "contend" -> contend(ask);
            default -> throw new IllegalArgumentException("cannot " + what);
        }
        return answer;
    }

    private Lynk.Lock create(Ask ask) {
        return locks.computeIfAbsent(
                ask.text("lock"),
                lock -> ask.flag("no_refresh")
                        ? session.createLockWithoutRefresh(ask.text("name"))
                        : session.createLock(ask.text("name")));
    }

    private static void acquire(Lynk.Lock lock, Ask ask) throws InterruptedException {
        Duration lease = ask.seconds("lease_duration").orElse(Lynk.DEFAULT_LEASE);
        lock.acquire(lease, ask.seconds("max_wait_seconds").orElse(Lynk.DEFAULT_MAX_WAIT));
    }

    private void contend(Ask ask) throws InterruptedException, IOException {
        MarkedSection section = ask.section();
        for (int i = 0; i < ask.whole("times"); i++) {
            Lynk.Lock lock = session.createLock(ask.text("name"));
            acquire(lock, ask);
            section.pass();
            lock.release();
        }
    }

    private Lynk.Lock lock(Ask ask) {
        Lynk.Lock lock = locks.get(ask.text("lock"));
        if (lock == null) {
            throw new IllegalArgumentException("no lock " + ask.text("lock"));
        }
        return lock;
    }
}
