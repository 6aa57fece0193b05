package io.claviger.examples;

import io.claviger.Entry;
import io.claviger.KeyValueStore;
import io.claviger.Lease;
import io.claviger.LockClient;
import io.claviger.RecordCodec;
import io.claviger.Value;
import io.claviger.ValueCodec;

/** The examples in the Javadoc of the key-value store, word for word. */
final class KeyValueExamples {
    private KeyValueExamples() {}

    static void settings(LockClient client) throws InterruptedException {
        KeyValueStore store = client.keyValues();
        store.put("config/mode", Value.text("quiet"));
        Entry seen = store.get("config/mode").orElseThrow();
        if (store.atomicPut("config/mode", Value.text("loud"), seen.version()).isEmpty()) {
            System.out.println("somebody else was faster");
        }
        try (Lease lease = client.lock("config").acquire()) {
            store.ifHolding(lease).put("config/mode", Value.text("quiet"));
        }
    }

    static int records(KeyValueStore store) {
        record Mode(String name, int level) {}

        ValueCodec<Mode> codec = RecordCodec.of(Mode.class);
        store.put("config/mode", codec.encode(new Mode("quiet", 3)));
        Mode mode = store.get("config/mode").orElseThrow().value().as(codec);

        return mode.level();
    }
}
