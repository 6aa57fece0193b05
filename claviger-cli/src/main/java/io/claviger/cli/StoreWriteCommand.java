package io.claviger.cli;

import io.claviger.Entry;
import io.claviger.KeyValueStore;
import io.claviger.PutOptions;
import io.claviger.Value;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Mixin;

/** What {@code put} and {@code cas} have in common: one write, and one line about it. */
@SuppressWarnings({"UnusedVariable", "unused"}) // OptionSources reads the declarations, nobody the fields.
abstract class StoreWriteCommand extends StoreCommand {
    @Mixin
    private final StoreConditions conditions = new StoreConditions();

    @Mixin
    private final StoreConditions.Content content = new StoreConditions.Content();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    StoreWriteCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /**
     * What is to be written.
     *
     * @param value as an argument: the text itself, or a hyphen
     * @param expected the version that the record must have; empty = whichever it has
     */
    record Wish(String key, String value, OptionalLong expected) {}

    /**
     * Reads the arguments.
     *
     * @throws BadOptionException if one is wrong
     */
    abstract Wish wish(OptionSources sources);

    /** Everything else is looked at before standard input is read: that may take long. */
    @Override
    final Work work(OptionSources sources) {
        Wish wish = wish(sources);
        PutOptions options = StoreArguments.putOptions(sources);
        UnaryOperator<KeyValueStore> guarded = StoreArguments.ifHolding(sources);
        boolean document = AdminCommand.isJson(sources);
        Value.Form form = StoreArguments.form(sources);
        Value value = StoreArguments.value(wish.value(), form, surroundings.in());
        return store -> write(guarded.apply(store), wish, value, options)
                .map(entry -> told(entry, document))
                .orElseGet(() -> mismatch(store, wish.key(), wish.expected().orElseThrow()));
    }

    private static Optional<Entry> write(KeyValueStore store, Wish wish, Value value, PutOptions options) {
        return wish.expected().isPresent()
                ? store.atomicPut(wish.key(), value, wish.expected().getAsLong(), options)
                : Optional.of(store.put(wish.key(), value, options));
    }

    private int told(Entry written, boolean document) {
        if (document) {
            new JsonWriter(out())
                    .beginObject()
                    .field("key", written.key())
                    .field("version", written.version())
                    .endObject()
                    .endDocument();
        } else {
            out().println("version " + written.version());
        }
        return 0;
    }
}
