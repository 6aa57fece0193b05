package io.claviger.cli;

import io.claviger.client.RemoteAdmin.Claim;
import io.claviger.client.RemoteAdmin.Lock;
import io.claviger.client.RemoteAdmin.Report;
import io.claviger.client.RemoteAdmin.ServerStatus;
import io.claviger.client.RemoteAdmin.Session;
import java.util.List;

/** What {@code --json} prints. The names of the fields are a promise, see docs/operations.md: add, never rename. */
final class AdminJson {
    private AdminJson() {}

    /** A name in use without its waiters. */
    static void lock(JsonWriter json, Lock lock) {
        json.beginObject();
        head(json, lock);
        json.endObject();
    }

    /** A name in use with its waiters. */
    static void report(JsonWriter json, Report report) {
        Lock lock = report.lock();
        json.beginObject();
        head(json, lock);
        json.field("in_use", true).name("waiters").beginArray();
        List<Claim> waiters = lock.waiters();
        for (int i = 0; i < waiters.size(); i++) {
            json.beginObject().field("position", i + 1L);
            claim(json, waiters.get(i));
            json.seconds("waiting_seconds", waiters.get(i).age()).endObject();
        }
        json.endArray().name("suspected_cycle").beginArray();
        report.suspectedCycle()
                .forEach(wait -> json.beginObject()
                        .field("who", wait.who())
                        .field("waits_for", wait.name())
                        .endObject());
        json.endArray().endObject().endDocument();
    }

    /** A name that nobody holds or waits for. */
    static void free(JsonWriter json, String name) {
        json.beginObject()
                .field("name", name)
                .field("in_use", false)
                .endObject()
                .endDocument();
    }

    static void session(JsonWriter json, Session session) {
        json.beginObject()
                .field("id", id(session.id()))
                .field("label", session.label())
                .field("kind", kind(session))
                .field("attachment", session.attachment())
                .seconds("age_seconds", session.age())
                .seconds("ends_in_seconds", session.left().orElse(null))
                .field("claims", session.claims())
                .endObject();
    }

    static void status(JsonWriter json, String server, ServerStatus status) {
        json.beginObject()
                .field("server", server)
                .field("version", status.version())
                .seconds("uptime_seconds", status.uptime())
                .field("durability", status.durability())
                .name("fronts")
                .beginArray();
        status.fronts()
                .forEach(front -> json.beginObject()
                        .field("name", front.name())
                        .field("address", front.address())
                        .field("connections", front.connections())
                        .endObject());
        json.endArray()
                .field("locks", status.locks())
                .field("holders", status.holders())
                .field("waiters", status.waiters())
                .field("sessions", status.sessions())
                .field("last_index", status.lastIndex())
                .field("last_token", status.lastToken())
                .field("heap_used_bytes", status.heapUsed())
                .field("heap_max_bytes", status.heapMax())
                .endObject();
    }

    /** The id of a session as text, since JSON's numbers end at 53 bits. */
    static String id(long session) {
        return String.format("%016x", session);
    }

    static String kind(Session session) {
        return session.connectionBound() ? "connection" : "native";
    }

    private static void head(JsonWriter json, Lock lock) {
        json.field("name", lock.name())
                .field(
                        "kind",
                        LockWords.isReaderWriter(lock) ? "reader-writer" : lock.capacity() == 1 ? "lock" : "semaphore")
                .field("capacity", lock.capacity())
                .field("available", lock.available())
                .field("waiting", lock.waiting())
                .name("holders")
                .beginArray();
        lock.holders().forEach(holder -> {
            json.beginObject();
            claim(json, holder);
            json.field("token", holder.token().orElse(0))
                    .seconds("held_seconds", holder.age())
                    .seconds("lease_left_seconds", holder.leaseLeft().orElse(null))
                    .field("revoked", holder.revoked())
                    .field("parked", holder.parked())
                    .endObject();
        });
        json.endArray();
    }

    private static void claim(JsonWriter json, Claim claim) {
        json.field("label", claim.label())
                .field("session", claim.parked() ? null : id(claim.session()))
                .field("actor", claim.actor().orElse(null))
                .field("permits", claim.permits());
    }
}
