package io.claviger.lab;

import static io.claviger.dynamodb.Dynalock.writeWithAttributeValue;
import static io.claviger.dynamodb.Dynalock.writeWithBytes;
import static io.claviger.dynamodb.Dynalock.writeWithNoExpires;
import static io.claviger.dynamodb.Dynalock.writeWithPreviousKV;
import static io.claviger.dynamodb.Dynalock.writeWithTTL;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.claviger.dynamodb.Dynalock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Our {@link Dynalock} in {@link DynamoDriver}, with the records and locks that it was asked to keep in mind, by the names that the suite gave them.
 * Thread-safe.
 */
final class DrivenDynalock implements DynamoDriver.Driven {
    private final Dynalock store;
    private final DrivenLockers lockers;
    private final DrivenRecords records;
    private final Map<String, Dynalock.KVPair> kept = new ConcurrentHashMap<>();

    private DrivenDynalock(Dynalock store) {
        this.store = store;
        this.lockers = new DrivenLockers(store);
        this.records = new DrivenRecords(store.client());
    }

    static DrivenDynalock open(Ask ask) {
        return new DrivenDynalock(Dynalock.newWithDefaults(ask.text("table"), ask.text("partition")));
    }

    @Override
    public JsonObject run(String what, Ask ask) throws InterruptedException, IOException {
        if (what.startsWith("kv_")) {
            return records.run(what, ask);
        }
        JsonObject answer = new JsonObject();
        switch (what) {
            case "put" -> store.put(ask.text("key"), options(ask));
            case "get" -> {
                return keep(ask, store.get(ask.text("key")));
            }
            case "exists" -> answer.addProperty("exists", store.exists(ask.text("key")));
            case "list" -> answer.add("list", list(ask.text("prefix")));
            case "delete" -> store.delete(ask.text("key"));
            case "atomic_put" -> {
                return keep(ask, store.atomicPut(ask.text("key"), options(ask)));
            }
            case "atomic_delete" -> store.atomicDelete(ask.text("key"), previous(ask));
            default -> {
                return lockers.run(what, ask);
            }
        }
        return answer;
    }

    private Dynalock.WriteOption[] options(Ask ask) {
        List<Dynalock.WriteOption> options = new ArrayList<>();
        if (ask.findText("previous").isPresent()) {
            options.add(writeWithPreviousKV(previous(ask)));
        }
        ask.findText("bytes")
                .ifPresent(
                        bytes -> options.add(writeWithBytes(Base64.getDecoder().decode(bytes))));
        ask.find("value").ifPresent(value -> options.add(writeWithAttributeValue(AttributeJson.read(value))));
        ask.seconds("ttl").ifPresent(ttl -> options.add(writeWithTTL(ttl)));
        if (ask.flag("no_expires")) {
            options.add(writeWithNoExpires());
        }
        return options.toArray(new Dynalock.WriteOption[0]);
    }

    private Dynalock.KVPair previous(Ask ask) {
        Dynalock.KVPair pair = kept.get(ask.text("previous"));
        if (pair == null) {
            throw new IllegalArgumentException("no record " + ask.text("previous"));
        }
        return pair;
    }

    private JsonObject keep(Ask ask, Dynalock.KVPair pair) {
        ask.findText("keep").ifPresent(name -> kept.put(name, pair));
        return describe(pair);
    }

    private JsonArray list(String prefix) {
        JsonArray list = new JsonArray();
        store.list(prefix).forEach(pair -> list.add(describe(pair)));
        return list;
    }

    private static JsonObject describe(Dynalock.KVPair pair) {
        JsonObject answer = new JsonObject();
        answer.addProperty("partition", pair.partition());
        answer.addProperty("key", pair.key());
        answer.addProperty("version", pair.version());
        answer.addProperty("expires", pair.expires());
        pair.bytesValue()
                .ifPresent(
                        bytes -> answer.addProperty("bytes", Base64.getEncoder().encodeToString(bytes)));
        pair.attributeValue().ifPresent(value -> answer.add("value", AttributeJson.write(value)));
        return answer;
    }
}
