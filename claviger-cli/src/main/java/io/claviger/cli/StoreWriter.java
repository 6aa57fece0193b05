package io.claviger.cli;

import io.claviger.Entry;
import io.claviger.KeyValueStore;
import io.claviger.PutOptions;
import io.claviger.Value;
import java.util.Optional;
import java.util.OptionalLong;

/** What {@code put} and {@code cas} do: one write, and one line about it. */
record StoreWriter(StoreCommand command, boolean json) {

    int write(KeyValueStore store, String key, Value value, OptionalLong expected, PutOptions options) {
        Optional<Entry> written = expected.isPresent()
                ? store.atomicPut(key, value, expected.getAsLong(), options)
                : Optional.of(store.put(key, value, options));
        if (written.isEmpty()) {
            return command.mismatch(store, key, expected.getAsLong());
        }
        if (json) {
            new JsonWriter(command.out())
                    .beginObject()
                    .field("key", key)
                    .field("version", written.get().version())
                    .endObject()
                    .endDocument();
        } else {
            command.out().println("version " + written.get().version());
        }
        return 0;
    }
}
