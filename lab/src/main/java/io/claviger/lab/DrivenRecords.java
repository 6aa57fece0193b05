package io.claviger.lab;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.claviger.Entry;
import io.claviger.KeyValueStore;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.PutOptions;
import io.claviger.Value;
import java.util.Base64;
import java.util.Optional;

/** A {@link KeyValueStore} in {@link DynamoDriver}. Thread-safe. */
final class DrivenRecords {
    private final LockClient client;
    private final KeyValueStore store;

    DrivenRecords(LockClient client) {
        this.client = client;
        this.store = client.keyValues();
    }

    JsonObject run(String what, Ask ask) throws InterruptedException {
        switch (what) {
            case "kv_put" -> {
                return describe(store.put(ask.text("key"), value(ask), options(ask)));
            }
            case "kv_cas" -> {
                long expected = Long.parseLong(ask.text("expected"));
                return describe(store.atomicPut(ask.text("key"), value(ask), expected, options(ask)));
            }
            case "kv_get" -> {
                return describe(store.get(ask.text("key")));
            }
            case "kv_delete" -> {
                return deleted(store.delete(ask.text("key")));
            }
            case "kv_cas_delete" -> {
                return deleted(store.atomicDelete(ask.text("key"), Long.parseLong(ask.text("expected"))));
            }
            case "kv_list" -> {
                JsonArray list = new JsonArray();
                store.entries(ask.text("prefix")).forEach(entry -> list.add(describe(entry)));
                JsonObject answer = new JsonObject();
                answer.add("list", list);
                return answer;
            }
            case "kv_put_locked" -> {
                try (Lease lease = client.lock(ask.text("name")).acquire()) {
                    return describe(store.ifHolding(lease).put(ask.text("key"), value(ask), options(ask)));
                }
            }
            default -> throw new IllegalArgumentException("cannot " + what);
        }
    }

    private static Value value(Ask ask) {
        return ask.findText("json")
                .map(Value::json)
                .or(() -> ask.findText("text").map(Value::text))
                .orElseGet(() -> Value.bytes(Base64.getDecoder().decode(ask.text("bytes"))));
    }

    private static PutOptions options(Ask ask) {
        return ask.seconds("ttl").map(PutOptions::timeToLive).orElse(PutOptions.DEFAULT);
    }

    private static JsonObject deleted(boolean deleted) {
        JsonObject answer = new JsonObject();
        answer.addProperty("deleted", deleted);
        return answer;
    }

    private static JsonObject describe(Optional<Entry> entry) {
        JsonObject answer = entry.map(DrivenRecords::describe).orElseGet(JsonObject::new);
        answer.addProperty("found", entry.isPresent());
        return answer;
    }

    private static JsonObject describe(Entry entry) {
        JsonObject answer = new JsonObject();
        answer.addProperty("key", entry.key());
        answer.addProperty("version", entry.version());
        answer.addProperty("form", entry.value().form().name());
        answer.addProperty("ends", entry.timeLeft().isPresent());
        if (entry.value().form() == Value.Form.BYTES) {
            answer.addProperty(
                    "bytes", Base64.getEncoder().encodeToString(entry.value().asBytes()));
        } else {
            answer.addProperty("text", entry.value().asText());
        }
        return answer;
    }
}
